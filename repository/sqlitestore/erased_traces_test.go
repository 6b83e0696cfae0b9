package sqlitestore_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/repository/sqlitestore"
)

// mark is a word that is in one message only.
func mark(i int) string { return fmt.Sprintf("<mark-%d>", i) }

// marked writes a message of any length that holds its mark in all its parts, pending ones in the state
// that grows when it is saved.
func marked(t *testing.T, store *sqlitestore.Store, room domain.Room, sender domain.Participant, i int, random *rand.Rand) domain.Message {
	t.Helper()
	length := []int{10, 200, 1500, 9000}[random.IntN(4)]
	text := strings.Repeat(mark(i)+" ", 1+random.IntN(length)/len(mark(i)))
	draft := draftOf(room, text)
	draft.UserID, draft.UserName, draft.Role = sender.UserID, sender.Username, sender.Role
	draft.Teeth = []domain.Tooth{{Text: mark(i), FDI: "26"}}
	draft.Attachments = []domain.Attachment{{ID: room.ID, Name: mark(i)}}
	if random.IntN(4) == 0 {
		draft.State = domain.EnrichmentOff
	}
	message, err := post(t.Context(), store, draft)
	must(t, err)
	return message
}

// enrichSome saves what is claimed, with more and less than was there, in any order.
func enrichSome(t *testing.T, store *sqlitestore.Store, random *rand.Rand) {
	t.Helper()
	tasks, err := store.ClaimEnrichments(t.Context(), domain.Claim{Limit: 30, Lease: time.Minute})
	must(t, err)
	random.Shuffle(len(tasks), func(i, j int) { tasks[i], tasks[j] = tasks[j], tasks[i] })
	for _, task := range tasks {
		text := task.Message.Text
		_, err := store.SaveEnrichments(t.Context(), []domain.EnrichmentResult{{
			RoomID: task.Message.RoomID, MessageID: task.Message.ID, Lease: task.Lease,
			Enrichment: domain.Enrichment{
				State: domain.EnrichmentDone, Translations: map[string]string{"ko": text, "de": text},
				Terms:     []domain.Term{{Source: text[:min(len(text), 60)], Target: text}},
				Complaint: &domain.Complaint{Detected: true, Reasons: []string{text}},
			},
		}})
		must(t, err)
		if random.IntN(2) == 0 {
			_, err := store.ChangeEnrichment(t.Context(), task.Message.RoomID, task.Message.ID, func(m domain.Message) (domain.Enrichment, error) {
				return domain.Enrichment{State: domain.EnrichmentPartial, Translations: map[string]string{"ko": text}}, nil
			})
			must(t, err)
		}
	}
}

// TestErasedContentIsInNoFile looks at the bytes of the files after messages of all lengths were written,
// enriched and corrected, so that their rows have moved between pages, and some were erased.
func TestErasedContentIsInNoFile(t *testing.T) {
	dir := t.TempDir()
	store := open(t, dir, time.Now)
	random := rand.New(rand.NewPCG(5, 6))
	rooms := []domain.Room{room(t, store, "one"), room(t, store, "two"), room(t, store, "three")}
	gone := rooms[0].Participants[0]
	var said []domain.Message
	for i := range 350 { // more pages than are looked at in one go
		in := rooms[random.IntN(len(rooms))]
		sender := in.Participants[random.IntN(2)]
		if in.ID == rooms[1].ID && random.IntN(2) == 0 {
			sender = gone
		}
		said = append(said, marked(t, store, in, sender, i, random))
		if i%20 == 19 {
			enrichSome(t, store, random)
		}
	}
	targets := []domain.ErasureTarget{{RoomID: rooms[2].ID}, {UserID: gone.UserID}}
	for i := 0; i < len(said); i += 10 {
		targets = append(targets, domain.ErasureTarget{MessageID: said[i].ID})
	}
	for _, target := range targets {
		eraseAll(t, store, target)
	}
	must(t, sqlitestore.Intact(t.Context(), store))
	content := files(t, dir)
	for i, m := range said {
		stored, err := store.Message(t.Context(), m.RoomID, m.ID, domain.Viewer{Notes: true})
		must(t, err)
		erased := !stored.ErasedAt.IsZero()
		if found := bytes.Contains(content, []byte(mark(i))); found == erased {
			t.Errorf("message %d: erased is %v, in the files is %v", i, erased, found)
		}
	}
}

func eraseAll(t *testing.T, store *sqlitestore.Store, target domain.ErasureTarget) {
	t.Helper()
	order := domain.Erasure{ID: target.MessageID + target.RoomID + target.UserID, Target: target, CreatedAt: time.Now()}
	must(t, store.CreateErasure(t.Context(), order))
	_, err := store.EraseMessages(t.Context(), target, domain.ZeroID, 0, time.Now())
	must(t, err)
	must(t, store.CompleteErasure(t.Context(), order.ID, 1, time.Now()))
}

// TestAnErasureIsNotCompleteWhileTheJournalIsRead has an export under way, which sees the old state.
func TestAnErasureIsNotCompleteWhileTheJournalIsRead(t *testing.T) {
	dir := t.TempDir()
	store := open(t, dir, time.Now)
	made := room(t, store, "order")
	message, err := post(t.Context(), store, draftOf(made, mark(1)))
	must(t, err)
	order := domain.Erasure{ID: message.ID, Target: domain.ErasureTarget{MessageID: message.ID}, CreatedAt: time.Now()}
	must(t, store.CreateErasure(t.Context(), order))
	for _, err := range store.Export(t.Context(), domain.RecordMessage, "") {
		must(t, err)
		_, err = store.EraseMessages(t.Context(), order.Target, domain.ZeroID, 0, time.Now())
		must(t, err)
		if err := store.CompleteErasure(t.Context(), order.ID, 1, time.Now()); domain.KindOf(err) != domain.KindUnavailable {
			t.Errorf("got %v, which is not KindUnavailable", err)
		}
	}
	pending, err := store.PendingErasures(t.Context(), time.Time{}, 10)
	must(t, err)
	if len(pending) != 1 {
		t.Error("the erasure is not pending")
	}
	must(t, store.CompleteErasure(t.Context(), order.ID, 1, time.Now()))
	if bytes.Contains(files(t, dir), []byte(mark(1))) {
		t.Error("the text is still in the files")
	}
	writing, _, err := sqlitestore.Pragmas(t.Context(), store, "busy_timeout")
	must(t, err)
	if writing["busy_timeout"] != "5000" {
		t.Errorf("the writer waits %s ms afterwards", writing["busy_timeout"])
	}
}

// TestAnErasedPersonIsInNoFile looks for the name and the address of one who did all that leaves them.
func TestAnErasedPersonIsInNoFile(t *testing.T) {
	dir := t.TempDir()
	store := open(t, dir, time.Now)
	made := room(t, store, "order")
	person := domain.User{ID: made.Participants[1].UserID, Username: "Dr.Vanishing", Email: "vanishing@example.com", PasswordHash: "$vanishing", Role: domain.RoleLab}
	must(t, store.CreateUser(t.Context(), person))
	for version := range int64(3) {
		must(t, store.AppendGlossaryChange(t.Context(), domain.GlossaryChange{Version: version + 1, At: time.Now(), UserID: person.ID, UserName: person.Username}))
	}
	draft := draftOf(made, "Vanishing was here")
	draft.UserID, draft.UserName = person.ID, person.Username
	_, err := post(t.Context(), store, draft)
	must(t, err)
	_, err = store.EraseUser(t.Context(), person.ID, time.Now())
	must(t, err)
	eraseAll(t, store, domain.ErasureTarget{UserID: person.ID})
	if content := bytes.ToLower(files(t, dir)); bytes.Contains(content, []byte("vanishing")) {
		t.Error("the name is still in the files")
	}
}

// TestForgottenAnswersAreInNoFile completes answers, whose rows grow and move by it, after the erasure:
// so many that one of them leaves a copy where it was.
func TestForgottenAnswersAreInNoFile(t *testing.T) {
	dir := t.TempDir()
	store := open(t, dir, time.Now)
	random := rand.New(rand.NewPCG(1, 8))
	rooms := []domain.Room{room(t, store, "gone"), room(t, store, "kept")}
	records := make([]domain.IdempotencyRecord, 1200)
	for i := range records {
		made := rooms[i%len(rooms)]
		records[i] = domain.IdempotencyRecord{
			CallerID: domain.ZeroID, Path: "POST /v1/rooms", Key: fmt.Sprint(random.Int()), ExpiresAt: time.Now().Add(time.Hour),
			Answer: []byte(string(made.ID) + strings.Repeat(mark(i)+" ", 1+random.IntN(40))),
		}
		reserved := records[i]
		reserved.Answer = nil
		_, err := store.ReserveKey(t.Context(), reserved, time.Now())
		must(t, err)
	}
	order := domain.Erasure{ID: rooms[0].ID, Target: domain.ErasureTarget{RoomID: rooms[0].ID}, CreatedAt: time.Now()}
	must(t, store.CreateErasure(t.Context(), order))
	must(t, store.CompleteErasure(t.Context(), order.ID, 0, time.Now()))
	for _, i := range random.Perm(len(records)) {
		must(t, store.CompleteKey(t.Context(), records[i]))
	}
	must(t, store.ForgetAnswers(t.Context(), rooms[0].ID))
	must(t, store.RepeatErasure(t.Context(), order.ID, time.Now()))
	must(t, sqlitestore.Intact(t.Context(), store))
	content := files(t, dir)
	for i := range records {
		if found := bytes.Contains(content, []byte(mark(i))); found != (i%len(rooms) == 1) {
			t.Errorf("answer %d of room %d is in the files: %v", i, i%len(rooms), found)
		}
	}
}

// files is the content of everything in the data dir.
func files(t *testing.T, dir string) []byte {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	must(t, err)
	var content []byte
	for _, name := range names {
		data, err := os.ReadFile(name)
		must(t, err)
		content = append(content, data...)
	}
	return content
}
