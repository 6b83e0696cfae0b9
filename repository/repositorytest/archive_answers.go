package repositorytest

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"dentalk/domain"
)

// told is an answer of a store.
type told struct {
	Answer any
	Failed bool
	Kind   domain.Kind
	Code   string
}

// answers are by what was asked.
type answers map[string]told

func (a answers) ask(question string, answer any, err error) {
	a[question] = told{Answer: answer, Failed: err != nil, Kind: domain.KindOf(err), Code: domain.CodeOf(err)}
}

// questions asks a store everything that changes nothing.
func (f *fullStore) questions(w *world, s domain.Store) answers {
	a := answers{}
	for _, user := range []domain.User{f.clinic, f.lab, f.operator, f.gone} {
		f.askAs(w, a, s, user)
		found, err := s.UserByUsername(w.ctx, strings.ToUpper(user.Username))
		a.ask("user "+user.Username, found, err)
	}
	f.askAll(w, a, s)
	for _, session := range []domain.Session{f.living, f.ended, f.another} {
		_, user, err := s.SessionUser(w.ctx, session.ID, w.now())
		a.ask("session "+string(session.ID), user, err)
	}
	return a
}

func (f *fullStore) askAll(w *world, a answers, s domain.Store) {
	receipts, err := s.Receipts(w.ctx, f.busy.ID, f.archived.ID, f.silent.ID)
	a.ask("receipts", receipts, err)
	heads, err := s.RoomHeads(w.ctx, domain.ZeroID)
	slices.SortFunc(heads, func(x, y domain.RoomHead) int { return cmp.Compare(x.RoomID, y.RoomID) })
	a.ask("heads", heads, err)
	live, err := s.LiveSessions(w.ctx, []domain.ID{f.living.ID, f.ended.ID, f.another.ID}, w.now())
	a.ask("live sessions", live, err)
	organizations, err := s.Organizations(w.ctx, "", 10)
	a.ask("organizations", organizations, err)
	operator, err := s.HasOperator(w.ctx)
	a.ask("operator", operator, err)
	next, err := s.NextEnrichment(w.ctx)
	a.ask("next enrichment", next, err)
	changes, err := s.GlossaryChanges(w.ctx, 0, 100)
	a.ask("glossary", changes, err)
	usage, err := s.AddUsage(w.ctx, "2026-03", "openai/gpt", domain.Usage{})
	a.ask("usage", usage, err)
	f.askSecurity(w, a, s)
}

// askAs asks what the user may see.
func (f *fullStore) askAs(w *world, a answers, s domain.Store, user domain.User) {
	who, viewer, all := user.Username+": ", eyes(user), user.Role == domain.RoleOperator
	views, err := s.RoomViews(w.ctx, domain.RoomQuery{Viewer: viewer, All: all, Limit: 10})
	a.ask(who+"rooms", views, err)
	mine, err := s.RoomIDs(w.ctx, user.ID)
	slices.Sort(mine)
	a.ask(who+"room ids", mine, err)
	for _, room := range []domain.Room{f.busy, f.archived, f.silent} {
		view, err := s.RoomView(w.ctx, room.ID, viewer)
		a.ask(who+"view of "+room.OrderID, view, err)
		for _, before := range []*int64{nil, ref(int64(4))} {
			page, err := s.Messages(w.ctx, domain.HistoryQuery{Viewer: viewer, RoomID: room.ID, Before: before, Limit: 4})
			a.ask(who+"history of "+room.OrderID+pageName(before), page, err)
		}
	}
	f.askReplay(w, a, s, who, domain.Replay{Viewer: viewer, All: all, Rooms: mine, After: domain.ZeroID, Limit: 100})
}

func pageName(before *int64) string {
	if before == nil {
		return ""
	}
	return " before a message"
}

func (f *fullStore) askReplay(w *world, a answers, s domain.Store, who string, replay domain.Replay) {
	newest, err := s.NewestPosition(w.ctx, replay)
	a.ask(who+"newest", newest, err)
	count, err := s.CountAfter(w.ctx, replay, 100)
	a.ask(who+"count", count, err)
	for _, record := range f.records[domain.RecordMessage] {
		replay.After = record.Message.ID
		missed, err := s.MessagesAfter(w.ctx, replay)
		a.ask(who+"replay after "+record.Key, missed, err)
		place, err := s.Locate(w.ctx, record.Message.ID, replay.Viewer)
		a.ask(who+"place of "+record.Key, place, err)
	}
	saved, err := s.EnrichedSince(w.ctx, replay, time.Time{})
	a.ask(who+"enriched", saved, err)
}

// answers asks everything, also what changes the store.
func (f *fullStore) answers(w *world, s domain.Store) answers {
	a := f.questions(w, s)
	tasks, err := s.ClaimEnrichments(w.ctx, domain.Claim{Limit: 100, Lease: lease})
	for i := range tasks {
		tasks[i].Lease = ""
	}
	slices.SortFunc(tasks, func(x, y domain.EnrichmentTask) int { return cmp.Compare(x.Message.ID, y.Message.ID) })
	a.ask("claimed", tasks, err)
	f.askChanges(w, a, s)
	f.askKeys(w, a, s)
	rotated, err := s.RotateRefreshToken(w.ctx, newestToken, "token-5", w.now())
	a.ask("rotated", rotated, err)
	_, err = s.RotateRefreshToken(w.ctx, replacedToken, "token-6", w.now())
	a.ask("replaced token", nil, err)
	_, err = s.RotateRefreshToken(w.ctx, "token-3", "token-7", w.now())
	a.ask("token of an ended session", nil, err)
	f.changeSecurity(w, a, s)
	return a
}

// askChanges changes every message, enriched or not, and goes on with glossary and usage.
func (f *fullStore) askChanges(w *world, a answers, s domain.Store) {
	for _, record := range f.records[domain.RecordMessage] {
		m, err := s.ChangeEnrichment(w.ctx, record.Message.RoomID, record.Message.ID, corrected)
		a.ask("corrected "+record.Key, m.Enrichment, err)
	}
	next := domain.GlossaryChange{Version: int64(len(f.records[domain.RecordGlossary]))}
	a.ask("same version of the glossary", nil, s.AppendGlossaryChange(w.ctx, next))
	next.Version++
	a.ask("next version of the glossary", nil, s.AppendGlossaryChange(w.ctx, next))
	usage, err := s.AddUsage(w.ctx, "2026-03", "openai/gpt", domain.Usage{Calls: 1, Characters: 2})
	a.ask("more usage", usage, err)
}

// askKeys repeats requests that have a key.
func (f *fullStore) askKeys(w *world, a answers, s domain.Store) {
	other := f.key
	other.Text = "something else"
	appended, err := s.AppendMessages(w.ctx, []domain.Draft{f.key, other, draft(f.archived, f.clinic, "too late")})
	for _, one := range appended {
		a.ask("appended "+one.Message.Text+domain.CodeOf(one.Err), one.Message, one.Err)
		a.ask("replayed "+one.Message.Text+domain.CodeOf(one.Err), one.Replayed, err)
	}
	for _, record := range []domain.IdempotencyRecord{f.completed, f.inFlight} {
		existing, err := s.ReserveKey(w.ctx, record, w.now())
		a.ask("reserved "+record.Key, existing, err)
	}
	room := w.newRoom()
	room.OrderID = f.busy.OrderID
	existing, created, err := s.CreateRoom(w.ctx, room)
	a.ask("room of the same order", existing, err)
	a.ask("made", created, err)
}
