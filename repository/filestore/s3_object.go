package filestore

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/minio/minio-go/v7"
)

// object reads an object of a bucket at any place. It is not safe for concurrent use.
type object struct {
	store  *S3
	key    string
	ctx    context.Context // of Open: it holds for the reads
	watch  *watch
	size   int64
	offset int64
	body   io.ReadCloser // from the offset on; nil when it must be asked for
	closed bool
}

func newObject(ctx context.Context, store *S3, key string, size int64) *object {
	ctx, watch := watched(ctx)
	watch.pause() // the reader may take its time
	return &object{store: store, key: key, ctx: ctx, watch: watch, size: size}
}

func (o *object) Read(p []byte) (int, error) {
	switch {
	case o.closed:
		return 0, fail("read file", os.ErrClosed)
	case o.offset >= o.size:
		return 0, io.EOF
	case len(p) == 0:
		return 0, nil
	}
	o.watch.moved()
	defer o.watch.pause()
	if err := o.ask(); err != nil {
		return 0, fail("read file", missing(err))
	}
	n, err := o.body.Read(p)
	o.offset += int64(n)
	switch {
	case err == nil || err == io.EOF && o.offset == o.size:
		return n, err
	case err == io.EOF:
		return n, fail("read file", errBroken)
	}
	return n, fail("read file", fmt.Errorf("%w: %w", errBroken, err))
}

// ask asks for the rest of the object.
func (o *object) ask() error {
	if o.body != nil {
		return nil
	}
	var options minio.GetObjectOptions
	if o.offset > 0 {
		if err := options.SetRange(o.offset, 0); err != nil {
			return err
		}
	}
	body, _, _, err := o.store.client.GetObject(o.ctx, o.store.bucket, o.key, options)
	if err != nil {
		return err
	}
	o.body = body
	return nil
}

// Seek asks the server for nothing.
func (o *object) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += o.offset
	case io.SeekEnd:
		offset += o.size
	}
	if o.closed {
		return 0, fail("seek in file", os.ErrClosed)
	}
	if offset < 0 {
		return 0, fail("seek in file", errNegative)
	}
	if offset != o.offset {
		o.drop()
		o.offset = offset
	}
	return offset, nil
}

// drop ends the request under way.
func (o *object) drop() {
	if o.body != nil {
		_ = o.body.Close()
		o.body = nil
	}
}

func (o *object) Close() error {
	o.closed = true
	o.drop()
	o.watch.stop()
	return nil
}
