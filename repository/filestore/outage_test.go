package filestore_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httputil"
	"strings"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/repository/filestore"
	"dentalk/test/servers"
)

// deadline is what a call is given whose server is silent.
const deadline = time.Second

func TestOutageIsUnavailable(t *testing.T) {
	server := servers.S3(t)
	proxy := servers.NewProxy(t, server.Addr)
	store := place{url: server.URLAt(proxy.Addr)}.open(t)
	put(t, store, id(1), []byte("content"))
	for name, outage := range map[string]struct{ begin, end func() }{
		"refused": {proxy.Refuse, func() {
			if err := proxy.Accept(); err != nil {
				t.Fatal(err)
			}
		}},
		"silent": {proxy.Partition, proxy.Heal},
	} {
		outage.begin()
		for call, err := range callAll(t, store) {
			t.Run(name+" "+call, func(t *testing.T) { wantOutage(t, err) })
		}
		outage.end()
		if err := store.Check(t.Context()); err != nil {
			t.Error(err)
		}
		wantContent(t, store, id(1), strings.NewReader("content"))
		if err := store.Delete(t.Context(), id(2)); err != nil {
			t.Error(err)
		}
	}
}

func callAll(t *testing.T, store domain.FileStore) map[string]error {
	calls := map[string]func(context.Context) error{
		"open": func(ctx context.Context) error {
			_, err := store.Open(ctx, id(1))
			return err
		},
		"put":    func(ctx context.Context) error { return store.Put(ctx, id(2), random(100_000), 100_000) },
		"delete": func(ctx context.Context) error { return store.Delete(ctx, id(2)) },
		"check":  store.Check,
	}
	failed := map[string]error{}
	for name, call := range calls {
		ctx, cancel := context.WithTimeout(t.Context(), deadline)
		failed[name] = call(ctx)
		cancel()
	}
	return failed
}

// wantOutage wants an error whose part for clients does not tell about the server.
func wantOutage(t *testing.T, err error) {
	t.Helper()
	var known *domain.Error
	if !errors.As(err, &known) || known.Kind != domain.KindUnavailable {
		t.Fatalf("got %v", err)
	}
	if strings.Contains(known.Error(), "127.0.0.1") {
		t.Errorf("a client is told %q", known)
	}
}

func TestReadsEndWhenTheServerIsSilent(t *testing.T) {
	server := servers.S3(t)
	proxy := servers.NewProxy(t, server.Addr)
	store := place{url: server.URLAt(proxy.Addr)}.open(t)
	content := randomBytes(t, 20<<20)
	put(t, store, id(1), content)
	for name, begin := range map[string]func(){"cut": proxy.Cut, "silent": proxy.Partition} {
		ctx, cancel := context.WithCancel(t.Context())
		file, err := store.Open(ctx, id(1))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(file, make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
		begin()
		timer := time.AfterFunc(deadline, cancel)
		_, err = io.Copy(io.Discard, file)
		timer.Stop()
		t.Run(name, func(t *testing.T) { wantOutage(t, err) })
		proxy.Heal()
		if err := file.Close(); err != nil {
			t.Error(err)
		}
		cancel()
	}
	wantContent(t, store, id(1), bytes.NewReader(content))
}

func TestKilledServerLeavesNothingThatIsFound(t *testing.T) {
	server := servers.S3(t)
	store := place{url: server.URL()}.open(t)
	put(t, store, id(1), []byte("content"))
	content := io.MultiReader(random(1<<20), readerFunc(func([]byte) (int, error) {
		server.Kill()
		return 0, io.EOF
	}), random(1<<20))
	wantOutage(t, store.Put(t.Context(), id(2), content, 2<<20))
	if err := server.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantNone(t, store, id(2))
	wantContent(t, store, id(1), strings.NewReader("content"))
}

// TestUnansweredPutIsTakenBack loses the answer to a Put that the server has done.
func TestUnansweredPutIsTakenBack(t *testing.T) {
	server := servers.S3(t)
	direct := place{url: server.URL()}.open(t)
	proxy := &httputil.ReverseProxy{ModifyResponse: func(answer *http.Response) error {
		if answer.Request.Method == http.MethodPut {
			wantContent(t, direct, id(1), strings.NewReader("content"))
			return errors.New("lost")
		}
		return nil
	}, ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }}
	store := through(t, proxy, server, false).open(t)
	wantOutage(t, store.Put(t.Context(), id(1), strings.NewReader("content"), 7))
	wantNone(t, direct, id(1))
}

func TestOpenDuringAnOutageIsUnavailable(t *testing.T) {
	server := servers.S3(t)
	server.Kill()
	_, err := filestore.Open(t.Context(), server.URL(), "")
	wantOutage(t, err)
}
