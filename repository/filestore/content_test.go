package filestore_test

import (
	"bytes"
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"testing"

	"dentalk/domain"
)

// random is content of the size, always the same.
func random(size int64) io.Reader {
	return io.LimitReader(rand.NewChaCha8([32]byte{1}), size)
}

func randomBytes(t testing.TB, size int64) []byte {
	t.Helper()
	content, err := io.ReadAll(random(size))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func put(t testing.TB, store domain.FileStore, id domain.ID, content []byte) {
	t.Helper()
	if err := store.Put(t.Context(), id, bytes.NewReader(content), int64(len(content))); err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, store domain.FileStore, id domain.ID) io.ReadSeekCloser {
	t.Helper()
	file, err := store.Open(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	return file
}

func wantContent(t testing.TB, store domain.FileStore, id domain.ID, want io.Reader) {
	t.Helper()
	file, err := store.Open(t.Context(), id)
	if err != nil {
		t.Error(err)
		return
	}
	defer file.Close()
	if got, want := hash(t, file), hash(t, want); got != want {
		t.Errorf("file %s has another content", id)
	}
}

func hash(t testing.TB, content io.Reader) [sha256.Size]byte {
	t.Helper()
	h := sha256.New()
	if _, err := io.Copy(h, content); err != nil {
		t.Error(err)
	}
	return [sha256.Size]byte(h.Sum(nil))
}
