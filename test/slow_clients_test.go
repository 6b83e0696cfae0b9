package test

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestSlowClientsAreCutOff holds connections in each way that a client can: a header and bodies that
// never end, and answers that it never reads. All are closed by the server, and others are served
// meanwhile.
func TestSlowClientsAreCutOff(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	authorized := " HTTP/1.1\r\nHost: dentalk\r\nAuthorization: Bearer " + operator.token + "\r\n"
	unread := "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: dentalk\r\n\r\n"
	var group sync.WaitGroup
	for name, one := range map[string]struct{ head, more string }{
		"a header":                {"GET / HTTP/1.1\r\nHost: dentalk\r\n", "X: x\r\n"},
		"a body":                  {"POST /v1/rooms" + authorized + "Content-Type: application/json\r\nContent-Length: 9999\r\n\r\n{", " "},
		"a body that nobody asks": {"GET /v1/me" + authorized + "Content-Length: 9999\r\n\r\n", " "},
		"a body of a stream":      {"GET /v1/stream" + authorized + "Content-Length: 9999\r\n\r\n", " "},
		"answers that are unread": {strings.Repeat(unread, 20), unread},
	} {
		group.Go(func() { sendUntilClosed(t, s, name, one.head, one.more) })
	}
	if status, header := s.unchecked(t, "GET", "/v1/stream", "", "Authorization", "Bearer "+operator.token); status != 200 {
		t.Errorf("a stream meanwhile: got %d, %v", status, header)
	}
	group.Wait()
}

// sendUntilClosed sends a little again and again until the server has closed the connection.
func sendUntilClosed(t *testing.T, s *server, name, head, more string) {
	connection, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Error(err)
		return
	}
	defer connection.Close()
	began := time.Now()
	if err := connection.SetWriteDeadline(began.Add(2 * time.Minute)); err != nil {
		t.Error(err)
	}
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for _, err = io.WriteString(connection, head); err == nil; _, err = io.WriteString(connection, more) {
		<-tick.C
	}
	if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
		t.Errorf("%s: the server never closed the connection", name)
	}
	t.Logf("%s: closed after %v", name, time.Since(began).Round(time.Second))
}
