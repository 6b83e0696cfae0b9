package filestore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"dentalk/domain"
)

// folders is how many a Disk has: with a million files there are some thousand in each.
const folders = 256

// Disk keeps each file in a file of its own, named as its ID, in one of 256 folders. Several
// processes may use the same directory. It is safe for concurrent use.
type Disk struct{ dir string }

var _ domain.FileStore = (*Disk)(nil)

// OpenDisk makes the directory, with all its folders, and removes from it what a crash has left.
func OpenDisk(dir string) (*Disk, error) {
	d := &Disk{dir: dir}
	if err := d.makeFolders(); err != nil {
		return nil, fmt.Errorf("open file store: %w", err)
	}
	if err := d.removeLeftovers(); err != nil {
		return nil, fmt.Errorf("open file store: %w", err)
	}
	return d, nil
}

func (d *Disk) makeFolders() error {
	parent := filepath.Dir(d.dir)
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return err
	}
	err := os.Mkdir(d.dir, 0o700)
	if err == nil {
		err = syncFolder(parent)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	for i := range folders {
		if err := os.Mkdir(d.folder(byte(i)), 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return syncFolder(d.dir)
}

func (d *Disk) folder(number byte) string {
	return filepath.Join(d.dir, hex.EncodeToString([]byte{number}))
}

// path spreads the IDs by their hash: those of one process have the beginning and the end in common.
func (d *Disk) path(id domain.ID) (string, error) {
	if _, ok := domain.ParseID(string(id)); !ok {
		return "", errNoID
	}
	hash := sha256.Sum256([]byte(id))
	return filepath.Join(d.folder(hash[0]), string(id)), nil
}

// Put stores the content: it is on the disk when Put returns.
func (d *Disk) Put(ctx context.Context, id domain.ID, content io.Reader, size int64) error {
	path, err := d.path(id)
	if err == nil {
		err = write(path, newExact(ctx, content, size, func() {}))
	}
	return fail("store file", err)
}

// write writes beside the path and renames, so that there is never a part under the path.
func write(path string, content io.Reader) error {
	file, err := os.CreateTemp(filepath.Dir(path), leftover+"*") // with mode 0600
	if err != nil {
		return err
	}
	_, err = io.Copy(file, content)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// syncFolder makes the names in it survive a crash of the machine.
func syncFolder(path string) error {
	folder, err := os.Open(path) // #nosec G304 -- a folder of the store's own
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// Open gives an *os.File.
func (d *Disk) Open(ctx context.Context, id domain.ID) (io.ReadSeekCloser, error) {
	path, err := d.path(id)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, fail("open file", err)
	}
	file, err := os.Open(path) // #nosec G304 -- made of an ID that was checked
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w (%w)", domain.NotFound("file"), err)
	}
	if err != nil {
		return nil, fail("open file", err)
	}
	return file, nil
}

// Delete is done when the disk has it.
func (d *Disk) Delete(ctx context.Context, id domain.ID) error {
	path, err := d.path(id)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return fail("delete file", err)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fail("delete file", err)
	}
	return fail("delete file", syncFolder(filepath.Dir(path)))
}

// Check tells whether the directory is there.
func (d *Disk) Check(ctx context.Context) error {
	err := ctx.Err()
	if err == nil {
		_, err = os.Stat(d.folder(0))
	}
	return fail("check file store", err)
}
