package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"dentalk/domain"
	"dentalk/handlers"
)

// entries gives a page of the audit log.
func (w *world) entries(api *handlers.API, token, query string) (page handlers.Page[handlers.AuditEntry]) {
	w.Helper()
	w.decode(w.call(api, http.MethodGet, "/v1/ops/audit"+query, token, ""), http.StatusOK, &page)
	return page
}

func TestWhatIsDoneToARoomLeavesATrace(t *testing.T) {
	w := newWorld(t)
	api := w.instance(func(c *handlers.Config) { c.Chat.Enrich = true })
	operator, kim := w.user("operator", domain.RoleOperator, ""), w.user("kim", domain.RoleLab, "")
	token := w.token(api, "operator")
	var room handlers.Room
	w.decode(w.call(api, http.MethodPost, "/v1/rooms", token, `{"orderId":"1"}`), http.StatusCreated, &room)
	path := "/v1/rooms/" + room.ID
	message := w.post(api, token, domain.Room{ID: domain.ID(room.ID)}, `{"text":"The crown rocks."}`)
	for _, one := range []struct {
		method, path, body string
		status             int
	}{
		{"PATCH", path, `{"name":"Mr. Lee","assigneeId":"` + string(operator.ID) + `"}`, 200},
		{"PATCH", path, `{"name":"Mr. Lee","status":"open"}`, 200}, // as it is
		{"PATCH", path, `{"status":"archived"}`, 200},
		{"POST", path + "/participants", `{"userId":"` + string(kim.ID) + `"}`, 201},
		{"POST", path + "/participants", `{"userId":"` + string(kim.ID) + `"}`, 200}, // again
		{"DELETE", path + "/participants/" + string(kim.ID), "", 204},
		{"DELETE", path + "/participants/" + string(kim.ID), "", 404}, // again
		{"PATCH", path + "/messages/" + message.ID + "/enrichment", `{"translations":{"ko":"흔들려요"},"emotion":{"sentiment":"negative"}}`, 200},
		{"POST", "/v1/rooms", `{"orderId":"1"}`, 200}, // again
	} {
		if answer := w.call(api, one.method, one.path, token, one.body); answer.Code != one.status {
			t.Fatalf("%s %s: got %d %s, want %d", one.method, one.path, answer.Code, answer.Body, one.status)
		}
	}
	none := map[string]string{}
	want := []handlers.AuditEntry{
		{Action: "enrichment.corrected", TargetID: message.ID, Detail: map[string]string{"fields": "translations.ko emotion"}},
		{Action: "participant.removed", UserID: string(kim.ID), Detail: none},
		{Action: "participant.added", UserID: string(kim.ID), Detail: none},
		{Action: "room.updated", Detail: map[string]string{"fields": "status", "formerStatus": "open", "status": "archived"}},
		{Action: "room.updated", Detail: map[string]string{"fields": "assigneeId name", "formerAssigneeId": "", "assigneeId": string(operator.ID)}},
		{Action: "room.read", Detail: none},
		{Action: "room.created", Detail: none},
	}
	name := "operator"
	for i := range want {
		want[i].RoomID = room.ID
		want[i].Actor = &handlers.AuditActor{ID: string(operator.ID), Name: &name, Role: "operator"}
	}
	got := w.entries(api, token, "?roomId="+room.ID).Items
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(handlers.AuditEntry{}, "ID", "At", "RequestID", "Address")); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	for _, entry := range got {
		if entry.RequestID == "" || entry.Address == "" {
			t.Errorf("%s has no request or address: %+v", entry.Action, entry)
		}
	}
}

func TestTheAuditLogIsFiltered(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	operator, kim := w.user("operator", domain.RoleOperator, ""), w.user("kim", domain.RoleLab, "")
	token := w.token(api, "operator")
	w.advance(time.Minute)
	begun := w.clock()
	room := w.room("1")
	entry := domain.AuditEntry{Action: domain.AuditParticipantAdded, RoomID: room.ID, UserID: kim.ID}
	for _, one := range []domain.Caller{{UserID: operator.ID, Role: domain.RoleOperator}, {UserID: kim.ID, Role: domain.RoleLab}, {}} {
		if err := w.audit.Record(t.Context(), one, entry); err != nil {
			t.Fatal(err)
		}
		w.advance(time.Minute)
	}
	from := func(at time.Time) string { return url.QueryEscape(at.Format(time.RFC3339Nano)) }
	for query, want := range map[string]int{
		"?action=participant.added":                                    3,
		"?action=participant.removed":                                  0,
		"?roomId=" + string(room.ID):                                   3,
		"?roomId=" + string(kim.ID):                                    0,
		"?action=participant.added&actorId=" + string(operator.ID):     1,
		"?actorId=" + string(kim.ID) + "&userId=" + string(kim.ID):     1,
		"?from=" + from(begun):                                         3,
		"?from=" + from(begun.Add(time.Millisecond)):                   2,
		"?from=" + from(begun) + "&to=" + from(begun.Add(time.Minute)): 1,
		"?from=" + from(begun) + "&to=" + from(begun.In(time.FixedZone("KST", 9*3600)).Add(time.Minute+time.Millisecond)): 2,
	} {
		if got := w.entries(api, token, query).Items; len(got) != want {
			t.Errorf("%s: %d entries, want %d", query, len(got), want)
		}
	}
	if got := w.entries(api, token, "?action=participant.added&limit=1").Items; got[0].Actor != nil {
		t.Errorf("the actor of what nobody known did is %+v", got[0].Actor)
	}
	for query, field := range map[string]string{
		"?action=room.seen": "action", "?roomId=1": "roomId", "?actorId=x": "actorId", "?from=yesterday": "from",
		"?to=2026-03-14": "to", "?from=2026-03-14T00:00:00Z&to=2026-03-14T00:00:00Z": "to", "?limit=0": "limit", "?cursor=x": "cursor",
		"?who=me": "who",
	} {
		answer := w.call(api, http.MethodGet, "/v1/ops/audit"+query, token, "")
		if fields := w.refused(answer, http.StatusBadRequest, "validation_failed"); !slices.Equal(fields, []string{field}) {
			t.Errorf("%s names %v", query, fields)
		}
	}
}

func TestTheAuditLogIsPagedWhileItGrows(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	w.user("operator", domain.RoleOperator, "")
	token, room := w.token(api, "operator"), w.room("1")
	record := func(request string) {
		err := w.audit.Record(t.Context(), domain.Caller{RequestID: request}, domain.AuditEntry{Action: domain.AuditRoomUpdated, RoomID: room.ID})
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range 7 {
		record(fmt.Sprint(i))
	}
	var got []string
	query := "?limit=3&roomId=" + string(room.ID)
	for cursor := ""; ; {
		page := w.entries(api, token, query+cursor)
		for _, entry := range page.Items {
			got = append(got, entry.RequestID)
		}
		if page.Next == nil {
			break
		}
		record("later")
		cursor = "&cursor=" + *page.Next
	}
	if diff := cmp.Diff([]string{"6", "5", "4", "3", "2", "1", "0"}, got); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

func TestTheAuditLogIsForThoseWhoOversee(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	w.user("nguyen", domain.RoleClinic, "")
	w.refused(w.call(api, http.MethodGet, "/v1/ops/audit", w.token(api, "nguyen"), ""), http.StatusForbidden, "forbidden")
	w.refused(w.call(api, http.MethodGet, "/v1/ops/audit", "", ""), http.StatusUnauthorized, "credentials_required")
	w.user("operator", domain.RoleOperator, "")
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		w.refused(w.call(api, method, "/v1/ops/audit", w.token(api, "operator"), "{}"), http.StatusMethodNotAllowed, "method_not_allowed")
	}
}

func TestAKeyIsNamedInTheAuditLogUntilItIsDeleted(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	operator := w.user("operator", domain.RoleOperator, "")
	by := domain.Caller{UserID: operator.ID, Role: domain.RoleOperator}
	key, _, err := w.accounts.CreateAPIKey(t.Context(), by, domain.NewAPIKey{Name: "The marketplace", Scopes: []string{domain.ScopeOpsRead}})
	if err != nil {
		t.Fatal(err)
	}
	service := domain.Caller{UserID: key.ID, Role: domain.RoleService, Scopes: key.Scopes}
	if err := w.audit.Record(t.Context(), service, domain.AuditEntry{Action: domain.AuditRoomsRead}); err != nil {
		t.Fatal(err)
	}
	token := w.token(api, "operator")
	name := func() *string { return w.entries(api, token, "?actorId="+string(key.ID)).Items[0].Actor.Name }
	if got := name(); got == nil || *got != "The marketplace" {
		t.Errorf("the key's name is %v", got)
	}
	if _, err := w.store.DeleteAPIKey(t.Context(), key.ID); err != nil {
		t.Fatal(err)
	}
	if got := name(); got != nil {
		t.Errorf("the deleted key's name is %v", *got)
	}
}
