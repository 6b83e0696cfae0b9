package mongostore_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"dentalk/domain"
	"dentalk/repository/mongostore"
)

// wantIndexes are those that the queries need, besides those on _id.
var wantIndexes = map[string][]string{
	"users":            {"unique usernameKey:1"},
	"sessions":         {"expiresAt:1", "userId:1 _id:1"},
	"refresh_tokens":   {"sessionId:1"},
	"rooms":            {"activity.messageId:-1", "participants.userId:1 activity.messageId:-1", "unique orderId:1", "updatedAt:1"},
	"read_markers":     {"roomId:1"},
	"idempotency_keys": {"expiresAt:1"},
	"messages": {
		"enrichment.attempts:1 enrichment.dueAt:1", "enrichment.dueAt:1", "enrichment.savedAt:1", "roomId:1 _id:1", "roomId:1 enrichment.savedAt:1",
		"unique roomId:1 seq:1", "unique roomId:1 userId:1 key:1", "userId:1 _id:1",
	},
	"glossary_changes": {"userId:1"},
	"api_keys":         {"replaced.hash:1", "replaced.id:1", "unique secret.hash:1", "unique secret.id:1"},
	"uploads":          {"removedAt:1", "roomId:1", "usedAt:1 createdAt:1", "userId:1"},
	"audit":            {"action:1 _id:1", "actorId:1 _id:1", "roomId:1 _id:1", "userId:1 _id:1"},
	"erasures":         {"repeatedAt:1 _id:1"},
}

func TestTheIndexesAreThere(t *testing.T) {
	uri := newDatabase(t)
	open(t, uri, nil)
	open(t, uri, nil) // finds them
	database := driverOf(t, uri)
	for collection, want := range wantIndexes {
		if diff := cmp.Diff(want, indexesOf(t, database.Collection(collection))); diff != "" {
			t.Errorf("indexes of %s (-want +got):\n%s", collection, diff)
		}
	}
}

func indexesOf(t *testing.T, collection *mongo.Collection) []string {
	t.Helper()
	cursor, err := collection.Indexes().List(t.Context())
	must(t, err)
	var indexes []struct {
		Name   string `bson:"name"`
		Keys   bson.D `bson:"key"`
		Unique bool   `bson:"unique"`
	}
	must(t, cursor.All(t.Context(), &indexes))
	var found []string
	for _, index := range indexes {
		if index.Name == "_id_" {
			continue
		}
		var parts []string
		if index.Unique {
			parts = append(parts, "unique")
		}
		for _, key := range index.Keys {
			parts = append(parts, fmt.Sprint(key.Key, ":", key.Value))
		}
		found = append(found, strings.Join(parts, " "))
	}
	slices.Sort(found)
	return found
}

// TestNoQueryOfAHotPathScans asks the server's profiler how it ran what the store has really asked.
// FerretDB has neither profiler nor plans: there the test ends with what can be known, that every
// one of these calls works.
func TestNoQueryOfAHotPathScans(t *testing.T) {
	uri := newDatabase(t)
	store, database := open(t, uri, nil), driverOf(t, uri)
	profiled := isMongoDB(t, database)
	if profiled {
		must(t, database.RunCommand(t.Context(), bson.D{{Key: "profile", Value: 2}}).Err())
	}
	exercise(t, store)
	if !profiled {
		return
	}
	must(t, database.RunCommand(t.Context(), bson.D{{Key: "profile", Value: 0}}).Err())
	cursor, err := database.Collection("system.profile").Find(t.Context(), bson.M{"planSummary": bson.M{"$regex": "COLLSCAN"}})
	must(t, err)
	var scans []bson.M
	must(t, cursor.All(t.Context(), &scans))
	for _, scan := range scans {
		t.Errorf("scans: %v", scan["command"])
	}
}

func isMongoDB(t *testing.T, database *mongo.Database) bool {
	t.Helper()
	var build bson.M
	must(t, database.RunCommand(t.Context(), bson.D{{Key: "buildInfo", Value: 1}}).Decode(&build))
	for field := range build {
		if strings.Contains(strings.ToLower(field), "ferret") {
			return false
		}
	}
	return true
}

// exercise makes every call of a hot path.
func exercise(t *testing.T, store *mongostore.Store) {
	t.Helper()
	ctx := t.Context()
	made := room(t, store, "order")
	draft := draftOf(made, "hello")
	draft.ClientMessageID = "key"
	message, err := post(ctx, store, draft)
	must(t, err)
	_, err = post(ctx, store, draft)
	must(t, err)
	_, _, err = store.MarkRead(ctx, made.ID, made.Participants[1].UserID, 1, time.Now())
	must(t, err)
	_, err = store.Receipts(ctx, made.ID)
	must(t, err)
	_, err = store.RoomAccess(ctx, made.ID, made.Participants[1].UserID)
	must(t, err)
	for _, notes := range []bool{true, false} {
		exerciseViewer(t, store, made, message, domain.Viewer{UserID: made.Participants[1].UserID, Notes: notes})
	}
	tasks, err := store.ClaimEnrichments(ctx, domain.Claim{Limit: 1, First: true, Lease: time.Minute})
	must(t, err)
	_, err = store.SaveEnrichments(ctx, []domain.EnrichmentResult{{RoomID: made.ID, MessageID: message.ID, Lease: tasks[0].Lease, Unchanged: true}})
	must(t, err)
	tasks, err = store.ClaimEnrichments(ctx, domain.Claim{Limit: 1, Lease: time.Minute})
	must(t, err)
	_, err = store.SaveEnrichments(ctx, []domain.EnrichmentResult{{
		RoomID: made.ID, MessageID: message.ID, Lease: tasks[0].Lease, Enrichment: domain.Enrichment{State: domain.EnrichmentDone}}})
	must(t, err)
	_, err = store.NextEnrichment(ctx)
	must(t, err)
	_, err = store.ChangeEnrichment(ctx, made.ID, message.ID, func(m domain.Message) (domain.Enrichment, error) { return m.Enrichment.Reopen(), nil })
	must(t, err)
	exerciseRest(t, store)
	exerciseSessions(t, store, made)
	exerciseAPIKeys(t, store, made)
	exerciseUploads(t, store, made)
	exerciseAudit(t, store, made)
	exerciseErasures(t, store, made)
	must(t, mongostore.Heal(ctx, store))
	must(t, mongostore.RemoveExpired(ctx, store))
}

func exerciseViewer(t *testing.T, store *mongostore.Store, made domain.Room, message domain.Message, viewer domain.Viewer) {
	t.Helper()
	ctx, seq := t.Context(), int64(1)
	_, err := store.Message(ctx, made.ID, message.ID, viewer)
	must(t, err)
	_, err = store.Locate(ctx, message.ID, viewer)
	must(t, err)
	_, err = store.RoomView(ctx, made.ID, viewer)
	must(t, err)
	for _, query := range []domain.HistoryQuery{{}, {Before: &seq}, {After: &seq}, {Around: &seq}} {
		query.Viewer, query.RoomID, query.Limit = viewer, made.ID, 10
		_, err = store.Messages(ctx, query)
		must(t, err)
	}
	for _, all := range []bool{true, false} {
		replay := domain.Replay{Viewer: viewer, All: all, Rooms: []domain.ID{made.ID}, After: message.ID, Limit: 10}
		exerciseReplay(t, store, replay)
		for _, unread := range []bool{true, false} {
			for _, asOf := range []domain.ID{"", message.ID} {
				_, err = store.RoomViews(ctx, domain.RoomQuery{
					Viewer: viewer, All: all, Unread: unread, Before: message.ID, AsOf: asOf, Limit: 10})
				must(t, err)
			}
		}
	}
}

func exerciseRest(t *testing.T, store *mongostore.Store) {
	t.Helper()
	ctx := t.Context()
	for _, more := range []domain.Usage{{}, {Calls: 1}, {Calls: 1}} {
		_, err := store.AddUsage(ctx, "2026-03", "deepl", more)
		must(t, err)
	}
	for version := range int64(2) {
		must(t, store.AppendGlossaryChange(ctx, domain.GlossaryChange{Version: version + 1, At: time.Now()}))
	}
	_, err := store.GlossaryChanges(ctx, 1, 10)
	must(t, err)
}

func exerciseReplay(t *testing.T, store *mongostore.Store, replay domain.Replay) {
	t.Helper()
	ctx := t.Context()
	_, err := store.NewestPosition(ctx, replay)
	must(t, err)
	_, err = store.CountAfter(ctx, replay, 10)
	must(t, err)
	_, err = store.MessagesAfter(ctx, replay)
	must(t, err)
	_, err = store.EnrichedSince(ctx, replay, time.Now().Add(-time.Minute))
	must(t, err)
	_, err = store.RoomHeads(ctx, replay.After)
	must(t, err)
	_, err = store.RoomsUpdatedSince(ctx, time.Now().Add(-time.Minute))
	must(t, err)
}
