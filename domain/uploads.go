package domain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Uploads are the use cases around files. It is safe for concurrent use.
type Uploads struct {
	Store  UploadStore
	Files  FileStore
	Stage  StageFile
	Access *Chat // who takes part where
	IDs    *IDSource
	Now    func() time.Time
	Audit  *AuditLog
}

const (
	// sweepPage is how many removed uploads are forgotten at a time.
	sweepPage = 100
	// keepTimeout bounds the last look at an upload whose file was stored.
	keepTimeout = 10 * time.Second
)

var errAttachmentNotFound = NotFound("attachment")

// ErrFileTooLarge refuses a file of more than so many bytes.
func ErrFileTooLarge(most int64) *Error {
	return &Error{
		Kind: KindTooLarge, Code: "file_too_large", Detail: fmt.Sprintf("The file must not exceed %d bytes.", most),
		Fields: []FieldError{{Field: "file", Code: "too_large", Detail: "is too large"}},
	}
}

// MayUpload checks that the caller may add files to the room now.
func (u *Uploads) MayUpload(ctx context.Context, caller Caller, roomID ID) error {
	if caller.IsService() {
		return errParticipantsOnly
	}
	access, err := u.Access.access(ctx, caller, roomID)
	switch {
	case err != nil:
		return err
	case !access.Participant:
		return errParticipantsOnly
	case access.Status == RoomArchived:
		return ErrRoomArchived
	}
	return nil
}

// Add keeps a staged file for the caller's messages in the room. It does not discard it.
func (u *Uploads) Add(ctx context.Context, caller Caller, roomID ID, file StagedFile) (Attachment, error) {
	if err := u.MayUpload(ctx, caller, roomID); err != nil { // receiving it may have taken long
		return Attachment{}, err
	}
	now := Milliseconds(u.Now())
	upload := Upload{Attachment: file.Attachment, RoomID: roomID, UserID: caller.UserID, CreatedAt: now}
	upload.ID = u.IDs.Next(now)
	// The record comes first: a file without one would never be found again, and a record without a
	// file is swept as unused.
	if err := u.Store.CreateUpload(ctx, upload); err != nil {
		return Attachment{}, fmt.Errorf("record upload: %w", err)
	}
	if err := u.Files.Put(ctx, upload.ID, file.Content, upload.Size); err != nil {
		return Attachment{}, fmt.Errorf("store file: %w", err)
	}
	return upload.Attachment, u.keep(ctx, upload.ID)
}

// keep deletes the file again if the upload was removed, and perhaps forgotten, while it was stored: also
// when the client has gone meanwhile, since nobody else would find the file.
func (u *Uploads) keep(ctx context.Context, id ID) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepTimeout)
	defer cancel()
	_, err := u.Store.Upload(ctx, id)
	if KindOf(err) != KindNotFound {
		return err
	}
	if err := u.Files.Delete(ctx, id); err != nil {
		return fmt.Errorf("delete file of a removed upload: %w", err)
	}
	return errAttachmentNotFound
}

// Open gives a file for reading, which the caller closes. The context holds for the reads too. For
// anybody who may not see it, the file does not exist.
func (u *Uploads) Open(ctx context.Context, caller Caller, id ID) (Upload, io.ReadSeekCloser, error) {
	if caller.IsService() && !caller.Oversees() {
		return Upload{}, nil, ErrScope(ScopeOpsRead)
	}
	upload, err := u.Store.Upload(ctx, id)
	if err != nil {
		return Upload{}, nil, asAttachment(err)
	}
	if err := u.see(ctx, caller, upload); err != nil {
		return Upload{}, nil, err
	}
	content, err := u.Files.Open(ctx, id)
	if err != nil {
		return Upload{}, nil, asAttachment(fmt.Errorf("open file: %w", err))
	}
	return upload, content, nil
}

// see checks that the caller may see the upload. What is not shared may be of a note, or of a message
// that is still being written.
func (u *Uploads) see(ctx context.Context, caller Caller, upload Upload) error {
	if !upload.Shared && upload.UserID != caller.UserID && !caller.IsOperator() {
		return errAttachmentNotFound
	}
	if caller.Oversees() {
		return u.Audit.RecordOnce(ctx, caller, AuditEntry{Action: AuditFileRead, RoomID: upload.RoomID, TargetID: upload.ID})
	}
	_, err := u.Access.access(ctx, caller, upload.RoomID)
	return asAttachment(err)
}

// asAttachment lets all that is not found look the same.
func asAttachment(err error) error {
	if KindOf(err) == KindNotFound {
		return errAttachmentNotFound
	}
	return err
}

// Sweep removes uploads that were in no message for UnusedUploadLife, and deletes the files of all that
// are removed. It can be repeated, and several instances may do it at once. What fails is tried again
// the next time.
func (u *Uploads) Sweep(ctx context.Context) error {
	now := Milliseconds(u.Now())
	if _, err := u.Store.RemoveUploads(ctx, UploadSelection{UnusedBefore: now.Add(-UnusedUploadLife)}, now); err != nil {
		return fmt.Errorf("remove unused uploads: %w", err)
	}
	for {
		removed, err := u.Store.RemovedUploads(ctx, sweepPage)
		if err != nil {
			return fmt.Errorf("list removed uploads: %w", err)
		}
		if err := u.forget(ctx, removed); err != nil || len(removed) < sweepPage {
			return err
		}
	}
}

// forget deletes files before their records, so that a crash between forgets no file.
func (u *Uploads) forget(ctx context.Context, removed []ID) error {
	var failed error
	for _, id := range removed {
		err := u.Files.Delete(ctx, id)
		if err == nil {
			err = u.Store.ForgetUpload(ctx, id)
		}
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("delete file %s: %w", id, err))
		}
	}
	return failed
}
