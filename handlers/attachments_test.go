package handlers_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/handlers"
)

func TestAFileComesBackAsItWasSent(t *testing.T) {
	f := newFiles(t)
	content := crown(2000)
	sum := sha256.Sum256(content)
	got := f.upload(f.clinic, "Crown 26.stl", content)
	want := handlers.Attachment{ID: got.ID, Name: "Crown 26.stl", ContentType: "model/stl", Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the upload (-want +got):\n%s", diff)
	}
	answer, body := f.get(http.MethodGet, "/v1/attachments/"+got.ID, f.clinic)
	if answer.StatusCode != http.StatusOK || !bytes.Equal(body, content) {
		t.Errorf("got %d with %d bytes", answer.StatusCode, len(body))
	}
	for name, want := range map[string]string{
		"Content-Type": "model/stl", "Content-Disposition": `attachment; filename="Crown 26.stl"`, "ETag": `"` + got.SHA256 + `"`,
		"Cache-Control": "private, no-cache", "Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff", "Accept-Ranges": "bytes",
	} {
		if value := answer.Header.Get(name); value != want {
			t.Errorf("%s is %q, want %q", name, value, want)
		}
	}
	head, body := f.get(http.MethodHead, "/v1/attachments/"+got.ID, f.clinic)
	if head.StatusCode != http.StatusOK || head.ContentLength != got.Size || len(body) > 0 {
		t.Errorf("HEAD: got %d, %d bytes of %d", head.StatusCode, len(body), head.ContentLength)
	}
	if left := f.staged(); left != 0 {
		t.Errorf("%d files are left under way", left)
	}
}

func TestOnlyPicturesAreShownInline(t *testing.T) {
	f := newFiles(t)
	for _, test := range []struct{ content, want string }{
		{"GIF89a\x01\x00\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x00;", `inline; filename*=utf-8''%ED%81%AC.gif`},
		{"%PDF-1.7", `attachment; filename*=utf-8''%ED%81%AC.pdf`},
	} {
		sent := f.upload(f.clinic, "크", []byte(test.content))
		if answer, _ := f.get(http.MethodGet, "/v1/attachments/"+sent.ID, f.clinic); answer.Header.Get("Content-Disposition") != test.want {
			t.Errorf("got %q, want %q", answer.Header.Get("Content-Disposition"), test.want)
		}
	}
}

func TestPartsOfAFile(t *testing.T) {
	f := newFiles(t)
	content := crown(10)
	sent := f.upload(f.clinic, "a.stl", content)
	path, tag := "/v1/attachments/"+sent.ID, `"`+sent.SHA256+`"`
	for _, test := range []struct {
		header, value string
		status        int
		want          []byte
	}{
		{"Range", "bytes=0-9", http.StatusPartialContent, content[:10]},
		{"Range", "bytes=500-", http.StatusPartialContent, content[500:]},
		{"Range", "bytes=-4", http.StatusPartialContent, content[len(content)-4:]},
		{"If-None-Match", tag, http.StatusNotModified, nil},
		{"If-None-Match", `"other"`, http.StatusOK, content},
		{"If-Match", tag, http.StatusOK, content},
	} {
		answer, body := f.get(http.MethodGet, path, f.clinic, test.header, test.value)
		if answer.StatusCode != test.status || !bytes.Equal(body, test.want) {
			t.Errorf("%s: %s: got %d with %d bytes", test.header, test.value, answer.StatusCode, len(body))
		}
	}
	answer, body := f.get(http.MethodGet, path, f.clinic, "Range", "bytes=600-")
	f.problem(answer, body, http.StatusRequestedRangeNotSatisfiable, "range_not_satisfiable")
	if answer.Header.Get("Content-Range") != "bytes */584" || answer.Header.Get("ETag") != "" {
		t.Errorf("the headers are %v", answer.Header)
	}
	answer, body = f.get(http.MethodGet, path, f.clinic, "If-Match", `"other"`)
	f.problem(answer, body, http.StatusPreconditionFailed, "precondition_failed")
	if answer.Header.Get("Content-Disposition") != "" || answer.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the headers are %v", answer.Header)
	}
}

func TestAFileIsSeenByThoseWhoSeeItsMessage(t *testing.T) {
	f := newFiles(t)
	key := f.key(f.api, f.operator, `{"name":"reader","scopes":["ops:read"]}`).Secret
	writer := f.key(f.api, f.operator, `{"name":"writer","scopes":["messages:write"]}`).Secret
	sent := f.upload(f.clinic, "a.stl", crown(1))
	who := map[string]string{"clinic": f.clinic, "lab": f.lab, "operator": f.operator, "outsider": f.outsider, "ops:read": key, "messages:write": writer}
	statuses := func() map[string]int {
		got := map[string]int{}
		for name, token := range who {
			got[name] = f.statusOf(token, sent.ID)
		}
		return got
	}
	before := map[string]int{"clinic": 200, "lab": 404, "operator": 200, "outsider": 404, "ops:read": 404, "messages:write": 403}
	if diff := cmp.Diff(before, statuses()); diff != "" {
		t.Errorf("before the message (-want +got):\n%s", diff)
	}
	message := f.world.post(f.api, f.clinic, f.room, `{"type":"file","attachmentIds":["`+sent.ID+`"]}`)
	if diff := cmp.Diff([]handlers.Attachment{sent}, message.Content.Attachments); diff != "" {
		t.Errorf("the message's files (-want +got):\n%s", diff)
	}
	after := map[string]int{"clinic": 200, "lab": 200, "operator": 200, "outsider": 404, "ops:read": 200, "messages:write": 403}
	if diff := cmp.Diff(after, statuses()); diff != "" {
		t.Errorf("after the message (-want +got):\n%s", diff)
	}
	if traces := f.traces(domain.AuditFileRead); len(traces) != 2 || traces[0].TargetID != domain.ID(sent.ID) || traces[0].RoomID != f.room.ID {
		t.Errorf("the operator and the key left %+v", traces)
	}
	if _, _, err := f.world.store.RemoveParticipant(f.Context(), f.room.ID, domain.ID(message.UserID), f.clock()); err != nil {
		t.Fatal(err)
	}
	if status := f.statusOf(f.clinic, sent.ID); status != http.StatusNotFound {
		t.Errorf("who has left the room got %d", status)
	}
}

func TestAFileOfANoteIsForOperatorsOnly(t *testing.T) {
	f := newFiles(t)
	staff := f.user("staff", domain.RoleOperator, "")
	if _, _, err := f.world.store.AddParticipant(f.Context(), f.room.ID, staff.Participant(), "", f.clock()); err != nil {
		t.Fatal(err)
	}
	key := f.key(f.api, f.operator, `{"name":"reader","scopes":["ops:read"]}`).Secret
	token := f.token(f.api, "staff")
	sent := f.upload(token, "a.stl", crown(1))
	note := f.world.post(f.api, token, f.room, `{"type":"note","text":"look","attachmentIds":["`+sent.ID+`"]}`)
	if len(note.Content.Attachments) != 1 {
		t.Fatalf("the note has %v", note.Content.Attachments)
	}
	for token, want := range map[string]int{token: 200, f.operator: 200, f.clinic: 404, f.lab: 404, f.outsider: 404, key: 404} {
		if got := f.statusOf(token, sent.ID); got != want {
			t.Errorf("got %d, want %d", got, want)
		}
	}
	f.world.post(f.api, token, f.room, `{"type":"file","attachmentIds":["`+sent.ID+`"]}`)
	if got := f.statusOf(f.lab, sent.ID); got != http.StatusOK {
		t.Errorf("what a message shares too: got %d", got)
	}
}

func TestWhoMayUpload(t *testing.T) {
	f := newFiles(t)
	key := f.key(f.api, f.operator, `{"name":"all","scopes":["messages:write","ops:read","rooms:write"]}`).Secret
	file := []part{theFile("a.stl", crown(1))}
	refused := func(token string, room domain.ID, status int, code string) {
		t.Helper()
		answer, body := f.sendForm(token, room, file)
		f.problem(answer, body, status, code)
	}
	refused(f.outsider, f.room.ID, http.StatusNotFound, "room_not_found")
	refused(f.clinic, f.ids.Next(f.clock()), http.StatusNotFound, "room_not_found")
	refused(f.operator, f.room.ID, http.StatusForbidden, "forbidden")
	refused(key, f.room.ID, http.StatusForbidden, "forbidden")
	refused("nobody", f.room.ID, http.StatusUnauthorized, "invalid_token")
	f.decode(f.call(f.api, http.MethodPatch, "/v1/rooms/"+string(f.room.ID), f.operator, `{"status":"archived"}`), http.StatusOK, new(any))
	refused(f.clinic, f.room.ID, http.StatusConflict, "room_archived")
}

func TestFormsThatAreRefused(t *testing.T) {
	f := newFiles(t)
	good := theFile("a.stl", crown(1))
	for what, test := range map[string]struct {
		parts        []part
		status       int
		code, fields string
	}{
		"no part":           {nil, 400, "validation_failed", "file required"},
		"no name":           {[]part{{`form-data; name="file"`, "x"}}, 400, "validation_failed", "file required"},
		"another field":     {[]part{{`form-data; name="photo"; filename="a.stl"`, "x"}}, 400, "validation_failed", "photo unknown_field"},
		"a field behind it": {[]part{good, {`form-data; name="note"`, "x"}}, 400, "validation_failed", "note unknown_field"},
		"two files":         {[]part{good, good}, 400, "validation_failed", "file duplicate_field"},
		"an empty file":     {[]part{theFile("a.stl", nil)}, 400, "validation_failed", "file required"},
		"a program":         {[]part{theFile("photo.jpg", []byte("MZ\x90\x00"))}, 415, "unsupported_file_type", "file unsupported_file_type"},
		"too much":          {[]part{theFile("a.stl", crown(maxUpload/50))}, 413, "file_too_large", "file too_large"},
		"a long header":     {[]part{theFile(strings.Repeat("x", 40_000), crown(1))}, 400, "validation_failed", "body invalid_multipart"},
	} {
		answer, body := f.sendForm(f.clinic, f.room.ID, test.parts)
		if fields := f.problem(answer, body, test.status, test.code); fields != test.fields {
			t.Errorf("%s: the fields are %s, want %s", what, fields, test.fields)
		}
	}
	path := "/v1/rooms/" + string(f.room.ID) + "/attachments"
	f.refused(f.send(f.api, http.MethodPost, path, f.clinic, "", ""), http.StatusUnsupportedMediaType, "unsupported_media_type")
	f.refused(f.send(f.api, http.MethodPost, path, f.clinic, "application/json", "{}"), http.StatusUnsupportedMediaType, "unsupported_media_type")
	f.refused(f.send(f.api, http.MethodPost, path, f.clinic, "multipart/form-data", "x"), http.StatusBadRequest, "validation_failed")
	f.refused(f.send(f.api, http.MethodPost, path, f.clinic, "multipart/form-data; boundary=b", "no form"), http.StatusBadRequest, "validation_failed")
	f.refused(f.send(f.api, http.MethodPost, path, f.clinic, "multipart/form-data; boundary=b", "--b\r\nno header\r\n\r\n"), http.StatusBadRequest, "validation_failed")
	if left := f.staged(); left != 0 {
		t.Errorf("%d files are left under way", left)
	}
}

func TestNamesInOtherAlphabets(t *testing.T) {
	f := newFiles(t)
	for disposition, want := range map[string]string{
		`form-data; name="file"; filename="크라운.stl"`:                               "크라운.stl",
		`form-data; name="file"; filename*=UTF-8''%ED%81%AC%EB%9D%BC%EC%9A%B4.stl`: "크라운.stl",
		`form-data; name="file"; filename="=?UTF-8?B?7YGs65287Jq0?=.stl"`:          "크라운.stl",
		`form-data; name="file"; filename="..\\..\\evil\".stl"`:                    "evil_.stl",
		`form-data; name="file"; filename="=?x-unknown?Q?a?=.stl"`:                 "=_x-unknown_Q_a_=.stl",
	} {
		answer, body := f.sendForm(f.clinic, f.room.ID, []part{{disposition, string(crown(1))}})
		var got handlers.Attachment
		f.read(answer, body, http.StatusCreated, &got)
		if got.Name != want {
			t.Errorf("%s: got %q, want %q", disposition, got.Name, want)
		}
	}
}

func TestAnUploadCanBeRepeated(t *testing.T) {
	f := newFiles(t)
	send := func(key, name string, content []byte) (*http.Response, []byte) {
		return f.sendForm(f.clinic, f.room.ID, []part{theFile(name, content)}, "Idempotency-Key", key)
	}
	var first, second, other handlers.Attachment
	answer, body := send("k", "a.stl", crown(1))
	f.read(answer, body, http.StatusCreated, &first)
	answer, body = send("k", "a.stl", crown(1))
	f.read(answer, body, http.StatusCreated, &second)
	if first != second || answer.Header.Get("Idempotent-Replayed") != "true" || answer.Header.Get("Location") != "/v1/attachments/"+first.ID {
		t.Errorf("got %+v, then %+v, %v", first, second, answer.Header)
	}
	answer, body = send("k", "a.stl", crown(2))
	f.problem(answer, body, http.StatusUnprocessableEntity, "idempotency_key_reused")
	answer, body = send("k", "b.stl", crown(1))
	f.problem(answer, body, http.StatusUnprocessableEntity, "idempotency_key_reused")
	answer, body = send(strings.Repeat("k", 129), "a.stl", crown(1))
	f.problem(answer, body, http.StatusBadRequest, "validation_failed")
	answer, body = send("other", "a.stl", crown(1))
	if f.read(answer, body, http.StatusCreated, &other); other.ID == first.ID {
		t.Error("another key gave the same file")
	}
}

func TestUploadsCountAsMessages(t *testing.T) {
	f := newFiles(t, func(c *handlers.Config) { c.MessagesPerMinute = 1 })
	f.upload(f.clinic, "a.stl", crown(1))
	answer, body := f.sendForm(f.clinic, f.room.ID, []part{theFile("a.stl", crown(1))})
	f.problem(answer, body, http.StatusTooManyRequests, "too_many_messages")
	f.refused(f.call(f.api, http.MethodPost, "/v1/rooms/"+string(f.room.ID)+"/messages", f.clinic, `{"text":"x"}`), http.StatusTooManyRequests, "too_many_messages")
}

func TestAFileThatTheStoreHasLostIsNotFound(t *testing.T) {
	f := newFiles(t)
	sent := f.upload(f.clinic, "a.stl", crown(1))
	if err := f.store.Delete(f.Context(), domain.ID(sent.ID)); err != nil {
		t.Fatal(err)
	}
	answer, body := f.get(http.MethodGet, "/v1/attachments/"+sent.ID, f.clinic)
	f.problem(answer, body, http.StatusNotFound, "attachment_not_found")
}

func TestUnusedUploadsAreSwept(t *testing.T) {
	f := newFiles(t)
	used, unused := f.upload(f.clinic, "used.stl", crown(1)), f.upload(f.clinic, "unused.stl", crown(1))
	f.world.post(f.api, f.clinic, f.room, `{"type":"file","attachmentIds":["`+used.ID+`"]}`)
	f.advance(domain.UnusedUploadLife - time.Minute)
	fresh := f.upload(f.token(f.api, "lab"), "fresh.stl", crown(1))
	f.advance(2 * time.Minute)
	for range 2 {
		if err := f.uploads.Sweep(f.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for id, want := range map[string]domain.Kind{used.ID: 0, unused.ID: domain.KindNotFound, fresh.ID: 0} {
		content, err := f.store.Open(f.Context(), domain.ID(id))
		if domain.KindOf(err) != want {
			t.Errorf("%s: got %v", id, err)
		}
		if err == nil && content.Close() != nil {
			t.Error("not closed")
		}
	}
	if status := f.statusOf(f.token(f.api, "clinic"), unused.ID); status != http.StatusNotFound {
		t.Errorf("got %d", status)
	}
}

func TestAFullDiskIsTheServersFault(t *testing.T) {
	f := newFiles(t)
	if err := os.Remove(f.dir); err != nil {
		t.Fatal(err)
	}
	answer, body := f.sendForm(f.clinic, f.room.ID, []part{theFile("a.stl", crown(1))})
	f.problem(answer, body, http.StatusInternalServerError, "internal")
}
