package filestore

import (
	"context"
	"errors"
	"io"
	"sync"
)

// exact reads exactly as many bytes as were said: it fails at the end of a content that is shorter,
// and before the end of one that is longer, so that whoever takes the bytes never has them all. It
// is safe for concurrent use.
type exact struct {
	ctx     context.Context
	content io.Reader
	moved   func() // called when bytes were taken

	mu   sync.Mutex
	left int64
	err  error // after which nothing is read
}

func newExact(ctx context.Context, content io.Reader, size int64, moved func()) *exact {
	return &exact{ctx: ctx, content: content, left: size, moved: moved}
}

func (e *exact) Read(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.err != nil || len(p) == 0 {
		return 0, e.err
	}
	e.moved()
	var n int
	n, e.err = e.read(p)
	return n, e.err
}

func (e *exact) read(p []byte) (int, error) {
	if e.ctx.Err() != nil {
		return 0, context.Cause(e.ctx)
	}
	if e.left <= 0 {
		return 0, e.end()
	}
	n, err := e.content.Read(p[:min(int64(len(p)), e.left)])
	e.left -= int64(n)
	if err == nil && e.left == 0 {
		err = e.end()
	}
	if errors.Is(err, io.EOF) && e.left > 0 {
		err = errTooShort
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	return n, err
}

// end is io.EOF when there is nothing more.
func (e *exact) end() error {
	if e.left < 0 {
		return errTooLong
	}
	var more [1]byte
	_, err := io.ReadFull(e.content, more[:])
	if err == nil {
		return errTooLong
	}
	return err
}

// stop waits for a Read under way and makes it the last. It tells what was wrong with the content,
// and whether all of it was given away.
func (e *exact) stop() (whole bool, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	err = e.err
	e.err = errStopped
	if errors.Is(err, io.EOF) {
		return true, nil
	}
	return false, err
}
