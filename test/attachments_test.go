package test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io/fs"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/handlers"
)

// filesRoom is a room whose participants send each other files.
type filesRoom struct {
	*testing.T
	server                *server
	operator, clinic, lab *caller
	id                    string
}

func newFilesRoom(t *testing.T, s *server) *filesRoom {
	t.Helper()
	r := &filesRoom{T: t, server: s, operator: s.operator(t)}
	r.clinic, r.lab = s.member(t, r.operator, "clinic", "clinic", "en"), s.member(t, r.operator, "lab", "lab", "ko")
	r.id = r.operator.room("files", r.clinic, r.lab).ID
	return r
}

func (r *filesRoom) upload(c *caller, name string, content []byte) (file handlers.Attachment) {
	r.Helper()
	c.decode(upload(r, c, r.id, name, content, http.StatusCreated), http.StatusCreated, &file)
	return file
}

// send posts a message of the type with files.
func (r *filesRoom) send(c *caller, kind string, files ...handlers.Attachment) (message handlers.Message) {
	r.Helper()
	ids := []string{}
	for _, file := range files {
		ids = append(ids, file.ID)
	}
	request := map[string]any{"type": kind, "attachmentIds": ids}
	if kind == "note" {
		request["text"] = "between us"
	}
	c.must("POST", "/v1/rooms/"+r.id+"/messages", request, http.StatusCreated, &message)
	return message
}

func (r *filesRoom) download(c *caller, file handlers.Attachment, headers ...string) reply {
	r.Helper()
	return c.must("GET", "/v1/attachments/"+file.ID, nil, http.StatusOK, nil, headers...)
}

func (r *filesRoom) hidden(c *caller, file handlers.Attachment) {
	r.Helper()
	c.refused("GET", "/v1/attachments/"+file.ID, nil, http.StatusNotFound, "attachment_not_found")
}

// largeSTL is a binary STL of so many triangles, no two bytes of a row alike.
func largeSTL(triangles int) []byte {
	content := make([]byte, 84+50*triangles)
	for i := 84; i < len(content); i++ {
		content[i] = byte(i * 7)
	}
	content[80], content[81], content[82] = byte(triangles), byte(triangles>>8), byte(triangles>>16)
	return content
}

func TestFilesAreDownloadedWholeAndInParts(t *testing.T) {
	r := newFilesRoom(t, startServer(t, t.TempDir()))
	content := largeSTL(6000)
	file := r.upload(r.clinic, "../upper jaw.stl", content)
	r.send(r.clinic, "file", file)
	path := "/v1/attachments/" + file.ID
	whole := r.download(r.lab, file)
	if !bytes.Equal(whole.body, content) || whole.header.Get("Content-Type") != "model/stl" || int(file.Size) != len(content) {
		t.Errorf("got %d bytes of %s, want %d", len(whole.body), whole.header.Get("Content-Type"), len(content))
	}
	if disposition, parameters, err := mime.ParseMediaType(whole.header.Get("Content-Disposition")); err != nil || disposition != "attachment" || parameters["filename"] != "upper jaw.stl" {
		t.Errorf("got %s %v, %v", disposition, parameters, err)
	}
	tag, size := whole.header.Get("ETag"), len(content)
	for _, test := range []struct {
		headers []string
		status  int
		want    []byte
	}{
		{[]string{"Range", "bytes=100-199"}, 206, content[100:200]},
		{[]string{"Range", "bytes=0-0"}, 206, content[:1]},
		{[]string{"Range", "bytes=-10"}, 206, content[size-10:]},
		{[]string{"Range", fmt.Sprintf("bytes=%d-", size-5)}, 206, content[size-5:]},
		{[]string{"Range", "bytes=10-19", "If-Range", tag}, 206, content[10:20]},
		{[]string{"Range", "bytes=10-19", "If-Range", `"other"`}, 200, content},
		{[]string{"If-None-Match", tag}, 304, nil},
		{[]string{"If-None-Match", `"other"`}, 200, content},
	} {
		if got := r.lab.must("GET", path, nil, test.status, nil, test.headers...); !bytes.Equal(got.body, test.want) {
			t.Errorf("%v: got %d bytes, want %d", test.headers, len(got.body), len(test.want))
		}
	}
	r.lab.refused("GET", path, nil, http.StatusRequestedRangeNotSatisfiable, "range_not_satisfiable", "Range", fmt.Sprintf("bytes=%d-", size))
	r.lab.refused("GET", path, nil, http.StatusPreconditionFailed, "precondition_failed", "If-Match", `"other"`)
	head := r.lab.must("HEAD", path, nil, http.StatusOK, nil)
	if len(head.body) > 0 || head.header.Get("Content-Length") != fmt.Sprint(size) || head.header.Get("ETag") != tag || head.header.Get("Accept-Ranges") != "bytes" {
		t.Errorf("HEAD answers %d bytes and %v", len(head.body), head.header)
	}
	r.twoParts(path, content)
}

func (r *filesRoom) twoParts(path string, content []byte) {
	r.Helper()
	answer := r.lab.must("GET", path, nil, http.StatusPartialContent, nil, "Range", "bytes=0-9,100-149")
	_, parameters, err := mime.ParseMediaType(answer.header.Get("Content-Type"))
	if err != nil {
		r.Fatal(err)
	}
	parts := multipart.NewReader(bytes.NewReader(answer.body), parameters["boundary"])
	for _, want := range [][]byte{content[:10], content[100:150]} {
		part, err := parts.NextPart()
		if err != nil {
			r.Fatal(err)
		}
		var got bytes.Buffer
		if _, err := got.ReadFrom(part); err != nil || !bytes.Equal(got.Bytes(), want) {
			r.Errorf("a part has %d bytes, want %d: %v", got.Len(), len(want), err)
		}
	}
}

// placeText is where the photograph was taken.
const placeText = "37.4979N 127.0276E, Gangnam Smile Dental"

// photograph is a JPEG whose Exif tells where it was taken.
func photograph(t testing.TB) []byte {
	t.Helper()
	picture := image.NewGray(image.Rect(0, 0, 32, 32))
	for i := range 32 {
		picture.SetGray(i, i, color.Gray{Y: 200})
	}
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, picture, nil); err != nil {
		t.Fatal(err)
	}
	// One directory with the orientation and a pointer to that of the place, which has one text.
	exif := "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08" +
		"\x00\x02" + "\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00" + "\x88\x25\x00\x04\x00\x00\x00\x01\x00\x00\x00\x26" + "\x00\x00\x00\x00" +
		"\x00\x01" + "\x00\x1c\x00\x07\x00\x00\x00" + string(rune(len(placeText))) + "\x00\x00\x00\x38" + "\x00\x00\x00\x00" + placeText
	segment := func(marker byte, payload string) string {
		return "\xff" + string([]byte{marker, byte((len(payload) + 2) >> 8), byte(len(payload) + 2)}) + payload
	}
	return []byte("\xff\xd8" + segment(0xe1, exif) + segment(0xfe, placeText) + plain.String()[2:])
}

func TestPhotographsLoseWhereTheyWereTaken(t *testing.T) {
	r := newFilesRoom(t, startServer(t, t.TempDir()))
	sent := photograph(t)
	file := r.upload(r.lab, "crown.jpg", sent)
	r.send(r.lab, "image", file)
	got := r.download(r.clinic, file)
	if !bytes.Contains(sent, []byte(placeText)) || bytes.Contains(got.body, []byte(placeText)) || bytes.Contains(got.body, []byte("\x88\x25")) {
		t.Errorf("the place is in what is downloaded: %q", got.body)
	}
	if !bytes.Contains(got.body, []byte("\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06")) {
		t.Error("the picture's orientation is gone")
	}
	if _, err := jpeg.Decode(bytes.NewReader(got.body)); err != nil || got.header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("got %s: %v", got.header.Get("Content-Type"), err)
	}
	wantNowhere(t, r.server.dir, placeText)
}

// wantNowhere fails the test for each file of the directory that holds one of the texts, in its name
// or its content, in whatever case.
func wantNowhere(t testing.TB, dir string, texts ...string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		for _, text := range texts {
			if bytes.Contains(bytes.ToLower(append([]byte(entry.Name()+"\n"), content...)), bytes.ToLower([]byte(text))) {
				t.Errorf("%q is in %s", text, path)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestProgramsWithAFriendlyNameAreRefused(t *testing.T) {
	r := newFilesRoom(t, startServer(t, t.TempDir()))
	for _, beginning := range []string{"MZ\x90\x00\x03", "\x7fELF\x02\x01\x01", "#!/bin/sh\n", "<script>", "\xca\xfe\xba\xbe"} {
		content := append([]byte(beginning), smallSTL()[len(beginning):]...)
		answer := upload(t, r.lab, r.id, "scan.stl", content, http.StatusUnsupportedMediaType)
		if !strings.Contains(string(answer.body), `"unsupported_file_type"`) {
			t.Errorf("%q: got %s", beginning, answer.body)
		}
	}
	if left := regularFiles(t, r.server.dir, "files", "incoming"); len(left) > 0 {
		t.Errorf("of what was refused is left %v", left)
	}
}

// regularFiles lists the files below some folders of the directory.
func regularFiles(t testing.TB, dir string, folders ...string) (paths []string) {
	t.Helper()
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join(dir, folder), func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				paths = append(paths, path)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	return paths
}

func TestFilesAreSeenByThoseInTheRoomOnly(t *testing.T) {
	r := newFilesRoom(t, startServer(t, t.TempDir()))
	outsider := r.server.member(t, r.operator, "outsider", "lab", "ko")
	file := r.upload(r.clinic, "scan.stl", smallSTL())
	r.hidden(r.lab, file) // not sent yet
	r.download(r.operator, file)
	r.send(r.clinic, "file", file)
	r.download(r.lab, file)
	r.hidden(outsider, file)
	outsider.refused("GET", "/v1/attachments/"+file.ID, nil, http.StatusNotFound, "attachment_not_found", "Range", "bytes=0-0", "If-None-Match", `"`+file.SHA256+`"`)
	outsider.must("POST", "/v1/rooms/"+r.id+"/messages", map[string]any{"type": "file", "attachmentIds": []string{file.ID}}, http.StatusNotFound, nil)
	r.lab.must("POST", "/v1/rooms/"+r.id+"/messages", map[string]any{"type": "file", "attachmentIds": []string{file.ID}}, http.StatusBadRequest, nil)

	r.operator.must("POST", "/v1/rooms/"+r.id+"/participants", map[string]any{"userId": r.operator.user.ID}, http.StatusCreated, nil)
	note := r.upload(r.operator, "assessment.stl", smallSTL())
	r.send(r.operator, "note", note)
	r.hidden(r.clinic, note)
	r.hidden(r.lab, note)
	r.download(r.operator, note)

	r.operator.must("DELETE", "/v1/rooms/"+r.id+"/participants/"+r.lab.user.ID, nil, http.StatusNoContent, nil)
	r.hidden(r.lab, file)
	r.download(r.clinic, file)
}

// TestFilesOfMessagesAreToldEverywhere compares what history, streams and polls say of an image.
func TestFilesOfMessagesAreToldEverywhere(t *testing.T) {
	r := newFilesRoom(t, startServer(t, t.TempDir()))
	begin := r.clinic.post(r.id, "Here it comes.")
	streams := []*subscriber{
		r.clinic.subscribe(t, "/v1/rooms/"+r.id+"/stream").ready(), r.operator.subscribe(t, "/v1/stream").ready(),
		r.clinic.subscribeFrom(t, "/v1/stream", begin.ID).ready(),
	}
	files := []handlers.Attachment{r.upload(r.lab, "front.jpg", photograph(t)), r.upload(r.lab, "side.jpg", photograph(t))}
	sent := r.send(r.lab, "image", files...)
	streams = append(streams, r.lab.subscribeFrom(t, "/v1/rooms/"+r.id+"/stream", begin.ID).ready())
	if diff := cmp.Diff(files, r.clinic.history(r.id)[1].Content.Attachments); diff != "" || sent.Content.Type != "image" {
		t.Errorf("the history (-want +got):\n%s", diff)
	}
	for _, stream := range streams {
		wantFiles(t, stream, files)
	}
	polled := r.clinic.must("GET", "/v1/rooms/"+r.id+"/events?after="+begin.ID, nil, http.StatusOK, nil)
	for _, file := range files {
		if !strings.Contains(string(polled.body), file.SHA256) {
			t.Errorf("the poll lacks %s: %s", file.Name, polled.body)
		}
	}
}

// wantFiles waits for a message with these files.
func wantFiles(t testing.TB, stream *subscriber, files []handlers.Attachment) {
	t.Helper()
	var message handlers.Message
	eventually(t, "the message with the files", func() bool {
		return stream.last("message.created", &message) == nil && len(message.Content.Attachments) > 0
	})
	if diff := cmp.Diff(files, message.Content.Attachments); diff != "" {
		t.Errorf("the stream (-want +got):\n%s", diff)
	}
}
