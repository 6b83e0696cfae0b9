package handlers_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dentalk/domain"
)

// tick is how long tests wait between two looks.
func tick() <-chan time.Time { return time.After(5 * time.Millisecond) }

// begun is the beginning of an upload whose end has not come.
func begun(content string) string {
	return "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.obj\"\r\n\r\n" + content
}

// open begins an upload of unknown length over a connection of its own.
func (f *files) open(token, content string) net.Conn {
	f.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(f.url, "http://"))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = connection.Close() }) // twice in some tests
	body := begun(content)
	_, err = fmt.Fprintf(connection, "POST /v1/rooms/%s/attachments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"+
		"Content-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", f.room.ID, token, len(body), body)
	if err != nil {
		f.Fatal(err)
	}
	return connection
}

// answer reads what a connection of open gets.
func (f *files) answer(connection net.Conn) (*http.Response, []byte) {
	f.Helper()
	answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		f.Fatal(err)
	}
	return answer, f.body(answer)
}

func TestASilentSenderIsNotWaitedForForEver(t *testing.T) {
	f := newFiles(t)
	f.api.SetPatience(50 * time.Millisecond)
	answer, body := f.answer(f.open(f.clinic, "v 0 0 0\n"))
	if fields := f.problem(answer, body, http.StatusBadRequest, "validation_failed"); fields != "body unreadable" {
		t.Errorf("the fields are %s", fields)
	}
	f.await(0)
}

func TestACutConnectionLeavesNothing(t *testing.T) {
	f := newFiles(t)
	connection := f.open(f.clinic, "v 0 0 0\n")
	f.await(1)
	if err := connection.Close(); err != nil {
		t.Fatal(err)
	}
	f.await(0)
}

func TestASlowSenderIsWaitedFor(t *testing.T) {
	f := newFiles(t)
	connection := f.open(f.clinic, "v 0 0 0\n")
	f.await(1)
	rest := "v 1 0 0\n\r\n--b--\r\n"
	for i := range rest {
		if _, err := fmt.Fprintf(connection, "1\r\n%s\r\n", rest[i:i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := io.WriteString(connection, "0\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if answer, body := f.answer(connection); answer.StatusCode != http.StatusCreated {
		t.Errorf("got %d %s", answer.StatusCode, body)
	}
	f.await(0)
}

// TestAnUploadDoesNotOutliveItsSession ends the session, in each way, when a part of the file has come.
func TestAnUploadDoesNotOutliveItsSession(t *testing.T) {
	for what, end := range map[string]func(f *files, token string, user domain.User){
		"logged out": func(f *files, token string, _ domain.User) {
			f.status(f.call(f.api, http.MethodPost, "/v1/auth/logout", token, ""), http.StatusNoContent)
		},
		"disabled": func(f *files, _ string, user domain.User) {
			f.status(f.call(f.api, http.MethodPatch, "/v1/users/"+string(user.ID), f.operator, `{"disabled":true}`), http.StatusOK)
		},
		"erased": func(f *files, _ string, user domain.User) {
			f.status(f.call(f.api, http.MethodPost, "/v1/ops/erasures", f.operator, `{"userId":"`+string(user.ID)+`","reason":"gdpr_request"}`), http.StatusCreated)
		},
	} {
		t.Run(what, func(t *testing.T) {
			f := newFiles(t)
			user := f.user("leaving", domain.RoleClinic, "")
			if _, _, err := f.world.store.AddParticipant(t.Context(), f.room.ID, user.Participant(), "", f.clock()); err != nil {
				t.Fatal(err)
			}
			var stored atomic.Int32
			f.uploads.Files = countingFiles{f.store, &stored}
			token := f.token(f.api, "leaving")
			connection := f.open(token, "v 0 0 0\n")
			f.await(1)
			end(f, token, user)
			rest := "v 1 0 0\n\r\n--b--\r\n"
			if _, err := fmt.Fprintf(connection, "%x\r\n%s\r\n0\r\n\r\n", len(rest), rest); err != nil {
				t.Fatal(err)
			}
			answer, body := f.answer(connection)
			f.problem(answer, body, http.StatusUnauthorized, "session_ended")
			f.await(0)
			if stored.Load() != 0 {
				t.Error("the file was stored")
			}
		})
	}
}

// countingFiles counts the files that are stored.
type countingFiles struct {
	domain.FileStore
	stored *atomic.Int32
}

func (s countingFiles) Put(ctx context.Context, id domain.ID, content io.Reader, size int64) error {
	s.stored.Add(1)
	return s.FileStore.Put(ctx, id, content, size)
}

func TestAFileThatIsTooLargeIsRefusedWhateverItsLength(t *testing.T) {
	f := newFiles(t)
	body, kind := form(t, theFile("a.stl", crown(maxUpload/50)))
	for what, send := range map[string]struct {
		length int64
		expect string
	}{
		"of unknown length":  {-1, ""},
		"that is announced":  {int64(len(body)), ""},
		"that is never sent": {1 << 40, "100-continue"},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, f.url+"/v1/rooms/"+string(f.room.ID)+"/attachments", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.ContentLength = send.length
		request.Header.Set("Authorization", "Bearer "+f.clinic)
		request.Header.Set("Content-Type", kind)
		if send.expect != "" {
			request.Header.Set("Expect", send.expect)
		}
		transport := &http.Transport{ExpectContinueTimeout: time.Minute}
		defer transport.CloseIdleConnections()
		answer, err := transport.RoundTrip(request)
		if err != nil {
			t.Fatalf("a file %s: %v", what, err)
		}
		f.problem(answer, f.body(answer), http.StatusRequestEntityTooLarge, "file_too_large")
	}
	f.await(0)
}

func TestWhoStopsBehindTheLimitIsRefused(t *testing.T) {
	f := newFiles(t)
	f.api.SetPatience(100 * time.Millisecond)
	answer, body := f.answer(f.open(f.clinic, strings.Repeat("v 0 0 0\n", maxUpload/4)))
	f.problem(answer, body, http.StatusRequestEntityTooLarge, "file_too_large")
}

func TestOneUserHasOnlyAFewUploadsUnderWay(t *testing.T) {
	f := newFiles(t)
	first := f.open(f.clinic, "v 0 0 0\n")
	for range 3 {
		f.open(f.clinic, "v 0 0 0\n")
	}
	f.await(4)
	answer, body := f.sendForm(f.clinic, f.room.ID, []part{theFile("a.stl", crown(1))})
	f.problem(answer, body, http.StatusTooManyRequests, "too_many_uploads")
	if got := answer.Header; got.Get("RateLimit-Limit") != "4" || got.Get("RateLimit-Remaining") != "0" || got.Get("RateLimit-Reset") != "5" {
		f.Errorf("got %v", got)
	}
	if answer.Header.Get("Retry-After") == "" {
		t.Error("nothing tells when to come back")
	}
	f.upload(f.lab, "a.stl", crown(1))
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	f.await(3)
	f.eventually(func() bool {
		answer, _ := f.sendForm(f.clinic, f.room.ID, []part{theFile("a.stl", crown(1))})
		return answer.StatusCode == http.StatusCreated
	})
}

// eventually waits for a condition.
func (f *files) eventually(condition func() bool) {
	f.Helper()
	ctx, cancel := context.WithTimeout(f.Context(), time.Minute)
	defer cancel()
	for !condition() {
		select {
		case <-ctx.Done():
			f.Fatal("it did not come to pass")
		case <-tick():
		}
	}
}
