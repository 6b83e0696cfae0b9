package mongostore_test

import (
	"context"
	"crypto/rand"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.uber.org/goleak"

	"dentalk/domain"
	"dentalk/repository/mongostore"
	"dentalk/test/servers"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(withServers{m}) }

// withServers ends the servers of the tests before leaks are looked for.
type withServers struct{ m *testing.M }

func (w withServers) Run() int { return servers.Main(w.m) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newDatabase gives the URI of an empty database that is dropped when the test ends.
func newDatabase(t testing.TB) string {
	t.Helper()
	uri, err := url.Parse(servers.MongoDB(t))
	must(t, err)
	uri.Path = "/test_" + strings.ToLower(rand.Text()[:12])
	t.Cleanup(func() {
		database := connect(t, uri.String())
		must(t, database.Drop(context.Background()))
		must(t, database.Client().Disconnect(context.Background()))
	})
	return uri.String()
}

// driverOf gives a database as the driver sees it.
func driverOf(t testing.TB, uri string) *mongo.Database {
	t.Helper()
	database := connect(t, uri)
	t.Cleanup(func() { must(t, database.Client().Disconnect(context.Background())) })
	return database
}

func connect(t testing.TB, uri string) *mongo.Database {
	t.Helper()
	parsed, err := url.Parse(uri)
	must(t, err)
	client, err := mongo.Connect(options.Client().ApplyURI(uri).SetTimeout(30 * time.Second))
	must(t, err)
	return client.Database(strings.Trim(parsed.Path, "/"))
}

// open opens a store that is closed when the test ends.
func open(t testing.TB, uri string, now func() time.Time) *mongostore.Store {
	t.Helper()
	store, err := mongostore.Open(t.Context(), uri, mongostore.Options{Now: now})
	must(t, err)
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

// newID makes an ID of now.
func newID(t testing.TB) domain.ID {
	t.Helper()
	ids, err := domain.NewIDSource(rand.Reader, domain.ZeroID)
	must(t, err)
	return ids.Next(time.Now())
}

// room makes a room of two users whose IDs need no accounts.
func room(t testing.TB, store *mongostore.Store, order string) domain.Room {
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

func post(ctx context.Context, store *mongostore.Store, draft domain.Draft) (domain.Message, error) {
	appended, err := store.AppendMessages(ctx, []domain.Draft{draft})
	if err != nil {
		return domain.Message{}, err
	}
	return appended[0].Message, appended[0].Err
}

func viewerOf(room domain.Room) domain.Viewer {
	return domain.Viewer{UserID: room.Participants[1].UserID}
}
