package rest_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/enrichment/internal/rest"
)

const (
	secretKey    = "key-4711"
	secretText   = "Mrs. Baker is waiting"
	secretAnswer = "Frau Baker wartet"
)

// newClient gives a client for a server that answers with handle.
func newClient(t *testing.T, handle http.HandlerFunc) *rest.Client {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	client, err := rest.New(server.URL+"/base/", server.Client())
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func secretCall() rest.Call {
	return rest.Call{
		Method: http.MethodPost, Path: "/do?key=" + secretKey, Header: http.Header{"Authorization": {secretKey}},
		JSON: map[string]string{"text": secretText},
	}
}

// holdsNoSecret fails when the text of the error, or of one joined to it, quotes.
func holdsNoSecret(t *testing.T, err error) {
	t.Helper()
	for _, secret := range []string{secretKey, secretText, secretAnswer, "/do"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error quotes %q: %v", secret, err)
		}
	}
}

func TestCallSendsJSONAndDecodesTheAnswer(t *testing.T) {
	client := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got := []string{r.Method, r.URL.Path, r.Header.Get("Content-Type"), r.Header.Get("Accept"), r.Header.Get("X-Key"), string(body)}
		want := []string{"POST", "/base/translate", "application/json", "application/json", "k", `{"text":"<b> & 크라운"}`}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		io.WriteString(w, `{"answer":"yes"}`)
	})
	var answer struct{ Answer string }
	call := rest.Call{
		Method: http.MethodPost, Path: "/translate", Header: http.Header{"X-Key": {"k"}},
		JSON: map[string]string{"text": "<b> & 크라운"},
	}
	if err := client.Do(t.Context(), call, &answer); err != nil || answer.Answer != "yes" {
		t.Errorf("got %+v, %v", answer, err)
	}
	if call.Header.Get("Accept") != "" {
		t.Error("the caller's header was changed")
	}
}

func TestCallSendsAForm(t *testing.T) {
	client := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if got := r.Header.Get("Content-Type") + " " + string(body); got != "application/x-www-form-urlencoded langpair=eng%7Cspa&q=a+b" {
			t.Errorf("got %s", got)
		}
		w.WriteHeader(http.StatusNoContent)
	})
	form := url.Values{"q": {"a b"}, "langpair": {"eng|spa"}}
	if err := client.Do(t.Context(), rest.Call{Method: http.MethodPost, Path: "/translate", Form: form}, nil); err != nil {
		t.Error(err)
	}
}

func TestUnusableAnswersAreErrorsThatDoNotQuote(t *testing.T) {
	for name, body := range map[string]string{
		"not JSON":       secretAnswer,
		"cut":            `{"answer":"` + secretAnswer,
		"another type":   `{"answer":["` + secretAnswer + `"]}`,
		"nothing":        "",
		"something more": `{"answer":""} ` + secretAnswer,
		"too long":       `{"answer":"` + strings.Repeat("a", 1<<20) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			client := newClient(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, body) })
			var answer struct{ Answer string }
			err := client.Do(t.Context(), secretCall(), &answer)
			if !errors.Is(err, rest.ErrAnswer) {
				t.Fatalf("got %v", err)
			}
			holdsNoSecret(t, err)
		})
	}
}

func TestStatusIsAnErrorWithItsBodyAside(t *testing.T) {
	client := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7")
		w.Header().Set("X-Should-Retry", "false")
		w.WriteHeader(http.StatusTooManyRequests)
		io.WriteString(w, `{"error":{"code":"quota","message":"`+secretText+`"}}`)
	})
	err := client.Do(t.Context(), secretCall(), nil)
	var status *rest.StatusError
	if !errors.As(err, &status) {
		t.Fatalf("got %v", err)
	}
	var body struct{ Error struct{ Code string } }
	if !status.Decode(&body) || body.Error.Code != "quota" || status.Status != 429 || status.RetryAfter != 7*time.Second ||
		status.Header.Get("X-Should-Retry") != "false" {
		t.Errorf("got %+v, %+v", status, body)
	}
	holdsNoSecret(t, err)
}

func TestRetryAfter(t *testing.T) {
	for name, test := range map[string]struct {
		header map[string]string
		want   time.Duration
	}{
		"none":                {want: 0},
		"seconds":             {map[string]string{"Retry-After": "120"}, 2 * time.Minute},
		"milliseconds first":  {map[string]string{"Retry-After": "120", "Retry-After-Ms": "1500"}, 1500 * time.Millisecond},
		"a date":              {map[string]string{"Retry-After": "Mon, 23 Nov 2026 10:01:30 GMT", "Date": "Mon, 23 Nov 2026 10:00:00 GMT"}, 90 * time.Second},
		"a date that is past": {map[string]string{"Retry-After": "Mon, 23 Nov 2026 09:00:00 GMT", "Date": "Mon, 23 Nov 2026 10:00:00 GMT"}, 0},
		"nonsense":            {map[string]string{"Retry-After": "soon", "Retry-After-Ms": "NaN"}, 0},
		"negative":            {map[string]string{"Retry-After": "-5"}, 0},
		"without end":         {map[string]string{"Retry-After": "1e300"}, 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			client := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
				for key, value := range test.header {
					w.Header().Set(key, value)
				}
				w.WriteHeader(http.StatusServiceUnavailable)
			})
			var status *rest.StatusError
			if err := client.Do(t.Context(), secretCall(), nil); !errors.As(err, &status) || status.RetryAfter != test.want {
				t.Errorf("got %+v, want %s", status, test.want)
			}
		})
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("the call went elsewhere with %q", r.Header.Get("Authorization"))
	}))
	defer elsewhere.Close()
	client := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL+"/"+secretAnswer, http.StatusTemporaryRedirect)
	})
	err := client.Do(t.Context(), secretCall(), nil)
	var status *rest.StatusError
	if !errors.As(err, &status) || status.Status != http.StatusTemporaryRedirect {
		t.Errorf("got %v", err)
	}
	holdsNoSecret(t, err)
}

func TestCallEndsWithItsContext(t *testing.T) {
	client := newClient(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then does the server watch the connection
		<-r.Context().Done()
	})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	err := client.Do(ctx, secretCall(), nil)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	holdsNoSecret(t, err)
}

func TestFailuresOfTheNetworkDoNotQuote(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + listener.Addr().String()
	listener.Close()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	refused, _ := rest.New(nobody, &http.Client{Transport: transport})
	err = refused.Do(t.Context(), secretCall(), nil)
	if err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("got %v", err)
	}
	holdsNoSecret(t, err)

	malformed := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
		connection, _, _ := w.(http.Hijacker).Hijack()
		io.WriteString(connection, secretAnswer+"\r\n\r\n")
		connection.Close()
	})
	if err = malformed.Do(t.Context(), secretCall(), nil); err == nil {
		t.Fatal("a malformed answer was taken")
	}
	holdsNoSecret(t, err)

	bad := secretCall()
	bad.Path = "/do\x7f" + secretKey
	err = malformed.Do(t.Context(), bad, nil)
	if err == nil {
		t.Fatal("a malformed path was taken")
	}
	holdsNoSecret(t, err)
}

func TestTLSIsVerified(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the call went to a server that nobody vouches for")
	}))
	server.Config.ErrorLog = nil
	server.StartTLS()
	defer server.Close()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	client, _ := rest.New(server.URL, &http.Client{Transport: transport})
	err := client.Do(t.Context(), secretCall(), nil)
	if err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("got %v", err)
	}
	holdsNoSecret(t, err)
}

func TestAddressesThatAreRefused(t *testing.T) {
	for _, base := range []string{"", "api.example.com", "ftp://example.com", "https://", "https://u:key-4711@example.com",
		"https://example.com/?key=key-4711", "https://example.com/#key-4711", "https://exa mple.com/key-4711", ":key-4711"} {
		_, err := rest.New(base, nil)
		if err == nil {
			t.Errorf("%q was taken", base)
			continue
		}
		holdsNoSecret(t, err)
	}
	if _, err := rest.New("https://example.com/v1", nil); err != nil {
		t.Error(err)
	}
}
