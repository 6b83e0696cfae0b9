package mongostore_test

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
	"dentalk/repository/mongostore"
)

func TestTwoInstancesThatEraseTheSameGiveEachMessageOnce(t *testing.T) {
	uri := newDatabase(t)
	stores := []*mongostore.Store{open(t, uri, nil), open(t, uri, nil)}
	made := room(t, stores[0], "order")
	const count = 40
	for i := range count {
		_, err := post(t.Context(), stores[0], draftOf(made, strconv.Itoa(i)))
		must(t, err)
	}
	given := make([][]domain.Message, len(stores))
	var group sync.WaitGroup
	for i, store := range stores {
		group.Go(func() {
			var err error
			given[i], err = store.EraseMessages(t.Context(), domain.ErasureTarget{RoomID: made.ID}, domain.ZeroID, count, time.Now())
			if err != nil {
				t.Errorf("erase: %v", err)
			}
		})
	}
	group.Wait()
	times := make(map[string]int)
	for _, message := range slices.Concat(given...) {
		times[message.Text]++
	}
	for i := range count {
		if text := strconv.Itoa(i); times[text] != 1 {
			t.Errorf("message %s is given %d times", text, times[text])
		}
	}
}

// TestNothingOfAnErasedMessageIsLeft looks into the documents themselves.
func TestNothingOfAnErasedMessageIsLeft(t *testing.T) {
	const marker = "trapezoid"
	uri := newDatabase(t)
	store := open(t, uri, nil)
	made := room(t, store, "order")
	draft := draftOf(made, marker)
	draft.Teeth = []domain.Tooth{{Text: marker}}
	draft.Attachments = []domain.Attachment{{ID: newID(t), Name: marker}}
	draft.UserName = marker
	message, err := post(t.Context(), store, draft)
	must(t, err)
	_, err = store.ChangeEnrichment(t.Context(), made.ID, message.ID, func(domain.Message) (domain.Enrichment, error) {
		return enrichmentWith(marker), nil
	})
	must(t, err)
	before := everything(t, uri)
	if found := strings.Count(before, marker); found < 12 {
		t.Fatalf("the marker is stored only %d times", found)
	}
	_, err = store.EraseMessages(t.Context(), domain.ErasureTarget{UserID: draft.UserID}, domain.ZeroID, 10, time.Now())
	must(t, err)
	if after := everything(t, uri); strings.Contains(after, marker) {
		t.Errorf("left: %s", after)
	}
}

func enrichmentWith(text string) domain.Enrichment {
	verdict := domain.Verdict{
		Translations: map[string]string{"ko": text}, Emotion: &domain.Emotion{},
		Complaint: &domain.Complaint{Reasons: []string{text}},
	}
	return domain.Enrichment{
		State: domain.EnrichmentPending, Translator: text, Analyser: text, Language: text,
		Translations: verdict.Translations, Mismatches: map[string][]string{"ko": {text}}, Terms: []domain.Term{{Source: text}},
		Emotion: verdict.Emotion, Complaint: verdict.Complaint, Machine: &verdict, Reopened: 1,
		Corrections: []domain.Correction{{UserName: text, Verdict: verdict}},
	}
}

// everything is the text of all documents.
func everything(t *testing.T, uri string) string {
	t.Helper()
	database := driverOf(t, uri)
	names, err := database.ListCollectionNames(t.Context(), bson.D{})
	must(t, err)
	var text strings.Builder
	for _, name := range names {
		cursor, err := database.Collection(name).Find(t.Context(), bson.D{})
		must(t, err)
		for cursor.Next(t.Context()) {
			text.WriteString(cursor.Current.String() + "\n")
		}
		must(t, cursor.Err())
		must(t, cursor.Close(t.Context()))
	}
	return text.String()
}

func TestACorrectionThatAnErasureOvertakesSeesTheBlankMessage(t *testing.T) {
	uri := newDatabase(t)
	store, other := open(t, uri, nil), open(t, uri, nil)
	made := room(t, store, "order")
	message, err := post(t.Context(), store, draftOf(made, "hello"))
	must(t, err)
	var seen []string
	_, err = store.ChangeEnrichment(t.Context(), made.ID, message.ID, func(m domain.Message) (domain.Enrichment, error) {
		seen = append(seen, m.Text)
		if len(seen) > 1 {
			return domain.Enrichment{}, domain.Conflict("not_enriched", "blank")
		}
		_, err := other.EraseMessages(t.Context(), domain.ErasureTarget{MessageID: message.ID}, domain.ZeroID, 1, time.Now())
		return domain.Enrichment{State: domain.EnrichmentDone, Translations: map[string]string{"ko": "안녕"}}, err
	})
	if domain.KindOf(err) != domain.KindConflict {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff([]string{"hello", ""}, seen); diff != "" {
		t.Errorf("texts that the change has seen (-want +got):\n%s", diff)
	}
}

// TestAnErasureOfAUserThatWasCutIsCompleted puts back what a process leaves behind that died after it
// had changed the account.
func TestAnErasureOfAUserThatWasCutIsCompleted(t *testing.T) {
	uri := newDatabase(t)
	store, database := open(t, uri, nil), driverOf(t, uri)
	made := room(t, store, "order")
	user := domain.User{ID: made.Participants[0].UserID, Username: "clinic", Role: domain.RoleClinic}
	must(t, store.CreateUser(t.Context(), user))
	must(t, store.AppendGlossaryChange(t.Context(), domain.GlossaryChange{Version: 1, UserID: user.ID, UserName: user.Username}))
	want, err := store.EraseUser(t.Context(), user.ID, time.Now())
	must(t, err)
	_, err = database.Collection("rooms").UpdateOne(t.Context(), bson.M{}, bson.M{"$set": bson.M{"participants.0.username": user.Username}})
	must(t, err)
	_, err = database.Collection("glossary_changes").UpdateOne(t.Context(), bson.M{}, bson.M{"$set": bson.M{"userName": user.Username}})
	must(t, err)

	got, err := store.EraseUser(t.Context(), user.ID, time.Now().Add(time.Hour))
	must(t, err)
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("account (-want +got):\n%s", diff)
	}
	stored, err := store.Room(t.Context(), made.ID)
	must(t, err)
	changes, err := store.GlossaryChanges(t.Context(), 0, 1)
	must(t, err)
	for _, name := range []string{stored.Participants[0].Username, changes[0].UserName} {
		if name != domain.ErasedUsername(user.ID) {
			t.Errorf("the name %q is left", name)
		}
	}
}
