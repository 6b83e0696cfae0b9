package test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"

	"dentalk/handlers"
)

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
