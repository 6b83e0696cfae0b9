package repositorytest

import (
	"context"
	"maps"
	"time"

	"dentalk/domain"
)

var contextRules = []rule{
	{"a store that answers says so", storeAnswers},
	{"a context that has ended gives KindUnavailable and changes nothing", contextEnded},
}

func storeAnswers(w *world) { w.must(w.store.Check(w.ctx)) }

// contextEnded calls every method that takes a context.
func contextEnded(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	message := w.pending(room, clinic, "hello")
	session := w.session(clinic, "r1")
	ctx, cancel := context.WithCancel(w.ctx)
	cancel()
	every := calls(ctx, w, clinic, room, message, session)
	maps.Copy(every, securityCalls(ctx, w, clinic, room, message, session))
	for name, call := range every {
		err := call()
		if domain.KindOf(err) != domain.KindUnavailable {
			w.Errorf("%s gives %v, which is not KindUnavailable", name, err)
		}
	}
	w.same("newest", w.view(room, eyes(clinic)).LastSeq, int64(1))
	w.same("due", len(w.claim(10)), 1)
}

func calls(ctx context.Context, w *world, user domain.User, room domain.Room, message domain.Message, session domain.Session) map[string]func() error {
	s, now, other := w.store, w.now(), w.newRoom(user)
	replay := domain.Replay{Viewer: eyes(user), Rooms: []domain.ID{room.ID}, After: domain.ZeroID, Limit: 10}
	return map[string]func() error{
		"Check":              func() error { return s.Check(ctx) },
		"CreateOrganization": func() error { return s.CreateOrganization(ctx, domain.Organization{ID: w.id()}) },
		"Organization":       func() error { _, err := s.Organization(ctx, room.ID); return err },
		"Organizations":      func() error { _, err := s.Organizations(ctx, "", 1); return err },
		"UpdateOrganization": func() error {
			_, err := s.UpdateOrganization(ctx, room.ID, domain.OrganizationChange{}, now)
			return err
		},
		"CreateUser":         func() error { return s.CreateUser(ctx, domain.User{ID: w.id(), Username: "late"}) },
		"User":               func() error { _, err := s.User(ctx, user.ID); return err },
		"UsersByID":          func() error { _, err := s.UsersByID(ctx, []domain.ID{user.ID}); return err },
		"UserByUsername":     func() error { _, err := s.UserByUsername(ctx, user.Username); return err },
		"Users":              func() error { _, err := s.Users(ctx, "", 1); return err },
		"UpdateUser":         func() error { _, err := s.UpdateUser(ctx, user.ID, domain.UserChange{}, now); return err },
		"HasOperator":        func() error { _, err := s.HasOperator(ctx); return err },
		"CreateSession":      func() error { return s.CreateSession(ctx, domain.Session{ID: w.id(), UserID: user.ID}, "late") },
		"SessionUser":        func() error { _, _, err := s.SessionUser(ctx, session.ID, now); return err },
		"RefreshTokenUser":   func() error { _, _, err := s.RefreshTokenUser(ctx, "r1", now); return err },
		"RotateRefreshToken": func() error { _, err := s.RotateRefreshToken(ctx, "r1", "r2", now); return err },
		"EndSession":         func() error { return s.EndSession(ctx, session.ID, now) },
		"EndUserSessions":    func() error { _, err := s.EndUserSessions(ctx, user.ID, "", now); return err },
		"LiveSessions":       func() error { _, err := s.LiveSessions(ctx, []domain.ID{session.ID}, now); return err },
		"CreateRoom":         func() error { _, _, err := s.CreateRoom(ctx, other); return err },
		"Room":               func() error { _, err := s.Room(ctx, room.ID); return err },
		"RoomAccess":         func() error { _, err := s.RoomAccess(ctx, room.ID, user.ID); return err },
		"RoomView":           func() error { _, err := s.RoomView(ctx, room.ID, eyes(user)); return err },
		"RoomViews":          func() error { _, err := s.RoomViews(ctx, domain.RoomQuery{Viewer: eyes(user), Limit: 1}); return err },
		"UpdateRoom":         func() error { _, err := s.UpdateRoom(ctx, room.ID, domain.RoomChange{}, now); return err },
		"AddParticipant": func() error {
			_, _, err := s.AddParticipant(ctx, room.ID, domain.Participant{UserID: w.id()}, "", now)
			return err
		},
		"RemoveParticipant": func() error { _, _, err := s.RemoveParticipant(ctx, room.ID, user.ID, now); return err },
		"RoomIDs":           func() error { _, err := s.RoomIDs(ctx, user.ID); return err },
		"MarkRead":          func() error { _, _, err := s.MarkRead(ctx, room.ID, user.ID, 1, now); return err },
		"Receipts":          func() error { _, err := s.Receipts(ctx, room.ID); return err },
		"AppendMessages": func() error {
			_, err := s.AppendMessages(ctx, []domain.Draft{draft(room, user, "late")})
			return err
		},
		"Messages":          func() error { _, err := s.Messages(ctx, domain.HistoryQuery{RoomID: room.ID, Limit: 1}); return err },
		"Message":           func() error { _, err := s.Message(ctx, room.ID, message.ID, eyes(user)); return err },
		"NewestPosition":    func() error { _, err := s.NewestPosition(ctx, replay); return err },
		"Locate":            func() error { _, err := s.Locate(ctx, message.ID, eyes(user)); return err },
		"CountAfter":        func() error { _, err := s.CountAfter(ctx, replay, 1); return err },
		"MessagesAfter":     func() error { _, err := s.MessagesAfter(ctx, replay); return err },
		"EnrichedSince":     func() error { _, err := s.EnrichedSince(ctx, replay, time.Time{}); return err },
		"RoomHeads":         func() error { _, err := s.RoomHeads(ctx, domain.ZeroID); return err },
		"RoomsUpdatedSince": func() error { _, err := s.RoomsUpdatedSince(ctx, now); return err },
		"ClaimEnrichments":  func() error { _, err := s.ClaimEnrichments(ctx, domain.Claim{Limit: 1, Lease: lease}); return err },
		"SaveEnrichments": func() error {
			_, err := s.SaveEnrichments(ctx, []domain.EnrichmentResult{{MessageID: message.ID}})
			return err
		},
		"NextEnrichment": func() error { _, err := s.NextEnrichment(ctx); return err },
		"ChangeEnrichment": func() error {
			_, err := s.ChangeEnrichment(ctx, room.ID, message.ID, reopened)
			return err
		},
		"AddUsage":             func() error { _, err := s.AddUsage(ctx, "2026-03", "deepl", domain.Usage{Calls: 1}); return err },
		"AddUsage of nothing":  func() error { _, err := s.AddUsage(ctx, "2026-03", "deepl", domain.Usage{}); return err },
		"GlossaryChanges":      func() error { _, err := s.GlossaryChanges(ctx, 0, 1); return err },
		"AppendGlossaryChange": func() error { return s.AppendGlossaryChange(ctx, domain.GlossaryChange{Version: 1}) },
		"ReserveKey":           func() error { _, err := s.ReserveKey(ctx, w.record(), now); return err },
		"CompleteKey":          func() error { return s.CompleteKey(ctx, w.record()) },
		"ReleaseKey":           func() error { return s.ReleaseKey(ctx, w.record()) },
	}
}
