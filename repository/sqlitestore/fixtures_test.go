package sqlitestore_test

import (
	"context"
	"crypto/rand"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/repository/sqlitestore"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// room makes a room of two users whose IDs need no accounts.
func room(t testing.TB, store *sqlitestore.Store, order string) domain.Room {
	t.Helper()
	ids, err := domain.NewIDSource(rand.Reader, domain.ZeroID)
	must(t, err)
	now := domain.Milliseconds(time.Now())
	made, _, err := store.CreateRoom(t.Context(), domain.Room{
		ID: ids.Next(now), OrderID: order, Name: order, Status: domain.RoomOpen, CreatedAt: now, UpdatedAt: now,
		Participants: []domain.Participant{
			{UserID: ids.Next(now), Username: "clinic", Role: domain.RoleClinic, Language: "en"},
			{UserID: ids.Next(now), Username: "lab", Role: domain.RoleLab, Language: "ko"},
		},
	})
	must(t, err)
	return made
}

func draftOf(room domain.Room, text string) domain.Draft {
	sender := room.Participants[0]
	return domain.Draft{
		RoomID: room.ID, UserID: sender.UserID, UserName: sender.Username, Role: sender.Role,
		Type: domain.MessageText, Text: text, Language: "en", State: domain.EnrichmentPending,
	}
}

func post(ctx context.Context, store *sqlitestore.Store, draft domain.Draft) (domain.Message, error) {
	appended, err := store.AppendMessages(ctx, []domain.Draft{draft})
	if err != nil {
		return domain.Message{}, err
	}
	return appended[0].Message, appended[0].Err
}

func viewerOf(room domain.Room) domain.Viewer {
	return domain.Viewer{UserID: room.Participants[1].UserID}
}
