package handlers_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"os"
	"strings"
	"testing"

	"dentalk/attachments"
	"dentalk/domain"
	"dentalk/handlers"
	"dentalk/repository/filestore"
)

// maxUpload is how large a file may be in these tests.
const maxUpload = 1 << 20

// files is a room with a clinic and a lab, and an API that listens.
type files struct {
	*world
	api      *handlers.API
	url      string
	room     domain.Room
	uploads  *domain.Uploads
	store    domain.FileStore
	dir      string // of files under way
	clinic   string // token
	lab      string
	operator string
	outsider string
}

func newFiles(t *testing.T, change ...func(*handlers.Config)) *files {
	t.Helper()
	f := &files{world: newWorld(t), dir: t.TempDir()}
	var err error
	if f.store, err = filestore.OpenDisk(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	stage, err := attachments.NewStage(f.dir, maxUpload)
	if err != nil {
		t.Fatal(err)
	}
	f.api = f.instance(append([]func(*handlers.Config){func(c *handlers.Config) {
		f.uploads = &domain.Uploads{
			Store: f.world.store, Files: f.store, Stage: stage, Access: c.Chat, IDs: f.ids, Now: f.clock, Audit: f.audit,
		}
		c.Uploads, c.MaxUpload = f.uploads, maxUpload
	}}, change...)...)
	server := httptest.NewServer(f.api)
	t.Cleanup(server.Close)
	f.url = server.URL
	f.room = f.world.room("order", f.user("clinic", domain.RoleClinic, ""), f.user("lab", domain.RoleLab, ""))
	f.user("operator", domain.RoleOperator, "")
	f.user("outsider", domain.RoleClinic, "")
	f.clinic, f.lab = f.token(f.api, "clinic"), f.token(f.api, "lab")
	f.operator, f.outsider = f.token(f.api, "operator"), f.token(f.api, "outsider")
	return f
}

// crown is a binary STL of so many triangles.
func crown(triangles int) []byte {
	made := make([]byte, 80+4+50*triangles)
	copy(made, "made by a test")
	binary.LittleEndian.PutUint32(made[80:], uint32(triangles))
	return made
}

// part is one part of a form.
type part struct {
	disposition string
	content     string
}

// theFile is the part of a file with this name.
func theFile(name string, content []byte) part {
	return part{`form-data; name="file"; filename="` + name + `"`, string(content)}
}

func form(t *testing.T, parts ...part) (body []byte, kind string) {
	t.Helper()
	var buffer bytes.Buffer
	writer := multipart.NewWriter(&buffer)
	for _, one := range parts {
		w, err := writer.CreatePart(textproto.MIMEHeader{"Content-Disposition": {one.disposition}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, one.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes(), writer.FormDataContentType()
}

// ask sends a request over the network. Headers are name, value, name, value.
func (f *files) ask(ctx context.Context, method, path, token string, body io.Reader, headers ...string) (*http.Response, error) {
	f.Helper()
	request, err := http.NewRequestWithContext(ctx, method, f.url+path, body)
	if err != nil {
		f.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return http.DefaultClient.Do(request)
}

// get gives the answer with its body.
func (f *files) get(method, path, token string, headers ...string) (*http.Response, []byte) {
	f.Helper()
	answer, err := f.ask(f.Context(), method, path, token, nil, headers...)
	if err != nil {
		f.Fatal(err)
	}
	return answer, f.body(answer)
}

func (f *files) body(answer *http.Response) []byte {
	f.Helper()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		f.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		f.Fatal(err)
	}
	return body
}

// send uploads a form.
func (f *files) sendForm(token string, room domain.ID, parts []part, headers ...string) (*http.Response, []byte) {
	f.Helper()
	body, kind := form(f.T, parts...)
	answer, err := f.ask(f.Context(), http.MethodPost, "/v1/rooms/"+string(room)+"/attachments", token, bytes.NewReader(body),
		append([]string{"Content-Type", kind}, headers...)...)
	if err != nil {
		f.Fatal(err)
	}
	return answer, f.body(answer)
}

// upload sends a file that must be taken.
func (f *files) upload(token, name string, content []byte) handlers.Attachment {
	f.Helper()
	answer, body := f.sendForm(token, f.room.ID, []part{theFile(name, content)})
	var attachment handlers.Attachment
	f.read(answer, body, http.StatusCreated, &attachment)
	if location := answer.Header.Get("Location"); location != "/v1/attachments/"+attachment.ID {
		f.Errorf("the location is %q", location)
	}
	return attachment
}

func (f *files) read(answer *http.Response, body []byte, status int, into any) {
	f.Helper()
	if answer.StatusCode != status {
		f.Fatalf("got %d %s, want %d", answer.StatusCode, body, status)
	}
	if err := json.Unmarshal(body, into); err != nil {
		f.Fatal(err)
	}
}

// problem fails the test unless the answer is one with this status and code, and gives its fields as
// "field code".
func (f *files) problem(answer *http.Response, body []byte, status int, code string) string {
	f.Helper()
	var problem handlers.Problem
	f.read(answer, body, status, &problem)
	if problem.Code != code || answer.Header.Get("Content-Type") != "application/problem+json" {
		f.Fatalf("got %s as %s, want code %s", body, answer.Header.Get("Content-Type"), code)
	}
	fields := []string{}
	for _, one := range problem.Errors {
		fields = append(fields, one.Field+" "+one.Code)
	}
	return strings.Join(fields, ", ")
}

// status gives that of reading a file.
func (f *files) statusOf(token, id string) int {
	f.Helper()
	answer, _ := f.get(http.MethodGet, "/v1/attachments/"+id, token)
	return answer.StatusCode
}

// staged tells how many files are under way.
func (f *files) staged() int {
	f.Helper()
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		f.Fatal(err)
	}
	return len(entries)
}

// await waits until so many files are under way.
func (f *files) await(want int) {
	f.Helper()
	f.eventually(func() bool { return f.staged() == want })
}
