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
	{"living sessions are told from others", sessionsLive},
	{"good secrets of keys are told from others", secretsLive},
	{"a replaced secret lives until its time", replacedSecretsLive},
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
	w.clock.advance(30 * time.Minute)
	w.must(w.store.EndSession(w.ctx, ended.ID, w.now()))
	_, err := w.store.UpdateUser(w.ctx, disabled.ID, domain.UserChange{Disabled: ref(true)}, w.now())
	w.must(err)
	key := w.apiKey(0)

	asked := []domain.ID{expired.ID, living.ID, ended.ID, shut.ID, w.id(), key.Secret.ID, living.ID}
	w.live(asked, living.ID, key.Secret.ID)
	w.live(nil)
}

// live checks which of ids live.
func (w *world) live(ids []domain.ID, want ...domain.ID) {
	w.Helper()
	got, err := w.store.LiveSessions(w.ctx, ids, w.now())
	w.must(err)
	w.sameSet("living", got, want)
}

func secretsLive(w *world) {
	lasting, good, late, gone := w.apiKey(0), w.apiKey(time.Hour), w.apiKey(30*time.Minute), w.apiKey(0)
	_, err := w.store.DeleteAPIKey(w.ctx, gone.ID)
	w.must(err)
	w.clock.advance(30*time.Minute - time.Millisecond)
	asked := []domain.ID{lasting.Secret.ID, good.Secret.ID, late.Secret.ID, gone.Secret.ID, lasting.ID, w.id()}
	w.live(asked, lasting.Secret.ID, good.Secret.ID, late.Secret.ID)
	w.clock.advance(time.Millisecond)
	w.live(asked, lasting.Secret.ID, good.Secret.ID)
	w.live(asked[:1], lasting.Secret.ID)
}

func replacedSecretsLive(w *world) {
	key, expiring := w.apiKey(0), w.apiKey(time.Hour)
	first, second, third := key.Secret.ID, secret("second"), secret("third")
	next := secret("next")
	asked := []domain.ID{first, second.ID, third.ID, expiring.Secret.ID, next.ID}
	w.rotate(key, second, w.now().Add(time.Hour))
	w.rotate(expiring, next, w.now().Add(2*time.Hour))
	w.live(asked, first, second.ID, expiring.Secret.ID, next.ID)
	w.live(asked[:1], first)
	w.rotate(key, third, w.now().Add(2*time.Hour))
	w.live(asked, second.ID, third.ID, expiring.Secret.ID, next.ID)
	w.clock.advance(time.Hour) // the expiring key has, whatever its overlap
	w.live(asked, second.ID, third.ID)
	w.clock.advance(time.Hour)
	w.live(asked, third.ID)
	w.rotate(key, secret("fourth"), w.now()) // no overlap
	w.live(asked)
	_, err := w.store.DeleteAPIKey(w.ctx, key.ID)
	w.must(err)
	w.live([]domain.ID{third.ID, secret("fourth").ID})
}
