package mongostore_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

// TestALateNoteOfAUseIsNotTaken is for notes of several instances that overtake each other.
func TestALateNoteOfAUseIsNotTaken(t *testing.T) {
	store := open(t, newDatabase(t), nil)
	now := domain.Milliseconds(time.Now())
	session := domain.Session{ID: newID(t), UserID: newID(t), CreatedAt: now, ExpiresAt: now.Add(time.Hour)}
	must(t, store.CreateSession(t.Context(), session, "refresh"))
	must(t, store.TouchSession(t.Context(), session.ID, domain.Client{Address: "192.0.2.2"}, now.Add(time.Minute)))
	must(t, store.TouchSession(t.Context(), session.ID, domain.Client{Address: "192.0.2.1"}, now))
	got, err := store.Sessions(t.Context(), session.UserID, "", 10, now)
	must(t, err)
	session.LastUsedAt, session.Client = now.Add(time.Minute), domain.Client{Address: "192.0.2.2"}
	if diff := cmp.Diff([]domain.Session{session}, got); diff != "" {
		t.Errorf("sessions (-want +got):\n%s", diff)
	}
}

func TestASessionOfAnOlderVersionIsReadAndTouched(t *testing.T) {
	uri := newDatabase(t)
	store := open(t, uri, nil)
	now := domain.Milliseconds(time.Now())
	session := domain.Session{ID: newID(t), UserID: newID(t), CreatedAt: now, ExpiresAt: now.Add(time.Hour)}
	must(t, store.CreateSession(t.Context(), session, "refresh"))
	_, err := driverOf(t, uri).Collection("sessions").UpdateOne(t.Context(), bson.M{}, bson.M{"$unset": bson.M{"client": "", "lastUsedAt": ""}})
	must(t, err)
	read := func() domain.Session {
		listed, err := store.Sessions(t.Context(), session.UserID, "", 10, now)
		must(t, err)
		return listed[0]
	}
	if diff := cmp.Diff(session, read()); diff != "" {
		t.Errorf("session (-want +got):\n%s", diff)
	}
	must(t, store.TouchSession(t.Context(), session.ID, domain.Client{Address: "192.0.2.1"}, now))
	session.LastUsedAt, session.Client = now, domain.Client{Address: "192.0.2.1"}
	if diff := cmp.Diff(session, read()); diff != "" {
		t.Errorf("session that was touched (-want +got):\n%s", diff)
	}
}
