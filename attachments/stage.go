// Package attachments receives files of strangers: it finds out what they are whatever they are called,
// refuses what is not taken, and removes from pictures where they were taken.
package attachments

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"dentalk/domain"
)

const (
	// temporary is the pattern of the names of files under way.
	temporary = "upload-*"
	// leftoverAge is how long ago such a file was last written when nobody will go on with it: another
	// process may be at work in the same directory.
	leftoverAge = time.Hour
)

// stage holds files under way in a directory of its own.
type stage struct {
	dir  string
	most int64
}

// NewStage makes a domain.StageFile that holds files of at most the given number of bytes in dir while
// they are checked. Several processes may use the same dir. What a crash has left in it is removed once
// it is an hour old.
func NewStage(dir string, most int64) (domain.StageFile, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make directory of uploads: %w", err)
	}
	if err := removeLeftovers(dir); err != nil {
		return nil, fmt.Errorf("remove leftover uploads: %w", err)
	}
	s := &stage{dir: dir, most: most}
	return s.receive, nil
}

func removeLeftovers(dir string) error {
	found, err := filepath.Glob(filepath.Join(dir, temporary))
	if err != nil {
		return err
	}
	for _, path := range found {
		info, err := os.Stat(path)
		if err == nil && time.Since(info.ModTime()) > leftoverAge {
			err = os.Remove(path)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // its process, or another one, has removed it
			return err
		}
	}
	return nil
}

// receive is the domain.StageFile.
func (s *stage) receive(ctx context.Context, name string, content io.Reader) (domain.StagedFile, error) {
	received, err := s.hold(func(w io.Writer) error { return s.copy(ctx, w, content) })
	if err != nil {
		return domain.StagedFile{}, fmt.Errorf("receive file: %w", err)
	}
	format, edits, err := recognise(received, received.size, name)
	if err != nil {
		received.discard()
		return domain.StagedFile{}, fmt.Errorf("recognise file: %w", err)
	}
	cleaned, err := s.clean(ctx, received, edits)
	if err != nil {
		return domain.StagedFile{}, fmt.Errorf("clean file: %w", err)
	}
	return domain.StagedFile{
		Attachment: domain.Attachment{
			Name: safeName(name, format.extensions), ContentType: format.contentType, Size: cleaned.size, SHA256: cleaned.sum,
		},
		Content: io.NewSectionReader(cleaned, 0, cleaned.size),
		Discard: cleaned.discard,
	}, nil
}

func (s *stage) copy(ctx context.Context, w io.Writer, content io.Reader) error {
	size, err := io.Copy(w, io.LimitReader(contextReader{ctx, content}, s.most+1))
	switch {
	case err != nil:
		return err
	case size > s.most:
		return domain.ErrFileTooLarge(s.most)
	case size == 0:
		return domain.InvalidField("file", "required", "must not be empty")
	}
	return nil
}

// clean gives the file with the edits, and discards the one that has none.
func (s *stage) clean(ctx context.Context, received held, edits []edit) (held, error) {
	if len(edits) == 0 {
		return received, nil
	}
	defer received.discard()
	return s.hold(func(w io.Writer) error {
		return applyEdits(w, contextReaderAt{ctx, received}, received.size, edits)
	})
}

// contextReader ends with its context.
type contextReader struct {
	ctx context.Context
	io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// contextReaderAt ends with its context.
type contextReaderAt struct {
	ctx context.Context
	io.ReaderAt
}

func (r contextReaderAt) ReadAt(p []byte, at int64) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.ReaderAt.ReadAt(p, at)
}

var errDamaged = errors.New("the file is not what it claims to be, or is damaged")
