package handlers_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/handlers"
)

func TestPresenceOfARoom(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	operator := domain.Caller{Role: domain.RoleOperator}
	lab, err := w.accounts.CreateOrganization(t.Context(), operator, domain.Organization{
		Kind: domain.OrganizationLab, Name: "Lab", Language: "ko", Timezone: "Asia/Seoul",
	})
	if err != nil {
		t.Fatal(err)
	}
	clinic, err := w.accounts.CreateOrganization(t.Context(), operator, domain.Organization{Kind: domain.OrganizationClinic, Name: "Clinic", Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	users := []domain.User{
		w.user("kim", domain.RoleLab, lab.ID), w.user("nguyen", domain.RoleClinic, clinic.ID), w.user("free", domain.RoleLab, ""),
	}
	room := domain.Room{ID: w.ids.Next(w.clock()), OrderID: "1", Name: "n", Status: domain.RoomOpen, CreatedAt: w.clock(), UpdatedAt: w.clock()}
	for _, user := range users {
		room.Participants = append(room.Participants, user.Participant())
	}
	if _, _, err := w.store.CreateRoom(t.Context(), room); err != nil {
		t.Fatal(err)
	}
	if _, err := w.volatile.Connect(t.Context(), w.clock(), time.Minute, "one", users[0].ID, users[1].ID); err != nil {
		t.Fatal(err)
	}
	w.advance(time.Second)
	if _, err := w.volatile.Disconnect(t.Context(), w.clock(), "one", users[1].ID); err != nil {
		t.Fatal(err)
	}
	w.advance(time.Second)

	now, before, zone, local := "2026-03-14T09:26:55.589Z", "2026-03-14T09:26:54.589Z", "Asia/Seoul", "2026-03-14T18:26:55.589+09:00"
	want := []handlers.ParticipantPresence{
		{UserID: string(users[0].ID), Username: "kim", Role: "lab", Connected: true, LastSeenAt: &now, Timezone: &zone, LocalTime: &local},
		{UserID: string(users[1].ID), Username: "nguyen", Role: "clinic", LastSeenAt: &before},
		{UserID: string(users[2].ID), Username: "free", Role: "lab"},
	}
	w.user("operator", domain.RoleOperator, "")
	w.user("stranger", domain.RoleLab, lab.ID)
	path := "/v1/rooms/" + string(room.ID) + "/presence"
	for _, name := range []string{"nguyen", "operator"} {
		var page handlers.Page[handlers.ParticipantPresence]
		w.decode(w.call(api, http.MethodGet, path, w.token(api, name), ""), http.StatusOK, &page)
		if diff := cmp.Diff(want, page.Items); diff != "" {
			t.Errorf("presence as %s (-want +got):\n%s", name, diff)
		}
	}
	if answer := w.call(api, http.MethodGet, path, w.token(api, "stranger"), ""); answer.Code != http.StatusNotFound {
		t.Errorf("a stranger gets %d", answer.Code)
	}
	if answer := w.call(api, http.MethodGet, path, "", ""); answer.Code != http.StatusUnauthorized {
		t.Errorf("nobody gets %d", answer.Code)
	}
}

func TestThePresenceEventTellsOfTheUser(t *testing.T) {
	at := time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)
	event := domain.Event{
		Name:        domain.EventPresence,
		Participant: &domain.Participant{UserID: "u", Username: "kim", Role: domain.RoleLab, Language: "ko"},
		Presence:    &domain.Presence{UserID: "u", LastSeenAt: at},
		RoomIDs:     []domain.ID{"r"},
	}
	data, err := handlers.EncodeEvent(event, false)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"userId":"u","username":"kim","connected":false,"lastSeenAt":"2026-03-14T09:26:53.000Z"}`
	if string(data) != want {
		t.Errorf("got %s, want %s", data, want)
	}
}
