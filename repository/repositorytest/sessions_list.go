package repositorytest

import (
	"time"

	"dentalk/domain"
)

func (w *world) sessions(user domain.User, before domain.ID, limit int) []domain.Session {
	w.Helper()
	sessions, err := w.store.Sessions(w.ctx, user.ID, before, limit, w.now())
	w.must(err)
	return sessions
}

func sessionsListed(w *world) {
	user, other := w.clinic(), w.lab()
	w.session(user, "expired")
	w.clock.advance(30 * time.Minute)
	w.session(other, "foreign")
	var want []domain.Session
	for _, hash := range []string{"a", "b", "c", "ended", "d"} {
		session := w.session(user, hash)
		if hash != "ended" {
			want = append([]domain.Session{session}, want...)
			continue
		}
		w.must(w.store.EndSession(w.ctx, session.ID, w.now()))
	}
	w.clock.advance(30 * time.Minute)
	w.same("all", w.sessions(user, "", 10), want)
	w.same("first", w.sessions(user, "", 2), want[:2])
	w.same("next", w.sessions(user, want[1].ID, 2), want[2:])
	w.same("after the last", w.sessions(user, want[3].ID, 2), []domain.Session(nil))
}

func sessionTouched(w *world) {
	user := w.clinic()
	want := domain.Session{
		ID: w.id(), UserID: user.ID, CreatedAt: w.now(), ExpiresAt: w.now().Add(time.Hour), LastUsedAt: w.now(),
		Client: domain.Client{Address: "192.0.2.1", UserAgent: "Mozilla/5.0 (한글)"},
	}
	w.must(w.store.CreateSession(w.ctx, want, "r1"))
	w.same("at the login", w.sessions(user, "", 1), []domain.Session{want})
	stored, _, err := w.store.SessionUser(w.ctx, want.ID, w.now())
	w.must(err)
	w.same("session", stored, want)

	w.clock.advance(time.Minute)
	client := domain.Client{Address: "2001:db8::1", UserAgent: "curl"}
	w.must(w.store.TouchSession(w.ctx, want.ID, client, w.clock.Now()))
	want.LastUsedAt, want.Client = w.now(), client
	w.same("touched", w.sessions(user, "", 1), []domain.Session{want})
	rotated, err := w.store.RotateRefreshToken(w.ctx, "r1", "r2", w.now())
	w.must(err)
	w.same("rotated", rotated, want)

	w.must(w.store.EndSession(w.ctx, want.ID, w.now()))
	w.must(w.store.TouchSession(w.ctx, want.ID, client, w.now()))
	w.must(w.store.TouchSession(w.ctx, w.id(), client, w.now()))
	w.noSession(want.ID)
	w.same("ended", w.sessions(user, "", 1), []domain.Session(nil))
}
