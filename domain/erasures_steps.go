package domain

import (
	"cmp"
	"context"
	"fmt"
)

// carryOut does all of the order, from its beginning: what was done before finds nothing to do. First
// goes what could make more of what is to be erased, last what says that it is done.
func (e *Erasures) carryOut(ctx context.Context, erasure Erasure) (Erasure, error) {
	var messages int64
	for _, one := range []struct {
		name string
		run  func(context.Context, ErasureTarget) error
	}{
		{"close the target", e.closeTarget},
		{"remove uploads", e.removeUploads},
		{"erase messages", func(ctx context.Context, target ErasureTarget) (err error) {
			messages, err = e.eraseMessages(ctx, target)
			return err
		}},
		{"forget what is remembered", e.forget},
		{"delete files", func(ctx context.Context, _ ErasureTarget) error { return e.Sweep(ctx) }},
	} {
		if err := one.run(ctx, erasure.Target); err != nil {
			return Erasure{}, fmt.Errorf("%s: %w", one.name, err)
		}
	}
	if !erasure.CompletedAt.IsZero() {
		return e.repeat(ctx, erasure)
	}
	return e.complete(ctx, erasure.ID, messages)
}

// closeTarget ends what the target could still bring.
func (e *Erasures) closeTarget(ctx context.Context, target ErasureTarget) error {
	now := Milliseconds(e.Now())
	switch {
	case target.UserID != "":
		if err := step(ctx, func(ctx context.Context) error {
			_, err := e.Store.EraseUser(ctx, target.UserID, now)
			return err
		}); err != nil {
			return err
		}
		return step(ctx, func(ctx context.Context) error {
			_, err := e.Store.EndUserSessions(ctx, target.UserID, "", now)
			return err
		})
	case target.RoomID != "":
		return step(ctx, func(ctx context.Context) error {
			_, err := e.Store.EraseRoom(ctx, target.RoomID, now)
			return err
		})
	}
	return nil
}

// removeUploads comes before the messages are blanked: afterwards nobody knows what a message had.
func (e *Erasures) removeUploads(ctx context.Context, target ErasureTarget) error {
	selection := UploadSelection{RoomID: target.RoomID, UserID: target.UserID}
	if target.MessageID != "" {
		message, err := e.message(ctx, target.MessageID)
		if err != nil {
			return err
		}
		for _, attachment := range message.Attachments {
			selection.IDs = append(selection.IDs, attachment.ID)
		}
		if len(selection.IDs) == 0 {
			return nil
		}
	}
	return step(ctx, func(ctx context.Context) error {
		_, err := e.Store.RemoveUploads(ctx, selection, Milliseconds(e.Now()))
		return err
	})
}

func (e *Erasures) message(ctx context.Context, id ID) (message Message, err error) {
	everything := Viewer{Notes: true}
	err = step(ctx, func(ctx context.Context) error {
		position, err := e.Store.Locate(ctx, id, everything)
		if err != nil {
			return err
		}
		message, err = e.Store.Message(ctx, position.RoomID, id, everything)
		return err
	})
	return message, err
}

// eraseMessages goes through the messages until there are none left: one that was under way when its
// sender was erased may appear behind the place that a pass has come to.
func (e *Erasures) eraseMessages(ctx context.Context, target ErasureTarget) (count int64, err error) {
	for {
		erased, err := e.eraseOnce(ctx, target)
		count += erased
		if err != nil || erased == 0 {
			return count, err
		}
	}
}

func (e *Erasures) eraseOnce(ctx context.Context, target ErasureTarget) (count int64, err error) {
	after := ZeroID
	for {
		var erased []Message
		err := step(ctx, func(ctx context.Context) (err error) {
			erased, err = e.Store.EraseMessages(ctx, target, after, erasureBatch, Milliseconds(e.Now()))
			return err
		})
		count += int64(len(erased))
		if err != nil || len(erased) < erasureBatch {
			return count, err
		}
		after = erased[len(erased)-1].ID
	}
}

// forget clears what was remembered of the contents. Translations are kept by a hash of their text, so
// that all must go.
func (e *Erasures) forget(ctx context.Context, target ErasureTarget) error {
	if err := e.forgetAnswers(ctx, target); err != nil {
		return fmt.Errorf("answers: %w", err)
	}
	return step(ctx, func(ctx context.Context) error { return e.Cache.CacheClear(ctx, CachedTranslations) })
}

// forgetAnswers clears the answers of anybody's requests that tell of a person or a room: that of a
// message, whose text may be the room's newest and whose files were uploaded to it.
func (e *Erasures) forgetAnswers(ctx context.Context, target ErasureTarget) error {
	about := cmp.Or(target.UserID, target.RoomID)
	if about == "" {
		message, err := e.message(ctx, target.MessageID)
		if err != nil {
			return err
		}
		about = message.RoomID
	}
	return step(ctx, func(ctx context.Context) error { return e.Store.ForgetAnswers(ctx, about) })
}

// complete leaves the trace first: a crash may leave it twice, but never out. Of those who carry out
// the same order, the first has completed it.
func (e *Erasures) complete(ctx context.Context, id ID, messages int64) (Erasure, error) {
	erasure, err := e.read(ctx, id)
	if err != nil || !erasure.CompletedAt.IsZero() {
		return erasure, err
	}
	by := Caller{UserID: erasure.CreatedBy, Role: RoleOperator}
	var roomID ID
	if err := step(ctx, func(ctx context.Context) (err error) {
		roomID, err = e.find(ctx, by, erasure.Target)
		return err
	}); err != nil {
		return Erasure{}, err
	}
	trace := AuditEntry{Action: AuditErasureCompleted, RoomID: roomID, UserID: erasure.Target.UserID, TargetID: id, Detail: erasure.Target.detail()}
	if err := e.Audit.Record(ctx, by, trace); err != nil {
		return Erasure{}, err
	}
	if err := step(ctx, func(ctx context.Context) error {
		return e.Store.CompleteErasure(ctx, id, messages, Milliseconds(e.Now()))
	}); err != nil {
		return Erasure{}, fmt.Errorf("complete: %w", err)
	}
	return e.read(ctx, id)
}

// repeat leaves no trace: that of the end is there.
func (e *Erasures) repeat(ctx context.Context, erasure Erasure) (Erasure, error) {
	erasure.RepeatedAt = Milliseconds(e.Now())
	if err := step(ctx, func(ctx context.Context) error {
		return e.Store.RepeatErasure(ctx, erasure.ID, erasure.RepeatedAt)
	}); err != nil {
		return Erasure{}, fmt.Errorf("repeat: %w", err)
	}
	return erasure, nil
}

func (e *Erasures) read(ctx context.Context, id ID) (erasure Erasure, err error) {
	err = step(ctx, func(ctx context.Context) (err error) {
		erasure, err = e.Store.Erasure(ctx, id)
		return err
	})
	return erasure, err
}
