package filestore_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/repository/filestore"
)

// files lists the files in the directory by their names.
func files(t testing.TB, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			found[entry.Name()] = path
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestDiskHidesFilesFromOthers(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "files")
	store := place{dir: dir}.open(t)
	put(t, store, id(1), []byte("content"))
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has the mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestDiskSpreadsFiles: IDs have their beginning in common by time, and their end by process.
func TestDiskSpreadsFiles(t *testing.T) {
	dir := t.TempDir()
	store := place{dir: dir}.open(t)
	source, err := domain.NewIDSource(strings.NewReader("random"), domain.ZeroID)
	if err != nil {
		t.Fatal(err)
	}
	const count = 200
	for range count {
		put(t, store, source.Next(time.Now()), nil)
	}
	folders := map[string]int{}
	for _, path := range files(t, dir) {
		folders[filepath.Dir(path)]++
	}
	for folder, has := range folders {
		if has > count/10 {
			t.Errorf("%d of %d files are in %s", has, count, folder)
		}
	}
}

func TestFailedPutsLeaveNoFiles(t *testing.T) {
	dir := t.TempDir()
	store := place{dir: dir}.open(t)
	ctx, cancel := context.WithCancel(t.Context())
	content := readerFunc(func(p []byte) (int, error) {
		cancel()
		return len(p), nil
	})
	wantKind(t, domain.KindUnavailable, store.Put(ctx, id(1), content, 1<<20))
	if err := store.Put(t.Context(), id(2), random(9), 10); err == nil {
		t.Error("a short content was stored")
	}
	if left := files(t, dir); len(left) > 0 {
		t.Errorf("there is still %v", left)
	}
}

func TestOldLeftoversAreRemoved(t *testing.T) {
	dir := t.TempDir()
	store := place{dir: dir}.open(t)
	put(t, store, id(1), []byte("content"))
	folder := filepath.Dir(files(t, dir)[string(id(1))])
	now := time.Now()
	for name, age := range map[string]time.Duration{"incomplete-old": 2 * time.Hour, "incomplete-new": time.Minute, string(id(2)): 2 * time.Hour} {
		path := filepath.Join(folder, name)
		if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Chtimes(path, now, now.Add(-age))); err != nil {
			t.Fatal(err)
		}
	}
	place{dir: dir}.open(t)
	left := files(t, dir)
	for name, want := range map[string]bool{"incomplete-old": false, "incomplete-new": true, string(id(1)): true, string(id(2)): true} {
		if got := left[name] != ""; got != want {
			t.Errorf("%s is there: %v", name, got)
		}
	}
}

func TestDiskWithoutItsDirectoryIsNoted(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "files")
	store := place{dir: dir}.open(t)
	if err := store.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := store.Check(t.Context()); err == nil {
		t.Error("a directory that is gone was not noted")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := filestore.Open(t.Context(), "", file); err == nil {
		t.Error("a file was taken for a directory")
	}
}
