package main

import (
	"bytes"
	"path/filepath"
	"testing"
)

func TestTokenKeyIsMadeOnceInADataDirThatIsNotThereYet(t *testing.T) {
	s := settings{dataDir: filepath.Join(t.TempDir(), "data")}
	first, err := tokenKey(s)
	must(t, err)
	second, err := tokenKey(s)
	must(t, err)
	if len(first) < 32 || !bytes.Equal(first, second) {
		t.Errorf("got %d and %d bytes, the same: %t", len(first), len(second), bytes.Equal(first, second))
	}
}
