package repositorytest

import (
	"slices"
	"time"

	"dentalk/domain"
)

var sessionRules = []rule{
	{"a session is found with its user", sessionStored},
	{"an expired session is not found", sessionExpires},
	{"an ended session is not found, and ending again is no error", sessionEnds},
	{"the session of a disabled user is not found", sessionOfDisabled},
	{"ending a user's sessions tells which lived", sessionsOfUserEnd},
	{"ending a user's sessions spares the one to keep", sessionKept},
	{"living sessions and keys are told from others", sessionsLive},
	{"a user's living sessions are listed, newest first", sessionsListed},
	{"the last use of a session is noted while it lives", sessionTouched},
}

func (w *world) session(user domain.User, refreshHash string) domain.Session {
	w.Helper()
	session := domain.Session{ID: w.id(), UserID: user.ID, CreatedAt: w.now(), ExpiresAt: w.now().Add(time.Hour)}
	w.must(w.store.CreateSession(w.ctx, session, refreshHash))
	return session
}

func (w *world) noSession(id domain.ID) {
	w.Helper()
	_, _, err := w.store.SessionUser(w.ctx, id, w.now())
	w.fails(err, domain.KindNotFound, "session_not_found")
}

func sessionStored(w *world) {
	user := w.clinic()
	want := w.session(user, "r1")
	session, owner, err := w.store.SessionUser(w.ctx, want.ID, w.now())
	w.must(err)
	w.same("session", session, want)
	w.same("user", owner, user)
	w.noSession(w.id())
}

func sessionExpires(w *world) {
	session := w.session(w.clinic(), "r1")
	w.clock.advance(time.Hour - time.Millisecond)
	_, _, err := w.store.SessionUser(w.ctx, session.ID, w.now())
	w.must(err)
	w.clock.advance(time.Millisecond)
	w.noSession(session.ID)
}

func sessionEnds(w *world) {
	session := w.session(w.clinic(), "r1")
	w.must(w.store.EndSession(w.ctx, session.ID, w.now()))
	w.noSession(session.ID)
	w.must(w.store.EndSession(w.ctx, session.ID, w.now()))
	w.must(w.store.EndSession(w.ctx, w.id(), w.now()))
}

func sessionOfDisabled(w *world) {
	user := w.clinic()
	session := w.session(user, "r1")
	_, err := w.store.UpdateUser(w.ctx, user.ID, domain.UserChange{Disabled: ref(true)}, w.now())
	w.must(err)
	w.noSession(session.ID)
}

func sessionsOfUserEnd(w *world) {
	user, other := w.clinic(), w.lab()
	a, b, c := w.session(user, "a"), w.session(user, "b"), w.session(user, "c")
	kept := w.session(other, "d")
	w.must(w.store.EndSession(w.ctx, b.ID, w.now()))

	ended, err := w.store.EndUserSessions(w.ctx, user.ID, "", w.now())
	w.must(err)
	slices.Sort(ended)
	w.same("ended", ended, []domain.ID{a.ID, c.ID})
	w.noSession(a.ID)
	w.noSession(c.ID)
	_, _, err = w.store.SessionUser(w.ctx, kept.ID, w.now())
	w.must(err)

	ended, err = w.store.EndUserSessions(w.ctx, user.ID, "", w.now())
	w.must(err)
	w.same("ended again", ended, []domain.ID(nil))
}

func sessionKept(w *world) {
	user, other := w.clinic(), w.lab()
	a, kept, c := w.session(user, "a"), w.session(user, "b"), w.session(user, "c")
	foreign := w.session(other, "d")
	ended, err := w.store.EndUserSessions(w.ctx, user.ID, kept.ID, w.now())
	w.must(err)
	w.sameSet("ended", ended, []domain.ID{a.ID, c.ID})
	w.noSession(a.ID)
	ended, err = w.store.EndUserSessions(w.ctx, user.ID, foreign.ID, w.now())
	w.must(err)
	w.same("ended with another's to keep", ended, []domain.ID{kept.ID})
	_, _, err = w.store.SessionUser(w.ctx, foreign.ID, w.now())
	w.must(err)
}

func sessionsLive(w *world) {
	user, disabled := w.clinic(), w.lab()
	expired := w.session(user, "a")
	w.clock.advance(30 * time.Minute)
	living, ended, shut := w.session(user, "b"), w.session(user, "c"), w.session(disabled, "d")
	lasting, good, late, gone := w.apiKey(0), w.apiKey(time.Hour), w.apiKey(30*time.Minute), w.apiKey(0)
	w.clock.advance(30 * time.Minute)
	w.must(w.store.EndSession(w.ctx, ended.ID, w.now()))
	_, err := w.store.UpdateUser(w.ctx, disabled.ID, domain.UserChange{Disabled: ref(true)}, w.now())
	w.must(err)
	_, err = w.store.DeleteAPIKey(w.ctx, gone.ID)
	w.must(err)

	asked := []domain.ID{expired.ID, living.ID, ended.ID, shut.ID, w.id(), lasting.ID, good.ID, late.ID, gone.ID, living.ID}
	got, err := w.store.LiveSessions(w.ctx, asked, w.now())
	w.must(err)
	w.sameSet("living", got, []domain.ID{living.ID, lasting.ID, good.ID})
	got, err = w.store.LiveSessions(w.ctx, nil, w.now())
	w.must(err)
	w.same("of none", got, []domain.ID(nil))
}
