package handlers

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// Attachment is a file of a message.
type Attachment struct {
	ID string `json:"id" example:"66f0a1b2c3d4e5f607182930"`
	// Safe to be a file's name on any system.
	Name string `json:"name" example:"upper-jaw.stl"`
	// As the content was found to be, whatever the upload said.
	ContentType string `json:"contentType" enums:"image/jpeg,image/png,image/gif,image/webp,image/heic,application/pdf,application/dicom,application/zip,model/stl,model/ply,model/obj" example:"model/stl"`
	// In bytes, as it is stored: without a picture's metadata, or what follows a model.
	Size   int64  `json:"size" minimum:"1" example:"184284"`
	SHA256 string `json:"sha256" example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
}

func newAttachment(a domain.Attachment) Attachment {
	return Attachment{ID: string(a.ID), Name: a.Name, ContentType: a.ContentType, Size: a.Size, SHA256: a.SHA256}
}

func newAttachments(attachments []domain.Attachment) []Attachment {
	items := make([]Attachment, len(attachments))
	for i, attachment := range attachments {
		items[i] = newAttachment(attachment)
	}
	return items
}

// uploadAttachment takes a file for the caller's messages in a room.
//
//	@Summary		Upload a file, to be attached to a message
//	@Description	What the file is, is told by its content: a picture (JPEG, PNG, GIF, WebP, HEIC), a PDF, a model (STL, PLY, OBJ), DICOM with its preamble, or ZIP; its type and name are only hints. Pictures lose their metadata, above all where they were taken, and models what follows their end, so that size and hash may differ from those of the file that was sent. It is in no message until one names it in attachmentIds; in none for 24 hours, it is removed. It counts as a message in the sender's allowance.
//	@Tags			attachments
//	@Accept			mpfd
//	@Produce		json,application/problem+json
//	@Security		Bearer
//	@Param			Idempotency-Key								header		string	false	"Makes the request safe to repeat for 24 hours"	minlength(1)	maxlength(128)
//	@Param			roomId										path		string	true	"The room"
//	@Param			file										formData	file	true	"The file, with its name"
//	@Success		201											{object}	Attachment
//	@Header			201											{string}	Location			"Where the file is"
//	@Header			201											{string}	Idempotent-Replayed	"true when an earlier request with the same key made it"
//	@Failure		400,401,403,404,409,413,415,422,429,500,503	{object}	Problem
//	@x-access		"participant"
//	@ID				uploadAttachment
//	@Router			/v1/rooms/{roomId}/attachments [post]
func (a *API) uploadAttachment(c *gin.Context) (answer, error) {
	key, err := idempotencyKey(c)
	if err != nil {
		return answer{}, err
	}
	leave, err := a.admitUpload(c)
	if err != nil {
		return answer{}, err
	}
	defer leave()
	defer answerSoon(c)
	staged, err := a.receiveFile(c)
	if err != nil {
		a.leaveRest(c)
		return answer{}, err
	}
	defer staged.Discard()
	if err := a.authenticateAgain(c); err != nil { // receiving it may have taken long
		return answer{}, err
	}
	add := func(c *gin.Context) (answer, error) { return a.addUpload(c, staged) }
	if key == "" {
		return add(c)
	}
	return a.once(c, add, domain.IdempotencyRecord{
		CallerID: caller(c).UserID, Path: c.Request.Method + " " + c.Request.URL.Path, Key: key,
		Fingerprint: a.fingerprint([]byte(staged.SHA256 + " " + staged.Name)),
	})
}

// admitUpload finds out whether the caller may upload now, before anything of the file is received. The
// caller of it calls leave in the end.
func (a *API) admitUpload(c *gin.Context) (leave func(), err error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	who := caller(c)
	if err := a.rate.take(ctx, c.Writer.Header(), who.UserID); err != nil {
		return nil, err
	}
	if err := a.Uploads.MayUpload(ctx, who, roomID(c)); err != nil {
		return nil, err
	}
	return a.uploading.enter(who.UserID)
}

func (a *API) addUpload(c *gin.Context, staged domain.StagedFile) (answer, error) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), storeFileTimeout)
	defer cancel()
	attachment, err := a.Uploads.Add(ctx, caller(c), roomID(c), staged)
	if err != nil {
		return answer{}, err
	}
	return created("/v1/attachments/"+string(attachment.ID), newAttachment(attachment))
}

// downloadAttachment gives a file.
//
//	@Summary		Download a file
//	@Description	Range requests and If-None-Match are understood. For those who may not see the room, or the message that the file is in, the file does not exist; what is in no message yet is seen by who uploaded it, and by operators. Pictures are sent inline, everything else as a file to save.
//	@Tags			attachments
//	@Produce		image/jpeg,image/png,image/gif,image/webp,image/heic,application/pdf,application/dicom,application/zip,model/stl,model/ply,model/obj,multipart/byteranges,application/problem+json
//	@Security		Bearer
//	@Param			attachmentId					path	string	true	"The file"
//	@Param			Range							header	string	false	"Only parts of it, as bytes=0-1023"
//	@Param			If-None-Match					header	string	false	"The ETag that the client has"
//	@Success		200								{file}		file
//	@Success		206								{file}		file
//	@Success		304								"The client has it"
//	@Header			200,206							{string}	ETag				"The SHA-256 of the content"
//	@Header			200,206							{string}	Content-Disposition	"Whether to show or to save it, and its name"
//	@Failure		400,401,403,404,412,416,500,503	{object}	Problem
//	@x-access		"attachment"
//	@ID				downloadAttachment
//	@Router			/v1/attachments/{attachmentId} [get]
func (a *API) downloadAttachment(c *gin.Context) (answer, error) {
	ctx, cancel := context.WithCancel(c.Request.Context())
	defer cancel()
	watch := newWatch(cancel)
	defer watch.stop()
	upload, content, err := a.Uploads.Open(ctx, caller(c), domain.ID(c.Param("attachmentId")))
	if err != nil {
		return answer{}, err
	}
	defer func() {
		if err := content.Close(); err != nil {
			a.Log.Warn("file not closed", "request", requestID(c), "error", err)
		}
	}()
	return answer{}, sendFile(c, upload, content, &deadlineWriter{ResponseWriter: c.Writer, patience: a.patience, watch: watch})
}

var (
	errRange        = &httpError{http.StatusRequestedRangeNotSatisfiable, "range_not_satisfiable", "The file does not have the bytes of the header Range."}
	errPrecondition = &httpError{http.StatusPreconditionFailed, "precondition_failed", "The file is not as the headers If-Match or If-Unmodified-Since want it."}
)
