package repositorytest

import (
	"fmt"
	"time"

	"dentalk/domain"
)

// fullStore is what was written into a store: something of every kind in every state.
type fullStore struct {
	clinic, lab, operator, gone domain.User
	erased                      domain.User // whose message is erased too
	busy, archived, silent      domain.Room
	key                         domain.Draft // of a message that has a key
	living, ended, another      domain.Session
	inFlight, completed         domain.IdempotencyRecord
	rotated                     domain.APIKey
	upload                      domain.Upload // of a message

	records map[domain.RecordKind][]domain.Record
}

// The hashes of refresh tokens: the newest of the living session, and one that it has replaced.
const newestToken, replacedToken = "token-2", "token-1"

func (w *world) fill() fullStore {
	w.Helper()
	f := fullStore{records: make(map[domain.RecordKind][]domain.Record)}
	f.addAccounts(w)
	f.addSessions(w)
	f.addRooms(w)
	f.addMessages(w)
	f.addMarkers(w)
	f.addIdempotency(w)
	f.addGlossary(w)
	f.addUsage(w)
	f.addKeys(w)
	f.addUploads(w)
	f.addAudit(w)
	f.addErasures(w)
	w.clock.advance(time.Second)
	f.silent = w.room(f.lab, f.clinic)
	f.addRoomRecords(w)
	return f
}

func (f *fullStore) add(kind domain.RecordKind, record domain.Record) {
	f.records[kind] = append(f.records[kind], record)
}

func (f *fullStore) addAccounts(w *world) {
	organization := domain.Organization{
		ID: w.id(), Kind: domain.OrganizationLab, Name: "한빛 Lab", Language: "ko", Country: "KR", Timezone: "Asia/Seoul",
		Specialties: []string{"zirconia", "implant"}, Notation: domain.NotationUniversal, CreatedAt: w.now(), UpdatedAt: w.now(),
	}
	plain := domain.Organization{ID: w.id(), Kind: domain.OrganizationClinic, Name: "Clinic", Language: "en", CreatedAt: w.now(), UpdatedAt: w.now()}
	for _, one := range []domain.Organization{organization, plain} {
		w.must(w.store.CreateOrganization(w.ctx, one))
		f.add(domain.RecordOrganization, domain.Record{Key: string(one.ID), Organization: &one})
	}
	f.clinic, f.lab, f.operator, f.gone, f.erased = w.clinic(), w.lab(), w.operator(), w.lab(), w.clinic()
	f.clinic = w.reset(f.clinic, "reset")
	w.clock.advance(time.Minute)
	f.erased = w.eraseUser(f.erased.ID)
	var err error
	f.lab, err = w.store.UpdateUser(w.ctx, f.lab.ID, domain.UserChange{OrganizationID: &organization.ID}, w.now())
	w.must(err)
	f.gone, err = w.store.UpdateUser(w.ctx, f.gone.ID, domain.UserChange{Disabled: ref(true), Email: ref("")}, w.now())
	w.must(err)
	for _, user := range []domain.User{f.clinic, f.lab, f.operator, f.gone, f.erased} {
		f.add(domain.RecordUser, domain.Record{Key: string(user.ID), User: &user})
	}
}

// addSessions makes none that has expired, since a store may remove such at any time.
func (f *fullStore) addSessions(w *world) {
	f.living, f.ended = w.session(f.clinic, replacedToken), w.session(f.lab, "token-3")
	_, err := w.store.RotateRefreshToken(w.ctx, replacedToken, newestToken, w.now())
	w.must(err)
	replaced := w.now()
	w.clock.advance(time.Second)
	w.must(w.store.EndSession(w.ctx, f.ended.ID, w.now()))
	f.another = w.session(f.operator, "token-4")
	f.another.LastUsedAt, f.another.Client = w.now(), domain.Client{Address: "192.0.2.1", UserAgent: "curl"}
	w.must(w.store.TouchSession(w.ctx, f.another.ID, f.another.Client, w.now()))
	for _, session := range []domain.SessionRecord{{Session: f.living}, {Session: f.ended, EndedAt: w.now()}, {Session: f.another}} {
		f.add(domain.RecordSession, domain.Record{Key: string(session.ID), Session: &session})
	}
	w.clock.advance(2 * time.Second)
	for _, token := range []domain.RefreshTokenRecord{
		{Hash: replacedToken, SessionID: f.living.ID, ReplacedAt: replaced}, {Hash: newestToken, SessionID: f.living.ID},
		{Hash: "token-3", SessionID: f.ended.ID}, {Hash: "token-4", SessionID: f.another.ID},
	} {
		f.add(domain.RecordRefreshToken, domain.Record{Key: token.Hash, RefreshToken: &token})
	}
}

func (f *fullStore) addRooms(w *world) {
	f.busy, f.archived = w.room(f.lab, f.gone, f.clinic), w.room(f.clinic, f.lab)
	_, err := w.store.UpdateRoom(w.ctx, f.busy.ID, domain.RoomChange{AssigneeID: &f.operator.ID, Name: ref("크라운 #26")}, w.now())
	w.must(err)
}

// addMarkers leaves a marker of one who is gone, and lets one come back behind all others.
func (f *fullStore) addMarkers(w *world) {
	w.read(f.busy, f.gone, 3)
	w.clock.advance(time.Second)
	w.read(f.busy, f.clinic, 4)
	w.read(f.archived, f.lab, 1)
	for _, user := range []domain.User{f.gone, f.lab} {
		_, _, err := w.store.RemoveParticipant(w.ctx, f.busy.ID, user.ID, w.now())
		w.must(err)
	}
	_, _, err := w.store.AddParticipant(w.ctx, f.busy.ID, f.lab.Participant(), f.lab.OrganizationID, w.now())
	w.must(err)
	_, err = w.store.UpdateRoom(w.ctx, f.archived.ID, domain.RoomChange{Status: ref(domain.RoomArchived)}, w.now())
	w.must(err)
	for _, marker := range []domain.ReadMarkerRecord{
		{RoomID: f.busy.ID, UserID: f.clinic.ID, Seq: 4, ReadAt: w.now()},
		{RoomID: f.busy.ID, UserID: f.gone.ID, Seq: 3, ReadAt: w.now().Add(-time.Second)},
		{RoomID: f.archived.ID, UserID: f.lab.ID, Seq: 1, ReadAt: w.now()},
	} {
		key := string(marker.RoomID) + "/" + string(marker.UserID)
		f.add(domain.RecordReadMarker, domain.Record{Key: key, ReadMarker: &marker})
	}
}

func (f *fullStore) addIdempotency(w *world) {
	f.completed = domain.IdempotencyRecord{
		CallerID: f.clinic.ID, Path: "POST /v1/rooms", Key: "one", Fingerprint: "body", ExpiresAt: w.now().Add(time.Hour),
	}
	f.inFlight = f.completed
	f.inFlight.Path, f.inFlight.Key = "POST /v1/rooms/x", "another"
	for _, record := range []domain.IdempotencyRecord{f.completed, f.inFlight} {
		w.reserve(record)
	}
	f.completed.Answer, f.completed.ExpiresAt = []byte(`{"status":201}`), w.now().Add(24*time.Hour)
	w.must(w.store.CompleteKey(w.ctx, f.completed))
	for _, record := range []domain.IdempotencyRecord{f.completed, f.inFlight} {
		key := string(record.CallerID) + "\n" + record.Path + "\n" + record.Key
		f.add(domain.RecordIdempotency, domain.Record{Key: key, Idempotency: &record})
	}
}

// addGlossary makes more versions than one digit counts.
func (f *fullStore) addGlossary(w *world) {
	for version := range int64(11) {
		change := w.glossaryChange(version + 1)
		w.appendChange(change)
		f.add(domain.RecordGlossary, domain.Record{Key: fmt.Sprintf("%020d", change.Version), Glossary: &change})
	}
}

func (f *fullStore) addUsage(w *world) {
	for _, usage := range []domain.UsageRecord{
		{Month: "2026-02", Provider: "papago", Usage: domain.Usage{Calls: 3, Characters: 1 << 40}},
		{Month: "2026-03", Provider: "deepl", Usage: domain.Usage{Calls: 1}},
		{Month: "2026-03", Provider: "openai/gpt", Usage: domain.Usage{Characters: 2}},
	} {
		w.use(usage.Month, usage.Provider, usage.Usage)
		f.add(domain.RecordUsage, domain.Record{Key: string(usage.Month) + "/" + usage.Provider, Usage: &usage})
	}
}

func (f *fullStore) addRoomRecords(w *world) {
	for _, room := range []domain.Room{f.busy, f.archived, f.silent} {
		stored, err := w.store.Room(w.ctx, room.ID)
		w.must(err)
		f.add(domain.RecordRoom, domain.Record{Key: string(stored.ID), Room: &stored})
	}
}
