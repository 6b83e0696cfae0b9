package domain

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// shareTimeout bounds the sharing of a message's files.
const shareTimeout = 5 * time.Second

// attachments gives the files that a message asks for, in its order, and marks them as used. They are
// shared once the message is committed: one that is refused must not show the file of a note.
func (c *Chat) attachments(ctx context.Context, caller Caller, roomID ID, request NewMessage) ([]Attachment, error) {
	if len(request.AttachmentIDs) == 0 {
		return nil, nil
	}
	if err := c.checkAttachments(ctx, caller, roomID, request); err != nil {
		return nil, err
	}
	uploads, err := c.Store.UseUploads(ctx, roomID, caller.UserID, request.AttachmentIDs, false, Milliseconds(c.Now()))
	if err != nil {
		return nil, fmt.Errorf("use uploads: %w", err)
	}
	byID := make(map[ID]Attachment, len(uploads))
	for _, upload := range uploads {
		byID[upload.ID] = upload.Attachment
	}
	var v validation
	attachments := make([]Attachment, len(request.AttachmentIDs))
	for i, id := range request.AttachmentIDs {
		attachment, found := byID[id]
		if !found { // removed since it was checked
			v.attachmentNotFound(i)
		}
		attachments[i] = attachment
	}
	return attachments, v.err()
}

// share lets the readers of a committed message see its files, also when the client has gone meanwhile.
// What a crash leaves undone is done when the client repeats the message.
func (c *Chat) share(ctx context.Context, draft Draft) error {
	if len(draft.Attachments) == 0 || draft.Type == MessageNote {
		return nil
	}
	ids := make([]ID, len(draft.Attachments))
	for i, attachment := range draft.Attachments {
		ids[i] = attachment.ID
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shareTimeout)
	defer cancel()
	if _, err := c.Store.UseUploads(ctx, draft.RoomID, draft.UserID, ids, true, Milliseconds(c.Now())); err != nil {
		return fmt.Errorf("share uploads: %w", err)
	}
	return nil
}

// checkAttachments comes before anything is marked.
func (c *Chat) checkAttachments(ctx context.Context, caller Caller, roomID ID, request NewMessage) error {
	var v validation
	for i, id := range request.AttachmentIDs {
		upload, err := c.Store.Upload(ctx, id)
		switch {
		case KindOf(err) == KindNotFound, err == nil && (upload.RoomID != roomID || upload.UserID != caller.UserID):
			v.attachmentNotFound(i)
		case err != nil:
			return fmt.Errorf("read upload: %w", err)
		case request.Type == MessageImage && !strings.HasPrefix(upload.ContentType, "image/"):
			v.add(attachmentField(i), "invalid", "must be a picture")
		}
	}
	return v.err()
}

func (v *validation) attachmentNotFound(i int) {
	v.add(attachmentField(i), "not_found", "there is no such attachment of yours in this room")
}

func attachmentField(i int) string { return fmt.Sprintf("attachmentIds[%d]", i) }

// attachmentIDs checks those that a message of the type asks for.
func (v *validation) attachmentIDs(kind MessageType, ids []ID) {
	needed := kind == MessageImage || kind == MessageFile
	switch {
	case needed && len(ids) == 0:
		v.add("attachmentIds", "required", "an image or file needs an attachment")
	case len(ids) > MaxAttachments:
		v.add("attachmentIds", "too_many", fmt.Sprintf("must have at most %d entries", MaxAttachments))
		return
	case kind == MessageSystem && len(ids) > 0:
		v.add("attachmentIds", "not_allowed", "a system message has no attachments")
	}
	seen := map[ID]bool{}
	for i, id := range ids {
		if seen[id] {
			v.add(attachmentField(i), "duplicate", "is given more than once")
		}
		seen[id] = true
	}
}
