package domain

import (
	"context"
	"fmt"
	"time"
)

// Post commits a message and tells true when it was committed by an earlier request with the
// same key.
func (c *Chat) Post(ctx context.Context, caller Caller, roomID ID, request NewMessage) (Message, bool, error) {
	if caller.IsService() && !caller.HasScope(ScopeMessagesWrite) {
		return Message{}, false, ErrScope(ScopeMessagesWrite)
	}
	access, err := c.access(ctx, caller, roomID)
	if err != nil {
		return Message{}, false, err
	}
	if request, err = request.Check(); err != nil {
		return Message{}, false, err
	}
	if err := caller.mayWrite(request.Type); err != nil {
		return Message{}, false, err
	}
	// The store decides in the commit; asked here first, a refusal costs no write.
	if access.Status == RoomArchived && request.ClientMessageID == "" {
		return Message{}, false, ErrRoomArchived
	}
	if err := c.checkReply(ctx, caller, roomID, request); err != nil {
		return Message{}, false, err
	}
	draft := c.draft(caller, roomID, request)
	if draft.Teeth, err = c.teeth(ctx, caller, roomID, request.Text); err != nil {
		return Message{}, false, err
	}
	if err := c.stillThere(ctx, caller); err != nil {
		return Message{}, false, err
	}
	if draft.Attachments, err = c.attachments(ctx, caller, roomID, request); err != nil {
		return Message{}, false, err
	}
	return c.append(ctx, draft)
}

// ErrRoomArchived refuses messages to an archived room.
var ErrRoomArchived = Conflict("room_archived", "The room is archived; an operator can open it again.")

// believedFor is how long a caller is believed to be there after being let in. To ask again for each
// message would cost the embedded store a tenth of what it can take.
const believedFor = time.Second

// stillThere refuses a user who was disabled or erased while the request was held up, as by a body that
// came slowly. What slips through nevertheless is found when an erasure is repeated.
func (c *Chat) stillThere(ctx context.Context, caller Caller) error {
	if caller.IsService() || c.Now().Sub(caller.AuthenticatedAt) < believedFor {
		return nil
	}
	user, err := c.Store.User(ctx, caller.UserID)
	if err == nil && user.Disabled {
		return ErrSessionEnded
	}
	if err != nil {
		return fmt.Errorf("read sender again: %w", err)
	}
	return nil
}

func (c *Chat) append(ctx context.Context, draft Draft) (Message, bool, error) {
	results, err := c.Store.AppendMessages(ctx, []Draft{draft})
	if err != nil {
		return Message{}, false, fmt.Errorf("append message: %w", err)
	}
	if err := results[0].Err; err != nil {
		return Message{}, false, err
	}
	return results[0].Message, results[0].Replayed, c.share(ctx, draft)
}

func (c *Chat) draft(caller Caller, roomID ID, request NewMessage) Draft {
	draft := Draft{
		RoomID: roomID, UserID: caller.UserID, UserName: caller.Username, Role: caller.Role,
		Type: request.Type, Text: request.Text, Language: c.Language(request.Text, caller.Language),
		ReplyTo: request.ReplyTo, ClientMessageID: request.ClientMessageID, State: EnrichmentOff,
	}
	if c.Enrich && request.Type.enriched(request.Text) {
		draft.State = EnrichmentPending
	}
	return draft
}

// mayWrite holds which types of message a role may write.
func (c Caller) mayWrite(kind MessageType) error {
	switch {
	case kind == MessageNote && !c.IsOperator():
		return Forbidden("Only operators write notes.")
	case kind == MessageSystem && !c.IsOperator() && !c.IsService():
		return Forbidden("Only operators and services write system messages.")
	}
	return nil
}

// checkReply holds that an answer answers something that its readers can see: a note is answered
// by notes only, else its ID would leak.
func (c *Chat) checkReply(ctx context.Context, caller Caller, roomID ID, request NewMessage) error {
	if request.ReplyTo == "" {
		return nil
	}
	viewer := caller.Viewer()
	viewer.Notes = viewer.Notes && request.Type == MessageNote
	_, err := c.Store.Message(ctx, roomID, request.ReplyTo, viewer)
	if KindOf(err) == KindNotFound {
		return InvalidField("replyTo", "not_found", "there is no such message in this room that this one may answer")
	}
	return err
}

// History gives a page of the room's messages.
func (c *Chat) History(ctx context.Context, caller Caller, query HistoryQuery) (HistoryPage, error) {
	if err := c.See(ctx, caller, query.RoomID); err != nil {
		return HistoryPage{}, err
	}
	query.Viewer = caller.Viewer()
	return c.Store.Messages(ctx, query)
}

// Message gives one message.
func (c *Chat) Message(ctx context.Context, caller Caller, roomID, messageID ID) (Message, error) {
	if err := c.See(ctx, caller, roomID); err != nil {
		return Message{}, err
	}
	return c.Store.Message(ctx, roomID, messageID, caller.Viewer())
}

// MarkRead moves the caller's read marker forward.
func (c *Chat) MarkRead(ctx context.Context, caller Caller, roomID ID, seq *int64) error {
	if err := c.participate(ctx, caller, roomID); err != nil {
		return err
	}
	if seq == nil {
		return InvalidField("seq", "required", "is required")
	}
	if *seq < 0 {
		return InvalidField("seq", "out_of_range", "must not be negative")
	}
	_, _, err := c.Store.MarkRead(ctx, roomID, caller.UserID, *seq, Milliseconds(c.Now()))
	return err
}

// Receipts tells who has read up to where.
func (c *Chat) Receipts(ctx context.Context, caller Caller, roomID ID) ([]Receipt, error) {
	if err := c.See(ctx, caller, roomID); err != nil {
		return nil, err
	}
	return c.Store.Receipts(ctx, roomID)
}

// Typing tells the others that the caller is typing. Nothing is stored, and it is lost while the
// broker is down: by the time that it is back, the typing is over.
func (c *Chat) Typing(ctx context.Context, caller Caller, roomID ID) error {
	if err := c.participate(ctx, caller, roomID); err != nil {
		return err
	}
	typist := Participant{UserID: caller.UserID, Username: caller.Username, Role: caller.Role, Language: caller.Language}
	event := Event{Name: EventTyping, RoomID: roomID, Participant: &typist, At: Milliseconds(c.Now())}
	_ = c.Broker.Publish(ctx, event)
	return nil
}
