package handlers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// downloadPolicy keeps what strangers have uploaded from doing anything in a browser.
const downloadPolicy = "default-src 'none'; sandbox"

// inline are the types that browsers show without running anything of them.
var inline = []string{"image/jpeg", "image/png", "image/gif", "image/webp"}

// sendFile writes the file, or the part of it that is asked for, unless the client has it.
func sendFile(c *gin.Context, upload domain.Upload, content io.ReadSeeker, w *deadlineWriter) error {
	header := c.Writer.Header()
	before := header.Clone()
	setFileHeaders(header, upload)
	watched := &watchedFile{ReadSeeker: content}
	http.ServeContent(w, c.Request, "", upload.CreatedAt, watched)
	err := w.refused
	if watched.failed != nil {
		err = fmt.Errorf("read file: %w", watched.failed)
	}
	if err == nil || c.Writer.Written() {
		return err
	}
	unsatisfied := header.Get("Content-Range")
	clear(header)
	maps.Copy(header, before)
	if errors.Is(err, errRange) {
		setHeader(header, "Content-Range", unsatisfied)
	}
	return err
}

func setFileHeaders(header http.Header, upload domain.Upload) {
	disposition := "attachment"
	if slices.Contains(inline, upload.ContentType) {
		disposition = "inline"
	}
	header.Set("Content-Type", upload.ContentType)
	header.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": upload.Name}))
	header.Set("Content-Security-Policy", downloadPolicy)
	header.Set("ETag", `"`+upload.SHA256+`"`)
	header.Set("Cache-Control", "private, no-cache") // asked again each time: who may see it can change
}

// watchedFile remembers why it could not be read.
type watchedFile struct {
	io.ReadSeeker
	failed error
}

func (f *watchedFile) Read(p []byte) (int, error) {
	n, err := f.ReadSeeker.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		f.failed = err
	}
	return n, err
}

func (f *watchedFile) Seek(offset int64, whence int) (int64, error) {
	at, err := f.ReadSeeker.Seek(offset, whence)
	if err != nil {
		f.failed = err
	}
	return at, err
}

// watch ends a download that does not get on: a file store that is silent, or a client.
type watch struct{ timer *time.Timer }

func newWatch(end context.CancelFunc) watch { return watch{time.AfterFunc(requestTimeout, end)} }

func (w watch) stop() { w.timer.Stop() }

// deadlineWriter gives the client some time for each write, and keeps back the refusals of
// http.ServeContent, which are no problem+json.
type deadlineWriter struct {
	http.ResponseWriter
	patience time.Duration
	watch    watch
	refused  error
}

func (w *deadlineWriter) WriteHeader(status int) {
	switch {
	case status == http.StatusRequestedRangeNotSatisfiable:
		w.refused = errRange
	case status == http.StatusPreconditionFailed:
		w.refused = errPrecondition
	case status >= http.StatusBadRequest:
		w.refused = fmt.Errorf("serve file: status %d", status)
	default:
		w.ResponseWriter.WriteHeader(status)
	}
}

func (w *deadlineWriter) Write(p []byte) (int, error) {
	if w.refused != nil {
		return len(p), nil
	}
	w.watch.timer.Reset(w.patience)
	err := http.NewResponseController(w.ResponseWriter).SetWriteDeadline(time.Now().Add(w.patience))
	if err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, fmt.Errorf("set write deadline: %w", err)
	}
	return w.ResponseWriter.Write(p)
}
