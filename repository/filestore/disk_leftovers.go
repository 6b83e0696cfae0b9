package filestore

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// leftover begins the name of a file that is not complete; no ID begins so.
const leftover = "incomplete-"

// leftoverAge is how long ago such a file was last written when nobody will complete it: another
// process may be at work in the same directory.
const leftoverAge = time.Hour

func (d *Disk) removeLeftovers() error {
	for i := range folders {
		if err := removeLeftovers(d.folder(byte(i))); err != nil {
			return err
		}
	}
	return nil
}

func removeLeftovers(path string) error {
	folder, err := os.Open(path) // #nosec G304 -- a folder of the store's own
	if err != nil {
		return err
	}
	defer folder.Close()
	for {
		names, err := folder.Readdirnames(1000)
		for _, name := range names {
			if err := removeLeftover(filepath.Join(path, name)); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// removeLeftover removes the file when it is one, and old.
func removeLeftover(path string) error {
	if !strings.HasPrefix(filepath.Base(path), leftover) {
		return nil
	}
	info, err := os.Stat(path)
	if err == nil && time.Since(info.ModTime()) > leftoverAge {
		err = os.Remove(path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil // completed, or removed by another process
	}
	return err
}
