package handlers_test

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/handlers"
)

// noted is a room with an operator in it, and with a file of the operator's note.
func noted(t *testing.T) (f *files, staff, file string) {
	t.Helper()
	f = newFiles(t)
	user := f.user("staff", domain.RoleOperator, "")
	if _, _, err := f.world.store.AddParticipant(f.Context(), f.room.ID, user.Participant(), "", f.clock()); err != nil {
		t.Fatal(err)
	}
	staff = f.token(f.api, "staff")
	file = f.upload(staff, "a.stl", crown(1)).ID
	f.world.post(f.api, staff, f.room, `{"type":"note","text":"look","clientMessageId":"note","attachmentIds":`+quoted(file)+`}`)
	return f, staff, file
}

func TestAMessageThatIsRefusedDoesNotShareTheFileOfANote(t *testing.T) {
	f, staff, file := noted(t)
	f.refused(f.say(staff, `{"type":"file","clientMessageId":"note","attachmentIds":`+quoted(file)+`}`), http.StatusUnprocessableEntity, "idempotency_key_reused")
	if status := f.statusOf(f.lab, file); status != http.StatusNotFound {
		t.Errorf("with a key that is used, it was shared: got %d", status)
	}
	path := "/v1/rooms/" + string(f.room.ID)
	f.decode(f.call(f.api, http.MethodPatch, path, f.operator, `{"status":"archived"}`), http.StatusOK, new(any))
	f.refused(f.say(staff, `{"type":"file","clientMessageId":"late","attachmentIds":`+quoted(file)+`}`), http.StatusConflict, "room_archived")
	if status := f.statusOf(f.lab, file); status != http.StatusNotFound {
		t.Errorf("in an archived room, it was shared: got %d", status)
	}
	f.decode(f.call(f.api, http.MethodPatch, path, f.operator, `{"status":"open"}`), http.StatusOK, new(any))
	f.world.post(f.api, staff, f.room, `{"type":"file","attachmentIds":`+quoted(file)+`}`)
	if status := f.statusOf(f.lab, file); status != http.StatusOK {
		t.Errorf("with a message that was committed, it was not shared: got %d", status)
	}
}

// unsharing does not share uploads while it is broken.
type unsharing struct {
	domain.Store
	broken atomic.Bool
}

func (s *unsharing) UseUploads(ctx context.Context, room, user domain.ID, ids []domain.ID, shared bool, now time.Time) ([]domain.Upload, error) {
	if shared && s.broken.Load() {
		return nil, domain.Unavailable("The store does not answer.")
	}
	return s.Store.UseUploads(ctx, room, user, ids, shared, now)
}

func TestAFileThatACrashLeftHiddenIsSharedWhenItsMessageIsRepeated(t *testing.T) {
	f := newFiles(t)
	store := &unsharing{Store: f.world.store}
	f.uploads.Access.Store = store
	file := f.upload(f.clinic, "a.stl", crown(1)).ID
	body := `{"type":"file","clientMessageId":"k","attachmentIds":` + quoted(file) + `}`
	store.broken.Store(true)
	f.refused(f.say(f.clinic, body), http.StatusServiceUnavailable, "unavailable")
	store.broken.Store(false)
	f.world.post(f.api, f.clinic, f.room, body)
	if status := f.statusOf(f.lab, file); status != http.StatusOK {
		t.Errorf("after the repetition: got %d", status)
	}
	if stored := len(f.messages()); stored != 1 {
		t.Errorf("%d messages are stored", stored)
	}
}

// messages are those that the clinic sees.
func (f *files) messages() []handlers.Message {
	f.Helper()
	var page handlers.MessagePage
	f.decode(f.call(f.api, http.MethodGet, "/v1/rooms/"+string(f.room.ID)+"/messages", f.clinic, ""), http.StatusOK, &page)
	return page.Items
}
