package main

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// bounded starts a server as the process has it, with a handler that answers everything. At the end
// it waits until all connections are closed.
func bounded(t *testing.T, listener net.Listener) {
	t.Helper()
	server := newServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.Method, " ", r.RequestURI)
	}), slog.New(slog.DiscardHandler))
	var open sync.WaitGroup
	server.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			open.Add(1)
		case http.StateClosed:
			open.Done()
		}
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		must(t, server.Close())
		<-served
		open.Wait()
	})
}

// pipeListener gives one connection.
type pipeListener struct{ connections chan net.Conn }

func (l pipeListener) Accept() (net.Conn, error) {
	connection, open := <-l.connections
	if !open {
		return nil, net.ErrClosed
	}
	return connection, nil
}

func (l pipeListener) Close() error {
	close(l.connections)
	return nil
}

func (l pipeListener) Addr() net.Addr { return &net.TCPAddr{} }

// connect gives the client's end of a connection to such a server: a pipe, since the time of a
// synctest bubble stands still while a socket is waited for.
func connect(t *testing.T) net.Conn {
	t.Helper()
	client, connection := net.Pipe()
	listener := pipeListener{connections: make(chan net.Conn, 1)}
	listener.connections <- connection
	bounded(t, listener)
	t.Cleanup(func() { client.Close() })
	return client
}

func TestClientThatTricklesItsHeaderIsCutOff(t *testing.T) {
	for _, head := range []string{"", "GET / HTTP/1.1\r\nHost: dentalk\r\nX-Slow: "} {
		synctest.Test(t, func(t *testing.T) {
			client := connect(t)
			began := time.Now()
			var group sync.WaitGroup
			group.Go(func() {
				for _, err := io.WriteString(client, head); err == nil && head != ""; _, err = io.WriteString(client, "x") {
					time.Sleep(time.Second)
				}
			})
			_, _ = io.Copy(io.Discard, client) // until the server closes it
			group.Wait()
			if took := time.Since(began); took > headerTimeout+time.Second {
				t.Errorf("%q: the connection was kept for %v", head, took)
			}
		})
	}
}

func TestConnectionWithoutRequestsIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := connect(t)
		reader := bufio.NewReader(client)
		if _, err := io.WriteString(client, "GET / HTTP/1.1\r\nHost: dentalk\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		answer, err := http.ReadResponse(reader, nil)
		must(t, err)
		_, err = io.Copy(io.Discard, answer.Body)
		must(t, err)
		began := time.Now()
		if _, err := reader.ReadByte(); err != io.EOF || time.Since(began) != idleTimeout {
			t.Errorf("got %v after %v", err, time.Since(began))
		}
	})
}

func TestHeadersAreBounded(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	bounded(t, listener)
	for name, test := range map[string]struct {
		request string
		status  int
	}{
		"a large header":   {"GET / HTTP/1.1\r\nHost: dentalk\r\nX-Large: " + strings.Repeat("x", 2*maxHeader), http.StatusRequestHeaderFieldsTooLarge},
		"many headers":     {"GET / HTTP/1.1\r\nHost: dentalk\r\n" + strings.Repeat("X: x\r\n", maxHeader/2), http.StatusRequestHeaderFieldsTooLarge},
		"a long query":     {"GET /?" + strings.Repeat("x", 2*maxHeader) + " HTTP/1.1\r\nHost: dentalk", http.StatusRequestHeaderFieldsTooLarge},
		"what is usual":    {"GET /?" + strings.Repeat("x", 8<<10) + " HTTP/1.1\r\nHost: dentalk", http.StatusOK},
		"no host":          {"GET / HTTP/1.1", http.StatusBadRequest},
		"two hosts":        {"GET / HTTP/1.1\r\nHost: a\r\nHost: b", http.StatusBadRequest},
		"a host of spaces": {"GET / HTTP/1.1\r\nHost: a b", http.StatusBadRequest},
		"two lengths":      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2", http.StatusBadRequest},
		"an odd encoding":  {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip", http.StatusNotImplemented},
		"options of all":   {"OPTIONS * HTTP/1.1\r\nHost: a", http.StatusOK},
	} {
		if got := statusOf(t, listener.Addr().String(), test.request+"\r\n\r\n"); got != test.status {
			t.Errorf("%s: got %d, want %d", name, got, test.status)
		}
	}
}

// statusOf sends as much of the text as the server takes.
func statusOf(t *testing.T, address, text string) int {
	t.Helper()
	connection, err := net.Dial("tcp", address)
	must(t, err)
	defer connection.Close()
	_, _ = io.WriteString(connection, text)
	answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		t.Errorf("%.40s: %v", text, err)
		return 0
	}
	must(t, answer.Body.Close())
	return answer.StatusCode
}
