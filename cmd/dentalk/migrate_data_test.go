package main

import (
	"context"
	"crypto/rand"
	"fmt"
	random "math/rand/v2"
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

// seed makes each test's conversations the same in each run; IDs and times differ.
const seed = 26

// generator fills a store through its ordinary port.
type generator struct {
	t      testing.TB
	store  *sqlitestore.Store
	random *random.Rand
	ids    *domain.IDSource
	now    time.Time
}

// generate fills a new data dir with messages in rooms of their own size, and gives the dir.
func generate(t testing.TB, messages int) string {
	t.Helper()
	dir := t.TempDir()
	store, err := sqlitestore.Open(t.Context(), dir, sqlitestore.Options{})
	must(t, err)
	ids, err := domain.NewIDSource(rand.Reader, "")
	must(t, err)
	g := &generator{t: t, store: store, random: random.New(random.NewPCG(seed, 0)), ids: ids, now: domain.Milliseconds(time.Now())}
	users := g.users(20)
	rooms := g.rooms(users, 10+messages/5000)
	for left := messages; left > 0; left -= messagesAtOnce {
		g.post(rooms, min(messagesAtOnce, left))
		if g.random.IntN(3) > 0 {
			g.enrich()
		}
	}
	g.read(rooms)
	g.keys(users)
	g.glossary(12)
	must(t, store.Close())
	return dir
}

const messagesAtOnce = 250

func (g *generator) users(count int) []domain.User {
	g.t.Helper()
	var users []domain.User
	for i := range count {
		organization := domain.Organization{ID: g.ids.Next(g.now), Kind: domain.OrganizationLab, Name: fmt.Sprint("Lab ", i), Language: "ko",
			Specialties: []string{"zirconia"}, Notation: domain.NotationFDI, CreatedAt: g.now, UpdatedAt: g.now}
		must(g.t, g.store.CreateOrganization(g.t.Context(), organization))
		user := domain.User{
			ID: g.ids.Next(g.now), Username: fmt.Sprint("user-", i), Role: domain.RoleLab, Language: "ko", OrganizationID: organization.ID,
			PasswordHash: "hash", CreatedAt: g.now, UpdatedAt: g.now,
		}
		must(g.t, g.store.CreateUser(g.t.Context(), user))
		session := domain.Session{ID: g.ids.Next(g.now), UserID: user.ID, CreatedAt: g.now, ExpiresAt: g.now.Add(time.Hour)}
		if i == count-1 { // has expired already
			session.CreatedAt, session.ExpiresAt = g.now.Add(-time.Hour), g.now.Add(-time.Minute)
		}
		must(g.t, g.store.CreateSession(g.t.Context(), session, fmt.Sprint("token-", i)))
		users = append(users, user)
	}
	return users
}

func (g *generator) rooms(users []domain.User, count int) []domain.Room {
	g.t.Helper()
	var rooms []domain.Room
	for i := range count {
		order := fmt.Sprint("ORD-", i)
		room := domain.Room{ID: g.ids.Next(g.now), OrderID: order, Name: order, Status: domain.RoomOpen, CreatedAt: g.now, UpdatedAt: g.now}
		for _, at := range g.random.Perm(len(users))[:2+g.random.IntN(4)] {
			room.Participants = append(room.Participants, users[at].Participant())
		}
		made, _, err := g.store.CreateRoom(g.t.Context(), room)
		must(g.t, err)
		rooms = append(rooms, made)
	}
	return rooms
}

// post writes more to some rooms than to others.
func (g *generator) post(rooms []domain.Room, count int) {
	g.t.Helper()
	drafts := make([]domain.Draft, count)
	for i := range drafts {
		room := rooms[min(g.random.IntN(len(rooms)), g.random.IntN(len(rooms)))]
		sender := room.Participants[g.random.IntN(len(room.Participants))]
		drafts[i] = domain.Draft{
			RoomID: room.ID, UserID: sender.UserID, UserName: sender.Username, Role: sender.Role, Type: domain.MessageText,
			Text: fmt.Sprintf("크라운 #%d: please check the occlusion on %d.", g.random.IntN(1e6), 11+g.random.IntN(38)), Language: "en",
			ClientMessageID: rand.Text(), State: domain.EnrichmentPending, Teeth: []domain.Tooth{{Text: "26", FDI: "26", Universal: "14", Ambiguous: true}},
		}
		if g.random.IntN(20) == 0 {
			drafts[i].Type, drafts[i].ClientMessageID, drafts[i].State = domain.MessageNote, "", domain.EnrichmentOff
		}
	}
	appended, err := g.store.AppendMessages(g.t.Context(), drafts)
	must(g.t, err)
	for _, one := range appended {
		must(g.t, one.Err)
	}
}

func (g *generator) enrich() {
	g.t.Helper()
	tasks, err := g.store.ClaimEnrichments(g.t.Context(), domain.Claim{Limit: messagesAtOnce, Lease: time.Hour})
	must(g.t, err)
	var results []domain.EnrichmentResult
	for _, task := range tasks[:len(tasks)/2] { // a worker holds the rest
		results = append(results, domain.EnrichmentResult{
			RoomID: task.Message.RoomID, MessageID: task.Message.ID, Lease: task.Lease,
			Enrichment: domain.Enrichment{
				State: domain.EnrichmentDone, Translator: "glossary", Analyser: "lexicon", Language: "en",
				Translations: map[string]string{"ko": "교합을 확인해 주세요.", "ja": "咬合を確認してください。"},
				Mismatches:   map[string][]string{"ko": {"26", "A2"}},
				Terms:        []domain.Term{{Source: "occlusion", Target: "교합", Applied: true}},
				Emotion:      &domain.Emotion{Sentiment: domain.SentimentNeutral, Score: g.random.Float64(), Confidence: 0.5},
				Complaint:    &domain.Complaint{},
			},
		})
	}
	saved, err := g.store.SaveEnrichments(g.t.Context(), results)
	must(g.t, err)
	if len(saved) > 0 {
		g.correct(saved[0])
	}
}

// correct sets a message right, and asks for it anew.
func (g *generator) correct(m domain.Message) {
	g.t.Helper()
	correction := domain.Correction{UserID: g.ids.Next(g.now), UserName: "operator", At: g.now, Verdict: domain.Verdict{
		Translations: map[string]string{"ko": "26번 교합을 확인해 주세요."},
		Complaint:    &domain.Complaint{Detected: true, Category: domain.CategoryFit, Confidence: 1, Reasons: []string{"occlusion"}},
	}}
	_, err := g.store.ChangeEnrichment(g.t.Context(), m.RoomID, m.ID, func(m domain.Message) (domain.Enrichment, error) {
		return m.Enrichment.Correct(correction, nil).Reopen(), nil
	})
	must(g.t, err)
}

func (g *generator) read(rooms []domain.Room) {
	g.t.Helper()
	for _, room := range rooms {
		for _, participant := range room.Participants {
			_, _, err := g.store.MarkRead(g.t.Context(), room.ID, participant.UserID, g.random.Int64N(500), g.now)
			must(g.t, err)
		}
	}
	left := rooms[0].Participants[0]
	_, _, err := g.store.RemoveParticipant(g.t.Context(), rooms[0].ID, left.UserID, g.now)
	must(g.t, err)
}

func (g *generator) keys(users []domain.User) {
	g.t.Helper()
	for i, user := range users {
		record := domain.IdempotencyRecord{CallerID: user.ID, Path: "POST /v1/rooms", Key: "key", Fingerprint: "body", ExpiresAt: g.now.Add(time.Hour)}
		if i == len(users)-1 { // has expired already
			record.ExpiresAt = g.now.Add(-time.Minute)
		}
		_, err := g.store.ReserveKey(g.t.Context(), record, g.now.Add(-time.Hour))
		must(g.t, err)
		record.Answer = []byte(`{"status":201}`)
		must(g.t, g.store.CompleteKey(g.t.Context(), record))
	}
}

// glossary makes versions of the glossary, and usage of a provider in as many months.
func (g *generator) glossary(versions int64) {
	g.t.Helper()
	for version := range versions {
		must(g.t, g.store.AppendGlossaryChange(g.t.Context(), domain.GlossaryChange{
			Version: version + 1, At: g.now, UserID: g.ids.Next(g.now), UserName: "operator", Removed: []string{"old"},
			Set: []domain.GlossaryTerm{{
				Term: fmt.Sprint("crown ", version), Category: "prosthesis",
				Translations: map[string]string{"ko": "크라운", "es": "corona"}, Synonyms: map[string][]string{"en": {"cap"}},
			}},
		}))
		month := domain.MonthOf(g.now.AddDate(0, -int(version), 0))
		_, err := g.store.AddUsage(g.t.Context(), month, "deepl", domain.Usage{Calls: version + 1, Characters: 1 << 40})
		must(g.t, err)
	}
}

// look opens the store of a place for a moment.
func look(t testing.TB, where string, use func(ctx context.Context, store archive)) {
	t.Helper()
	place, err := parsePlace("--to", where)
	must(t, err)
	store, err := place.open(t.Context(), true)
	must(t, err)
	defer func() { must(t, store.Close()) }()
	use(t.Context(), store)
}

// change opens the store of a data dir for a moment.
func change(t testing.TB, dir string, use func(ctx context.Context, store *sqlitestore.Store)) {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), dir, sqlitestore.Options{})
	must(t, err)
	defer func() { must(t, store.Close()) }()
	use(t.Context(), store)
}
