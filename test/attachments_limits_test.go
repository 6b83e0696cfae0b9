package test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
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

func sizeOf(paths []string) (size int64) {
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil {
			size += info.Size()
		}
	}
	return size
}

const maxUpload = 1 << 20 // bytes, of the servers of these tests

func TestTooLargeUploadsAreRefusedBeforeTheyAreRead(t *testing.T) {
	r := newFilesRoom(t, startServer(t, t.TempDir(), "DENTALK_MAX_UPLOAD=1MiB"))
	r.upload(r.clinic, "exact.obj", objOf(maxUpload))
	declared := dialUpload(t, r.clinic) // nothing of its body is ever sent
	declared.print("POST /v1/rooms/%s/attachments HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer %s\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n",
		r.id, r.clinic.token, 2*maxUpload)
	wantTooLarge(t, declared.answered())

	endless := beginUpload(t, r.clinic, r.id, "scan.stl")
	block := make([]byte, 64<<10)
	sent := 0
	for { // until it is answered, and the server hangs up
		n, err := fmt.Fprintf(endless.connection, "%x\r\n%s\r\n", len(block), block)
		if sent += n; err != nil {
			break
		}
		if sent > 1<<30 {
			t.Fatal("the server reads without end")
		}
	}
	wantTooLarge(t, endless.answered())
	t.Logf("%d bytes were sent", sent)

	little := beginUpload(t, r.clinic, r.id, "scan.obj")
	little.send(objOf(maxUpload + 1))
	little.finish()
	wantTooLarge(t, little.answered())
	if left := regularFiles(t, r.server.dir, "incoming"); len(left) > 0 {
		t.Errorf("of what was refused is left %v", left)
	}
}

// objOf is a model of so many bytes.
func objOf(size int) []byte {
	content := []byte("v 1 2 3\nv 1 2 4\nv 1 3 4\nf 1 2 3\n")
	for len(content) < size {
		content = append(content, "v 1 2 3\n"...)
	}
	return append(content[:size-1], '\n')
}

func wantTooLarge(t testing.TB, answer *http.Response) {
	t.Helper()
	body, err := io.ReadAll(answer.Body)
	var problem handlers.Problem
	if err == nil {
		err = json.Unmarshal(body, &problem)
	}
	if err != nil || answer.StatusCode != http.StatusRequestEntityTooLarge || problem.Code != "file_too_large" {
		t.Errorf("got %d %s, %v", answer.StatusCode, body, err)
	}
}

// TestSlowSendersHoldUpNobody has uploads under way, as many as one user may have, while others, and
// the same user, do everything else.
func TestSlowSendersHoldUpNobody(t *testing.T) {
	r := newFilesRoom(t, startServer(t, t.TempDir()))
	content := largeSTL(500)
	var slow []*slowUpload
	for n := range 4 {
		slow = append(slow, beginUpload(t, r.lab, r.id, fmt.Sprintf("slow-%d.stl", n)))
		slow[n].send(content[:100])
	}
	eventually(t, "all under way", func() bool { return len(regularFiles(t, r.server.dir, "incoming")) == len(slow) })
	stream := r.lab.subscribe(t, "/v1/stream").ready()
	for n := range 5 {
		file := r.upload(r.clinic, fmt.Sprintf("quick-%d.stl", n), content)
		r.send(r.clinic, "file", file)
		r.download(r.lab, file)
		r.lab.post(r.id, "Mine is still under way.")
	}
	eventually(t, "all of it at a stream", func() bool { return stream.count("message.created") == 10 })
	for _, one := range slow {
		for at := 100; at < len(content); at += 5000 {
			one.send(content[at:min(at+5000, len(content))])
		}
		file := one.end()
		r.send(r.lab, "file", file)
		r.download(r.clinic, file)
	}
}
