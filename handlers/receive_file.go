package handlers

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

const (
	// filePatience is how long a file's next bytes may take, in either direction.
	filePatience = 30 * time.Second
	// receiveTimeout is how long a whole upload may take.
	receiveTimeout = 30 * time.Minute
	// storeFileTimeout bounds the storing of a file that was received. It is less than keyLease.
	storeFileTimeout = 45 * time.Second
	// maxPartHeader bounds what an upload may hold before the file, and what behind it, in bytes.
	maxPartHeader = 16 << 10
)

// receiveFile stages the one file of a multipart body. The request's body is read as it comes: nothing
// holds the whole of it in memory.
func (a *API) receiveFile(c *gin.Context) (domain.StagedFile, error) {
	body, boundary, err := a.openForm(c)
	if err != nil {
		return domain.StagedFile{}, err
	}
	form := multipart.NewReader(body, boundary)
	part, err := body.next(form)
	if errors.Is(err, errNoPart) {
		return domain.StagedFile{}, domain.InvalidField("file", "required", "must be a part of the body, with a name for the file")
	}
	if err != nil {
		return domain.StagedFile{}, err
	}
	body.left, body.tooMuch = a.MaxUpload+maxPartHeader, domain.ErrFileTooLarge(a.MaxUpload)
	staged, err := a.Uploads.Stage(c.Request.Context(), decodedName(part.FileName()), partReader{part})
	if err != nil {
		return domain.StagedFile{}, err
	}
	if err := body.finish(form); err != nil {
		staged.Discard()
		return domain.StagedFile{}, err
	}
	return staged, nil
}

// leaveRest is called before a refusal. net/http reads some of what is left of the body before it sends
// the answer: for less long than the answer may take, so that also who does not go on is told.
func (a *API) leaveRest(c *gin.Context) {
	_ = http.NewResponseController(c.Writer).SetReadDeadline(time.Now().Add(a.patience / 2))
}

// openForm checks what the headers say, so that a body that will be refused is not sent.
func (a *API) openForm(c *gin.Context) (*fileBody, string, error) {
	kind, parameters, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return nil, "", errMediaType([]string{"multipart/form-data"})
	}
	if parameters["boundary"] == "" {
		return nil, "", domain.InvalidField("body", "invalid_multipart", "has no boundary in its Content-Type")
	}
	if c.Request.ContentLength > a.MaxUpload+2*maxPartHeader {
		return nil, "", domain.ErrFileTooLarge(a.MaxUpload)
	}
	return &fileBody{
		content: c.Request.Body, control: http.NewResponseController(c.Writer), patience: a.patience,
		until: time.Now().Add(receiveTimeout), left: maxPartHeader, tooMuch: errForm(),
	}, parameters["boundary"], nil
}

// fileBody reads an upload, patient with a slow sender but not with a silent one.
type fileBody struct {
	content  io.Reader
	control  *http.ResponseController
	patience time.Duration
	until    time.Time
	left     int64 // bytes that may still be read
	tooMuch  error // behind them
}

// Read gives errors that are for the client.
func (b *fileBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, b.tooMuch
	}
	deadline := time.Now().Add(b.patience)
	if b.until.Before(deadline) {
		deadline = b.until
	}
	if err := b.control.SetReadDeadline(deadline); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, fmt.Errorf("set read deadline: %w", err)
	}
	n, err := b.content.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		err = errUnreadable()
	}
	return n, err
}

func errUnreadable() error {
	return domain.InvalidField("body", "unreadable", "could not be read to its end")
}

var errNoPart = errors.New("the body has no more parts")

// next gives the file's part; errNoPart when there is none.
func (b *fileBody) next(form *multipart.Reader) (*multipart.Part, error) {
	part, err := form.NextPart()
	if err == io.EOF { // wrapped, it is the end of the body within a part
		return nil, errNoPart
	}
	if err != nil {
		return nil, asFormProblem(err)
	}
	name := part.FormName()
	switch {
	case name != "file":
		return nil, domain.InvalidField(name, "unknown_field", "is not a field of this request")
	case part.FileName() == "":
		return nil, domain.InvalidField("file", "required", "must have a name for the file")
	}
	return part, nil
}

// finish holds that nothing follows the file.
func (b *fileBody) finish(form *multipart.Reader) error {
	b.left, b.tooMuch = maxPartHeader, errForm()
	_, err := b.next(form)
	if err == nil {
		return domain.InvalidField("file", "duplicate_field", "is given more than once")
	}
	if !errors.Is(err, errNoPart) {
		return err
	}
	// From the end of the body on net/http looks whether the client goes away, for as long as it takes.
	if _, err := io.Copy(io.Discard, b); err != nil {
		return err
	}
	if err := b.control.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("clear read deadline: %w", err)
	}
	return nil
}

// asFormProblem describes an error of the multipart reader for a client.
func asFormProblem(err error) error {
	var known *domain.Error
	if errors.As(err, &known) {
		return err
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errUnreadable()
	}
	return errForm()
}

func errForm() error {
	return domain.InvalidField("body", "invalid_multipart", fmt.Sprintf("must be multipart/form-data (RFC 7578) with at most %d bytes around the file", maxPartHeader))
}

// partReader is the file, with errors that are for the client.
type partReader struct{ part *multipart.Part }

func (r partReader) Read(p []byte) (int, error) {
	n, err := r.part.Read(p)
	if err != nil && err != io.EOF { // the end of a part is never wrapped
		err = asFormProblem(err)
	}
	return n, err
}

// decodedName understands the words of RFC 2047 that some senders use; mime/multipart has understood
// RFC 2231.
func decodedName(name string) string {
	decoded, err := new(mime.WordDecoder).DecodeHeader(name)
	if err != nil {
		return name
	}
	return decoded
}
