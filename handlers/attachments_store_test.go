package handlers_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/handlers"
)

// tamperedStore hands out changed files.
type tamperedStore struct {
	domain.FileStore
	tamper func(context.Context, io.ReadSeekCloser) io.ReadSeekCloser
}

func (s tamperedStore) Open(ctx context.Context, id domain.ID) (io.ReadSeekCloser, error) {
	content, err := s.FileStore.Open(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.tamper(ctx, content), nil
}

// brokenFile cannot be read from a place on.
type brokenFile struct {
	io.ReadSeekCloser
	left int
}

func (f *brokenFile) Read(p []byte) (int, error) {
	if f.left == 0 {
		return 0, domain.Unavailable("The file store does not answer.")
	}
	n, err := f.ReadSeekCloser.Read(p[:min(len(p), f.left)])
	f.left -= n
	return n, err
}

func TestAFileStoreThatFailsAtOnceMakesAProblem(t *testing.T) {
	f := newFiles(t)
	sent := f.upload(f.clinic, "a.stl", crown(1))
	f.uploads.Files = tamperedStore{f.store, func(_ context.Context, content io.ReadSeekCloser) io.ReadSeekCloser {
		return &brokenFile{ReadSeekCloser: content}
	}}
	answer, body := f.get(http.MethodGet, "/v1/attachments/"+sent.ID, f.clinic)
	f.problem(answer, body, http.StatusServiceUnavailable, "unavailable")
	if answer.Header.Get("ETag") != "" || answer.Header.Get("Retry-After") == "" {
		t.Errorf("the headers are %v", answer.Header)
	}
}

func TestAFileStoreThatFailsLaterCutsTheAnswer(t *testing.T) {
	f := newFiles(t)
	sent := f.upload(f.clinic, "a.stl", crown(10_000))
	f.uploads.Files = tamperedStore{f.store, func(_ context.Context, content io.ReadSeekCloser) io.ReadSeekCloser {
		return &brokenFile{content, 300_000}
	}}
	answer, err := f.ask(t.Context(), http.MethodGet, "/v1/attachments/"+sent.ID, f.clinic, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if got, err := io.ReadAll(answer.Body); err == nil {
		t.Errorf("%d bytes passed for a whole file", len(got))
	}
}

// silentFile says nothing until its context ends.
type silentFile struct {
	io.ReadSeekCloser
	ctx context.Context
}

func (f silentFile) Read([]byte) (int, error) {
	<-f.ctx.Done()
	return 0, f.ctx.Err()
}

func TestASilentFileStoreIsNotWaitedForForEver(t *testing.T) {
	f := newFiles(t)
	f.api.SetPatience(50 * time.Millisecond)
	sent := f.upload(f.clinic, "a.stl", crown(10_000))
	f.uploads.Files = tamperedStore{f.store, func(ctx context.Context, content io.ReadSeekCloser) io.ReadSeekCloser {
		return struct {
			io.Reader
			io.Seeker
			io.Closer
		}{io.MultiReader(io.LimitReader(content, 300_000), silentFile{content, ctx}), content, content}
	}}
	answer, err := f.ask(t.Context(), http.MethodGet, "/v1/attachments/"+sent.ID, f.clinic, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if got, err := io.ReadAll(answer.Body); err == nil {
		t.Errorf("%d bytes passed for a whole file", len(got))
	}
}

// closing tells when it is closed.
type closing struct {
	io.ReadSeekCloser
	closed chan struct{}
}

func (c closing) Close() error {
	close(c.closed)
	return c.ReadSeekCloser.Close()
}

func TestAReaderWhoStopsIsNotWaitedForForEver(t *testing.T) {
	const large = 32 << 20 // more than sockets hold
	f := newFiles(t, func(c *handlers.Config) { c.MaxUpload = large })
	f.api.SetPatience(50 * time.Millisecond)
	id := f.ids.Next(f.clock())
	if err := f.store.Put(t.Context(), id, bytes.NewReader(make([]byte, large)), large); err != nil {
		t.Fatal(err)
	}
	upload := domain.Upload{RoomID: f.room.ID, CreatedAt: f.clock(), Shared: true}
	upload.Attachment = domain.Attachment{ID: id, Name: "a.stl", ContentType: "model/stl", Size: large, SHA256: strings.Repeat("0", 64)}
	if err := f.world.store.CreateUpload(t.Context(), upload); err != nil {
		t.Fatal(err)
	}
	closed := make(chan struct{})
	f.uploads.Files = tamperedStore{f.store, func(_ context.Context, content io.ReadSeekCloser) io.ReadSeekCloser {
		return closing{content, closed}
	}}
	connection, err := net.Dial("tcp", strings.TrimPrefix(f.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if _, err := fmt.Fprintf(connection, "GET /v1/attachments/%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", id, f.clinic); err != nil {
		t.Fatal(err)
	}
	<-closed
	if got, _ := io.Copy(io.Discard, connection); got >= large { // the end may come as a reset
		t.Errorf("%d bytes came", got)
	}
}
