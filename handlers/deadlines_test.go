package handlers_test

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dentalk/handlers"
)

// oneConnection is a listener that gives one connection, and then nothing until it is closed.
type oneConnection struct{ connections chan net.Conn }

func (l oneConnection) Accept() (net.Conn, error) {
	connection, open := <-l.connections
	if !open {
		return nil, net.ErrClosed
	}
	return connection, nil
}

func (l oneConnection) Close() error {
	close(l.connections)
	return nil
}

func (l oneConnection) Addr() net.Addr { return &net.TCPAddr{} }

// dial connects a client to a server of its own, over a pipe without a buffer and in the time of a
// synctest bubble. gone is closed when the server has closed the connection.
func dial(t *testing.T) (client net.Conn, gone chan struct{}) {
	t.Helper()
	gone = make(chan struct{})
	api := handlers.New(handlers.Config{
		Log: slog.New(slog.DiscardHandler), Now: time.Now, TokenKey: []byte(strings.Repeat("k", 32)),
		OpenAPI: handlers.OpenAPI{YAML: []byte(strings.Repeat("x", 1<<20))},
	})
	server := &http.Server{Handler: api, ConnState: func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			close(gone)
		}
	}}
	listener := oneConnection{connections: make(chan net.Conn, 1)}
	client, connection := net.Pipe()
	listener.connections <- connection
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		client.Close()
		server.Close()
		<-served
	})
	return client, gone
}

func write(t *testing.T, client net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(client, text); err != nil {
		t.Fatal(err)
	}
}

func TestClientThatDoesNotReadIsCutOff(t *testing.T) {
	for _, path := range []string{"/openapi.yaml", "/docs", "/livez", "/v1/me", "/nothing"} {
		synctest.Test(t, func(t *testing.T) {
			client, gone := dial(t)
			began := time.Now()
			write(t, client, "GET "+path+" HTTP/1.1\r\nHost: dentalk\r\n\r\n")
			<-gone
			if took := time.Since(began); took > 30*time.Second {
				t.Errorf("%s: the connection was kept for %v", path, took)
			}
		})
	}
}

// trickle sends the beginning of a request and then a byte every two seconds, until the server
// closes the connection.
func trickle(client net.Conn, head string) {
	if _, err := io.WriteString(client, head); err != nil {
		return
	}
	for {
		time.Sleep(2 * time.Second)
		if _, err := io.WriteString(client, " "); err != nil {
			return
		}
	}
}

func TestClientThatTricklesABodyIsAnsweredAndCutOff(t *testing.T) {
	for name, one := range map[string]struct {
		head   string
		status int
	}{
		"a body that is read":              {"POST /v1/auth/login HTTP/1.1\r\nContent-Type: application/json\r\n", http.StatusBadRequest},
		"a body before the credentials":    {"POST /v1/rooms HTTP/1.1\r\n", http.StatusUnauthorized},
		"a body that nobody wants":         {"GET /livez HTTP/1.1\r\n", http.StatusOK},
		"a body of a path that is not":     {"DELETE /nothing HTTP/1.1\r\n", http.StatusNotFound},
		"a body of a method that is not":   {"PUT /livez HTTP/1.1\r\n", http.StatusMethodNotAllowed},
		"a body of a stream, without keys": {"GET /v1/stream HTTP/1.1\r\n", http.StatusUnauthorized},
	} {
		for _, length := range []string{"Content-Length: 1000", "Transfer-Encoding: chunked\r\n\r\n3e8"} {
			synctest.Test(t, func(t *testing.T) {
				client, gone := dial(t)
				began := time.Now()
				done := make(chan struct{})
				go func() {
					defer close(done)
					trickle(client, one.head+"Host: dentalk\r\n"+length+"\r\n"+strings.Repeat("\r\n", 1-strings.Count(length, "\r\n\r\n")))
				}()
				answer, err := http.ReadResponse(bufio.NewReader(client), nil)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				if _, err := io.Copy(io.Discard, answer.Body); err != nil {
					t.Errorf("%s: %v", name, err)
				}
				<-gone
				<-done
				if took := time.Since(began); answer.StatusCode != one.status || took > 20*time.Second {
					t.Errorf("%s, %s: got %d after %v", name, length, answer.StatusCode, took)
				}
			})
		}
	}
}

func TestBodyThatNobodyWantsIsIgnored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := dial(t)
		reader := bufio.NewReader(client)
		for range 2 { // on the same connection
			write(t, client, "GET /livez HTTP/1.1\r\nHost: dentalk\r\nContent-Length: 4\r\n\r\nbody")
			answer, err := http.ReadResponse(reader, nil)
			if err != nil {
				t.Fatal(err)
			}
			if body, err := io.ReadAll(answer.Body); err != nil || answer.StatusCode != http.StatusOK {
				t.Errorf("got %d %s, %v", answer.StatusCode, body, err)
			}
			time.Sleep(time.Minute) // longer than the deadlines of the request before
		}
	})
}

func TestClientThatReadsSlowlyGetsItsAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := dial(t)
		write(t, client, "GET /openapi.yaml HTTP/1.1\r\nHost: dentalk\r\n\r\n")
		time.Sleep(29 * time.Second)
		answer, err := http.ReadResponse(bufio.NewReader(client), nil)
		if err != nil {
			t.Fatal(err)
		}
		if size, err := io.Copy(io.Discard, answer.Body); err != nil || size != 1<<20 {
			t.Error(fmt.Sprint("got ", size, " bytes"), err)
		}
	})
}
