package attachments_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"testing"

	"dentalk/attachments"
	"dentalk/domain"
)

// world is a stage with its directory.
type world struct {
	testing.TB
	dir     string
	receive domain.StageFile
}

func newWorld(t testing.TB, most int64) *world {
	t.Helper()
	w := &world{TB: t, dir: t.TempDir()}
	receive, err := attachments.NewStage(w.dir, most)
	if err != nil {
		t.Fatal(err)
	}
	w.receive = receive
	return w
}

// stage gives what becomes of a file, and its content.
func (w *world) stage(name string, content []byte) (domain.Attachment, []byte) {
	w.Helper()
	staged, err := w.receive(w.Context(), name, bytes.NewReader(content))
	if err != nil {
		w.Fatalf("%s: %v", name, err)
	}
	defer staged.Discard()
	stored, err := io.ReadAll(staged.Content)
	if err != nil {
		w.Fatal(err)
	}
	sum := sha256.Sum256(stored)
	if staged.Size != int64(len(stored)) || staged.SHA256 != hex.EncodeToString(sum[:]) {
		w.Errorf("%s: size %d and hash %s are not those of the %d bytes stored", name, staged.Size, staged.SHA256, len(stored))
	}
	return staged.Attachment, stored
}

// refused fails the test unless the file is refused so.
func (w *world) refused(name string, content []byte, kind domain.Kind, code string) *domain.Error {
	w.Helper()
	staged, err := w.receive(w.Context(), name, bytes.NewReader(content))
	if err == nil {
		staged.Discard()
		w.Fatalf("%s was taken as %s", name, staged.ContentType)
	}
	var known *domain.Error
	if !errors.As(err, &known) || known.Kind != kind || known.Code != code {
		w.Fatalf("%s: got %v, want %s", name, err, code)
	}
	if len(known.Fields) != 1 || known.Fields[0].Field != "file" {
		w.Errorf("%s: the fields are %v", name, known.Fields)
	}
	return known
}

// empty fails the test unless nothing is left in the directory.
func (w *world) empty() {
	w.Helper()
	entries, err := os.ReadDir(w.dir)
	if err != nil || len(entries) > 0 {
		w.Errorf("left behind: %v, %v", entries, err)
	}
}
