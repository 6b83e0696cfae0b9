package handlers_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/handlers"
)

func TestAnOperatorsReadingOfARoomLeavesOneTraceAnHour(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	w.user("operator", domain.RoleOperator, "")
	room := w.room("1", w.user("nguyen", domain.RoleClinic, ""))
	message := w.post(api, w.token(api, "nguyen"), room, `{"text":"The crown rocks."}`)
	path := "/v1/rooms/" + string(room.ID)
	read := func(name string) (token string) {
		token = w.token(api, name)
		for _, one := range []string{"", "/messages", "/messages/" + message.ID, "/receipts", "/presence"} {
			if answer := w.call(api, http.MethodGet, path+one, token, ""); answer.Code != http.StatusOK {
				t.Fatalf("%s as %s: %d %s", one, name, answer.Code, answer.Body)
			}
		}
		return token
	}
	reads := func(token string) int {
		return len(w.entries(api, token, "?action=room.read&roomId="+string(room.ID)).Items)
	}
	token := read("operator")
	read("nguyen")
	if got := reads(token); got != 1 {
		t.Errorf("%d entries, want that of the operator", got)
	}
	w.advance(59 * time.Minute)
	token = read("operator")
	if got := reads(token); got != 1 {
		t.Errorf("%d entries within the hour, want 1", got)
	}
	w.advance(time.Minute)
	token = read("operator")
	if got := reads(token); got != 2 {
		t.Errorf("%d entries after the hour, want 2", got)
	}
}

func TestReadsAtOnceLeaveOneTrace(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	w.user("operator", domain.RoleOperator, "")
	token, room := w.token(api, "operator"), w.room("1")
	codes := make(chan int)
	for range 8 {
		go func() { codes <- w.call(api, http.MethodGet, "/v1/rooms/"+string(room.ID), token, "").Code }()
	}
	for range 8 {
		if code := <-codes; code != http.StatusOK {
			t.Errorf("got %d", code)
		}
	}
	if got := len(w.entries(api, token, "?action=room.read").Items); got != 1 {
		t.Errorf("%d entries, want 1", got)
	}
}

func TestReadingAllRoomsLeavesATrace(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	w.user("operator", domain.RoleOperator, "")
	w.user("nguyen", domain.RoleClinic, "")
	for _, name := range []string{"nguyen", "operator", "operator"} {
		if answer := w.call(api, http.MethodGet, "/v1/rooms", w.token(api, name), ""); answer.Code != http.StatusOK {
			t.Fatalf("got %d %s", answer.Code, answer.Body)
		}
	}
	got := w.entries(api, w.token(api, "operator"), "?action=rooms.read").Items
	if len(got) != 1 || *got[0].Actor.Name != "operator" || got[0].RoomID != "" {
		t.Errorf("got %+v, want one entry of the operator", got)
	}
}

func TestFollowingEverythingNeedsTheScopeAndLeavesATrace(t *testing.T) {
	w := newWorld(t)
	chat := &domain.Chat{Store: w.store, Audit: w.audit, Now: w.clock}
	keyID := w.ids.Next(w.clock())
	key := func(scopes ...string) domain.Caller {
		return domain.Caller{UserID: keyID, Role: domain.RoleService, Scopes: scopes}
	}
	if err := chat.SeeAll(t.Context(), key(domain.ScopeRoomsWrite, domain.ScopeMessagesWrite)); domain.CodeOf(err) != "insufficient_scope" {
		t.Errorf("without the scope: %v", err)
	}
	for _, caller := range []domain.Caller{{UserID: w.ids.Next(w.clock()), Role: domain.RoleLab}, key(domain.ScopeOpsRead)} {
		if err := chat.SeeAll(t.Context(), caller); err != nil {
			t.Errorf("%s: %v", caller.Role, err)
		}
	}
	entries, err := w.store.AuditEntries(t.Context(), domain.AuditQuery{Limit: 10})
	if err != nil || len(entries) != 1 || entries[0].ActorID != keyID || entries[0].Action != domain.AuditRoomsRead {
		t.Errorf("entries %+v, %v; want one of the key", entries, err)
	}
}

// traceless is a store that keeps no entries.
type traceless struct{ domain.Store }

func (traceless) AppendAudit(context.Context, domain.AuditEntry) error {
	return errors.New("disk full")
}

func TestWhatCannotBeTracedIsRefused(t *testing.T) {
	w := newWorld(t)
	nguyen := w.user("nguyen", domain.RoleClinic, "")
	w.user("operator", domain.RoleOperator, "")
	room := w.room("1", nguyen)
	api := w.instance()
	operator, clinic := w.token(api, "operator"), w.token(api, "nguyen")
	api = w.instance(func(c *handlers.Config) { c.Chat.Audit = domain.NewAuditLog(traceless{w.store}, w.ids, w.clock) })
	for _, path := range []string{"/v1/rooms", "/v1/rooms/" + string(room.ID), "/v1/rooms/" + string(room.ID) + "/messages"} {
		w.refused(w.call(api, http.MethodGet, path, operator, ""), http.StatusServiceUnavailable, "unavailable")
		if answer := w.call(api, http.MethodGet, path, clinic, ""); answer.Code != http.StatusOK {
			t.Errorf("%s as a clinic: %d %s", path, answer.Code, answer.Body)
		}
	}
}

func TestACallerWhoGoesAwayLeavesATrace(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.audit.Record(ctx, domain.Caller{}, domain.AuditEntry{Action: domain.AuditRoomCreated}); err != nil {
		t.Fatal(err)
	}
	if entries, err := w.store.AuditEntries(t.Context(), domain.AuditQuery{Limit: 1}); err != nil || len(entries) != 1 {
		t.Errorf("%d entries, %v", len(entries), err)
	}
}
