package filestore_test

import (
	"bytes"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dentalk/test/servers"
)

// through gives the way to the server through the proxy, whose Rewrite it sets when it has none.
func through(t testing.TB, proxy *httputil.ReverseProxy, server *servers.S3Server, secure bool) place {
	t.Helper()
	to := &url.URL{Scheme: "http", Host: server.Addr}
	change := proxy.Rewrite
	proxy.Rewrite = func(request *httputil.ProxyRequest) {
		request.SetURL(to)
		request.Out.Host = request.In.Host // it is signed
		if change != nil {
			change(request)
		}
	}
	transport := &http.Transport{}
	proxy.Transport = transport
	front := httptest.NewUnstartedServer(proxy)
	t.Cleanup(func() {
		front.CloseClientConnections()
		front.Close()
		transport.CloseIdleConnections()
	})
	if !secure {
		front.Start()
		return place{url: server.URLAt(front.Listener.Addr().String())}
	}
	front.StartTLS()
	trust(t, front)
	return place{url: strings.Replace(server.URLAt(front.Listener.Addr().String()), "tls=false", "tls=true", 1)}
}

// trust makes clients that are opened from now on trust the server.
func trust(t testing.TB, server *httptest.Server) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "certificate.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(path, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSL_CERT_FILE", path)
}

// TestContentThatIsChangedOnItsWayIsNotStored shows that the server checks a hash.
func TestContentThatIsChangedOnItsWayIsNotStored(t *testing.T) {
	for name, secure := range map[string]bool{"plain": false, "TLS": true} {
		t.Run(name, func(t *testing.T) {
			server := servers.S3(t)
			changed := false
			proxy := &httputil.ReverseProxy{Rewrite: func(request *httputil.ProxyRequest) {
				if request.In.Method != http.MethodPut {
					return
				}
				body, err := io.ReadAll(request.In.Body)
				if err != nil {
					t.Error(err)
				}
				changed = bytes.Contains(body, []byte("right"))
				request.Out.Body = io.NopCloser(bytes.NewReader(bytes.Replace(body, []byte("right"), []byte("wrong"), 1)))
			}}
			store := through(t, proxy, server, secure).open(t)
			if err := store.Put(t.Context(), id(1), strings.NewReader("right"), 5); err == nil || !changed {
				t.Errorf("changed: %v, got %v", changed, err)
			}
			wantNone(t, store, id(1))
		})
	}
}
