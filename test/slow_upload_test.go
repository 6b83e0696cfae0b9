package test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"dentalk/handlers"
)

// slowUpload is an upload whose bytes are sent one after the other, by a connection of its own.
type slowUpload struct {
	t          testing.TB
	connection net.Conn
	answer     chan *http.Response // whole
}

const uploadBoundary = "boundary-of-a-slow-upload"

// beginUpload sends everything before the file's content.
func beginUpload(t testing.TB, c *caller, room, name string) *slowUpload {
	t.Helper()
	u := dialUpload(t, c)
	u.print("POST /v1/rooms/%s/attachments HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer %s\r\nContent-Type: multipart/form-data; boundary=%s\r\nTransfer-Encoding: chunked\r\n\r\n",
		room, c.token, uploadBoundary)
	u.send(fmt.Appendf(nil, "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n\r\n", uploadBoundary, name))
	return u
}

func dialUpload(t testing.TB, c *caller) *slowUpload {
	t.Helper()
	var dialer net.Dialer
	connection, err := dialer.DialContext(t.Context(), "tcp", c.url[len("http://"):])
	if err != nil {
		t.Fatal(err)
	}
	u := &slowUpload{t: t, connection: connection, answer: make(chan *http.Response, 1)}
	var reading sync.WaitGroup
	reading.Go(u.read) // while it is sent: what is refused early is answered early
	t.Cleanup(func() {
		_ = connection.Close()
		reading.Wait()
	})
	return u
}

func (u *slowUpload) read() {
	defer close(u.answer)
	if answer, err := http.ReadResponse(bufio.NewReader(u.connection), nil); err == nil {
		u.answer <- answer
	}
}

func (u *slowUpload) print(format string, values ...any) {
	u.t.Helper()
	if _, err := fmt.Fprintf(u.connection, format, values...); err != nil {
		u.t.Fatal(err)
	}
}

// send sends the next bytes.
func (u *slowUpload) send(content []byte) {
	u.t.Helper()
	u.print("%x\r\n%s\r\n", len(content), content)
}

func (u *slowUpload) finish() {
	u.t.Helper()
	u.send([]byte("\r\n--" + uploadBoundary + "--\r\n"))
	u.print("0\r\n\r\n")
}

// end sends the end of the body and gives what the server made of it.
func (u *slowUpload) end() (file handlers.Attachment) {
	u.t.Helper()
	u.finish()
	answer := u.answered()
	if err := json.NewDecoder(answer.Body).Decode(&file); err != nil || answer.StatusCode != http.StatusCreated {
		u.t.Fatalf("got %d: %v", answer.StatusCode, err)
	}
	return file
}

// answered waits for the answer.
func (u *slowUpload) answered() *http.Response {
	u.t.Helper()
	select {
	case answer, ok := <-u.answer:
		if ok {
			return answer
		}
		u.t.Fatal("the connection ended without an answer")
	case <-time.After(time.Minute):
		u.t.Fatal("no answer")
	}
	return nil
}

// hangUp ends the connection.
func (u *slowUpload) hangUp() { _ = u.connection.Close() }
