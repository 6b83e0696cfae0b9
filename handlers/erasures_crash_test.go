package handlers_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"dentalk/domain"
)

var errCrash = errors.New("crash")

// crashing is a store, with a cache, in which the process dies between two steps of an erasure: from
// then on nothing is done any more.
type crashing struct {
	domain.Store
	domain.Cache
	left int // steps that are done before
}

// Close is that of the store.
func (c *crashing) Close() error { return nil }

func (c *crashing) step(do func() error) error {
	if c.left == 0 {
		return errCrash
	}
	c.left--
	return do()
}

func (c *crashing) AppendAudit(ctx context.Context, entry domain.AuditEntry) error {
	if entry.Action == domain.AuditErasureCreated {
		return c.Store.AppendAudit(ctx, entry)
	}
	return c.step(func() error { return c.Store.AppendAudit(ctx, entry) })
}

func (c *crashing) EraseUser(ctx context.Context, id domain.ID, now time.Time) (user domain.User, err error) {
	err = c.step(func() error { user, err = c.Store.EraseUser(ctx, id, now); return err })
	return user, err
}

func (c *crashing) EraseRoom(ctx context.Context, id domain.ID, now time.Time) (room domain.Room, err error) {
	err = c.step(func() error { room, err = c.Store.EraseRoom(ctx, id, now); return err })
	return room, err
}

func (c *crashing) EndUserSessions(ctx context.Context, user, keep domain.ID, now time.Time) (ended []domain.ID, err error) {
	err = c.step(func() error { ended, err = c.Store.EndUserSessions(ctx, user, keep, now); return err })
	return ended, err
}

func (c *crashing) RemoveUploads(ctx context.Context, selection domain.UploadSelection, now time.Time) (count int, err error) {
	err = c.step(func() error { count, err = c.Store.RemoveUploads(ctx, selection, now); return err })
	return count, err
}

func (c *crashing) EraseMessages(ctx context.Context, target domain.ErasureTarget, after domain.ID, limit int, now time.Time) (erased []domain.Message, err error) {
	err = c.step(func() error { erased, err = c.Store.EraseMessages(ctx, target, after, limit, now); return err })
	return erased, err
}

func (c *crashing) ForgetAnswers(ctx context.Context, caller domain.ID) error {
	return c.step(func() error { return c.Store.ForgetAnswers(ctx, caller) })
}

func (c *crashing) CacheClear(ctx context.Context, prefix string) error {
	return c.step(func() error { return c.Cache.CacheClear(ctx, prefix) })
}

func (c *crashing) sweep(context.Context) error { return c.step(func() error { return nil }) }

func (c *crashing) CompleteErasure(ctx context.Context, id domain.ID, messages int64, now time.Time) error {
	return c.step(func() error { return c.Store.CompleteErasure(ctx, id, messages, now) })
}

// severalBatches is more than what is erased in one step.
const severalBatches = 201

// crashWorld has targets of each kind.
type crashWorld struct {
	*world
	operator domain.Caller
	upload   domain.Upload
	room     domain.Room
	message  domain.ID // the last; it has the upload
}

// fill makes a room in which one person says so much.
func (w *crashWorld) fill(name string, messages int) domain.User {
	w.Helper()
	now := domain.Milliseconds(w.clock())
	user := domain.User{ID: w.ids.Next(now), Username: name, Role: domain.RoleLab, Language: "ko", PasswordHash: "x", CreatedAt: now, UpdatedAt: now}
	if err := w.store.CreateUser(w.Context(), user); err != nil {
		w.Fatal(err)
	}
	w.room = w.world.room(name, user)
	w.upload = domain.Upload{
		Attachment: domain.Attachment{ID: w.ids.Next(now), Name: "a.stl", ContentType: "model/stl", Size: 1, SHA256: "0"},
		RoomID:     w.room.ID, UserID: user.ID, CreatedAt: now,
	}
	if err := w.store.CreateUpload(w.Context(), w.upload); err != nil {
		w.Fatal(err)
	}
	drafts := make([]domain.Draft, messages)
	for i := range drafts {
		drafts[i] = domain.Draft{
			RoomID: w.room.ID, UserID: user.ID, UserName: name, Role: user.Role, Type: domain.MessageText, Text: secret, State: domain.EnrichmentOff,
		}
	}
	drafts[len(drafts)-1].Attachments = []domain.Attachment{w.upload.Attachment}
	appended, err := w.store.AppendMessages(w.Context(), drafts)
	if err != nil {
		w.Fatal(err)
	}
	w.message = appended[len(appended)-1].Message.ID
	return user
}

func (w *crashWorld) erasures(store *crashing) *domain.Erasures {
	return &domain.Erasures{Store: store, Cache: store, Sweep: store.sweep, Audit: domain.NewAuditLog(store, w.ids, w.clock), IDs: w.ids, Now: w.clock}
}

// count gives how many messages of the room have a text or an attachment.
func (w *crashWorld) count() (whole, all int) {
	w.Helper()
	first := int64(0)
	for {
		page, err := w.store.Messages(w.Context(), domain.HistoryQuery{Viewer: domain.Viewer{Notes: true}, RoomID: w.room.ID, After: &first, Limit: 200})
		if err != nil {
			w.Fatal(err)
		}
		for _, message := range page.Messages {
			first, all = message.Seq, all+1
			if message.Text != "" || len(message.Attachments) > 0 {
				whole++
			}
		}
		if !page.HasMoreAfter {
			return whole, all
		}
	}
}

func TestAnErasureIsCompletedAfterACrashBetweenAnySteps(t *testing.T) {
	for kind, target := range map[string]func(*crashWorld, domain.User) domain.ErasureTarget{
		"user": func(_ *crashWorld, u domain.User) domain.ErasureTarget { return domain.ErasureTarget{UserID: u.ID} },
		"room": func(w *crashWorld, _ domain.User) domain.ErasureTarget {
			return domain.ErasureTarget{RoomID: w.room.ID}
		},
		"message": func(w *crashWorld, _ domain.User) domain.ErasureTarget {
			return domain.ErasureTarget{MessageID: w.message}
		},
	} {
		t.Run(kind, func(t *testing.T) {
			w := &crashWorld{world: newWorld(t)}
			w.operator = domain.Caller{UserID: w.user("operator", domain.RoleOperator, "").ID, Role: domain.RoleOperator}
			messages := severalBatches
			if kind == "message" {
				messages = 2
			}
			steps := 0
			for !w.crash(steps, messages, target) {
				steps++
			}
			if steps < 7 {
				t.Errorf("only %d steps were seen", steps)
			}
		})
	}
}

// crash lets an erasure die after these steps and checks what Resume makes of it. It tells true when
// the erasure has no more steps.
func (w *crashWorld) crash(steps, messages int, target func(*crashWorld, domain.User) domain.ErasureTarget) bool {
	w.Helper()
	name := fmt.Sprintf("after %d steps", steps)
	user := w.fill(fmt.Sprintf("user-%d", steps), messages)
	chosen := target(w, user)
	dying := w.erasures(&crashing{Store: w.store, Cache: w.volatile, left: steps})
	made, err := dying.Create(w.Context(), w.operator, domain.NewErasure{Target: chosen, Reason: "x"})
	if err != nil {
		w.Fatalf("%s: %v", name, err)
	}
	if !made.CompletedAt.IsZero() {
		return true
	}
	whole := w.erasures(&crashing{Store: w.store, Cache: w.volatile, left: -1})
	for range 2 { // what is done is not done again
		if err := whole.Resume(w.Context()); err != nil {
			w.Fatalf("%s: resume: %v", name, err)
		}
	}
	done, err := whole.Erasure(w.Context(), w.operator, made.ID)
	if err != nil || done.CompletedAt.IsZero() {
		w.Fatalf("%s: got %+v, %v; want it done", name, done, err)
	}
	left, all := w.count()
	want := 0
	if chosen.MessageID != "" {
		want = messages - 1
	}
	if left != want || all != messages {
		w.Errorf("%s: %d of %d messages are whole, want %d of %d", name, left, all, want, messages)
	}
	if _, err := w.store.Upload(w.Context(), w.upload.ID); domain.KindOf(err) != domain.KindNotFound {
		w.Errorf("%s: the upload is there: %v", name, err)
	}
	entries, err := w.store.AuditEntries(w.Context(), domain.AuditQuery{Action: domain.AuditErasureCompleted, Limit: 200})
	if err != nil {
		w.Fatal(err)
	}
	for _, entry := range entries {
		if entry.TargetID == made.ID {
			return false
		}
	}
	w.Errorf("%s: no trace of the end", name)
	return false
}

func TestAnErasureThatFailsDoesNotHoldUpOthers(t *testing.T) {
	w := &crashWorld{world: newWorld(t)}
	w.operator = domain.Caller{UserID: w.user("operator", domain.RoleOperator, "").ID, Role: domain.RoleOperator}
	stuck := domain.Erasure{ID: w.ids.Next(w.clock()), Target: domain.ErasureTarget{RoomID: w.ids.Next(w.clock())}, CreatedBy: w.operator.UserID, CreatedAt: w.clock()}
	if err := w.store.CreateErasure(t.Context(), stuck); err != nil {
		t.Fatal(err)
	}
	user := w.fill("kim", 2)
	made, err := w.erasures(&crashing{Store: w.store, Cache: w.volatile, left: 1}).Create(t.Context(), w.operator,
		domain.NewErasure{Target: domain.ErasureTarget{UserID: user.ID}, Reason: "x"})
	if err != nil || !made.CompletedAt.IsZero() {
		t.Fatalf("got %+v, %v; want it pending", made, err)
	}
	whole := w.erasures(&crashing{Store: w.store, Cache: w.volatile, left: -1})
	if err := whole.Resume(t.Context()); domain.KindOf(err) != domain.KindNotFound {
		t.Errorf("resume tells %v, want that the room is not there", err)
	}
	if done, err := whole.Erasure(t.Context(), w.operator, made.ID); err != nil || done.CompletedAt.IsZero() {
		t.Errorf("got %+v, %v; want it done", done, err)
	}
}
