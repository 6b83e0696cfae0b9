package test

import (
	"bytes"
	"io/fs"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"dentalk/handlers"
)

// smallSTL is a binary STL of one triangle.
func smallSTL() []byte {
	content := make([]byte, 84+50)
	copy(content, "made by a test")
	content[80] = 1
	return content
}

// multipartFile is a body with one file, and its type.
func multipartFile(t testing.TB, name string, content []byte) (body, contentType string) {
	t.Helper()
	var buffer bytes.Buffer
	writer := multipart.NewWriter(&buffer)
	part, err := writer.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = writer.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return buffer.String(), writer.FormDataContentType()
}

// upload sends a file to a room and fails the test unless the status is the expected one.
func upload(t testing.TB, c *caller, room, name string, content []byte, status int, headers ...string) reply {
	t.Helper()
	body, contentType := multipartFile(t, name, content)
	return c.must("POST", "/v1/rooms/"+room+"/attachments", body, status, nil, append([]string{"Content-Type", contentType}, headers...)...)
}

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

func sizeOf(paths []string) (size int64) {
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil {
			size += info.Size()
		}
	}
	return size
}
