package domain

import (
	"context"
	"io"
	"time"
)

// Attachment is a file of a message.
type Attachment struct {
	ID          ID
	Name        string // safe to be a file's name on any system
	ContentType string // as the content was found to be
	Size        int64  // bytes
	SHA256      string // hex, of what is stored
}

// Upload is a file that was uploaded to a room. Until it is part of a committed message that is no note,
// only its uploader and operators may see it.
type Upload struct {
	Attachment
	RoomID    ID
	UserID    ID // uploader
	CreatedAt time.Time
	Shared    bool // part of a message that is no note
}

// UnusedUploadLife is how long an upload that is in no message is kept.
const UnusedUploadLife = 24 * time.Hour

// UploadSelection selects uploads; exactly one field is set.
type UploadSelection struct {
	IDs          []ID
	RoomID       ID
	UserID       ID
	UnusedBefore time.Time // made before, and in no message
}

// FileStore keeps the bytes of uploads. It is safe for concurrent use.
type FileStore interface {
	// Put stores exactly size bytes of content under the ID. A crash or an error leaves nothing that
	// Open would find, and what it returned nil for survives a crash of the machine.
	Put(ctx context.Context, id ID, content io.Reader, size int64) error
	// Open gives the content for reading at any place; KindNotFound when there is none. The context
	// holds for the reads too.
	Open(ctx context.Context, id ID) (io.ReadSeekCloser, error)
	// Delete is no error when there is none.
	Delete(ctx context.Context, id ID) error
	// Check tells whether the store answers. It is cheap.
	Check(ctx context.Context) error
}

// StagedFile is an upload that was received, checked and cleaned, and is not stored yet.
type StagedFile struct {
	Attachment // without an ID
	Content    io.ReadSeeker
	// Discard frees what holds the content. It is called once.
	Discard func()
}

// StageFile receives a file and finds out what it is: it refuses what is not
// allowed (KindUnsupported), makes the name safe, and removes from photographs where they were taken.
// More than is taken is KindTooLarge.
type StageFile func(ctx context.Context, name string, content io.Reader) (StagedFile, error)
