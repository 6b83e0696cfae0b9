package attachments_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"dentalk/attachments"
	"dentalk/domain"
)

func TestAFileMayBeAsLargeAsIsAllowed(t *testing.T) {
	content := binarySTL("", 10)
	w := newWorld(t, int64(len(content)))
	if _, stored := w.stage("a.stl", content); !bytes.Equal(stored, content) {
		t.Error("the content has changed")
	}
	w = newWorld(t, int64(len(content))-1)
	refusal := w.refused("a.stl", content, domain.KindTooLarge, "file_too_large")
	if !strings.Contains(refusal.Detail, "583 bytes") {
		t.Errorf("the limit is not told: %s", refusal.Detail)
	}
	w.empty()
}

// endless gives a JPEG's beginning, and then the same byte for ever.
type endless struct{ read int64 }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	e.read += int64(len(p))
	return len(p), nil
}

func TestNoMoreIsReadThanIsAllowed(t *testing.T) {
	w := newWorld(t, 1<<20)
	content := &endless{}
	_, err := w.receive(t.Context(), "a.jpg", content)
	if domain.KindOf(err) != domain.KindTooLarge || content.read > 2<<20 {
		t.Errorf("read %d bytes, %v", content.read, err)
	}
	w.empty()
}

func TestASenderWhoFailsLeavesNothing(t *testing.T) {
	w := newWorld(t, 1<<20)
	cut := errors.New("the connection is cut")
	_, err := w.receive(t.Context(), "a.jpg", io.MultiReader(bytes.NewReader(plainJPEG(t)), iotest.ErrReader(cut)))
	if !errors.Is(err, cut) {
		t.Errorf("got %v", err)
	}
	w.empty()
}

func TestAnEndedContextLeavesNothing(t *testing.T) {
	w := newWorld(t, 1<<20)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.receive(ctx, "a.jpg", bytes.NewReader(plainJPEG(t))); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	w.empty()
}

func TestOnlyTheOwnerMayReadWhatIsStaged(t *testing.T) {
	w := newWorld(t, 1<<20)
	staged, err := w.receive(t.Context(), "a.stl", bytes.NewReader(binarySTL("", 1)))
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(w.dir)
	if err != nil || len(entries) != 1 {
		t.Fatalf("got %v, %v", entries, err)
	}
	info, err := entries[0].Info()
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the mode is %v, %v", info.Mode(), err)
	}
	staged.Discard()
	w.empty()
}

func TestWhatACrashHasLeftIsRemovedWhenItIsOld(t *testing.T) {
	w := newWorld(t, 1<<20)
	long := time.Now().Add(-61 * time.Minute)
	other := filepath.Join(w.dir, "other")
	if err := errors.Join(os.WriteFile(other, nil, 0o600), os.Chtimes(other, long, long)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.receive(t.Context(), "a.stl", bytes.NewReader(binarySTL("", 1))); err != nil {
		t.Fatal(err) // and never discarded
	}
	left, err := filepath.Glob(filepath.Join(w.dir, "upload-*"))
	if err != nil || len(left) != 1 {
		t.Fatalf("got %v, %v", left, err)
	}
	if err := os.Chtimes(left[0], long, long); err != nil {
		t.Fatal(err)
	}
	if _, err := attachments.NewStage(w.dir, 1<<20); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(other); err != nil {
		t.Errorf("what is no upload was removed: %v", err)
	}
	w.empty()
}

func TestAnotherProcessLeavesUploadsUnderWayAlone(t *testing.T) {
	w := newWorld(t, 1<<20)
	content := binarySTL("", 1)
	body, sender := io.Pipe()
	received := make(chan error, 1)
	go func() {
		staged, err := w.receive(t.Context(), "a.stl", body)
		if err == nil {
			staged.Discard()
		}
		received <- err
	}()
	if _, err := sender.Write(content[:50]); err != nil {
		t.Fatal(err)
	}
	if _, err := attachments.NewStage(w.dir, 1<<20); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(w.dir); err != nil || len(left) != 1 {
		t.Errorf("under way are %v, %v", left, err)
	}
	if _, err := sender.Write(content[50:]); err != nil {
		t.Fatal(err)
	}
	if err := sender.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-received; err != nil {
		t.Error(err)
	}
	w.empty()
}

func TestADirectoryThatCannotBeMadeIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := attachments.NewStage(filepath.Join(file, "uploads"), 1); err == nil {
		t.Error("a file was taken for a directory")
	}
}
