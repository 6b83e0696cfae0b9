package repositorytest

import (
	"time"

	"dentalk/domain"
)

var refreshRules = []rule{
	{"the session of a refresh token is found with its user while both live", refreshFound},
	{"a refresh token is replaced by the next", refreshRotates},
	{"a refresh token that comes again ends its session", refreshReused},
	{"an unknown refresh token is not found", refreshUnknown},
	{"the refresh token of an expired or ended session is not found", refreshDead},
	{"of many who use a refresh token at once one gets the next", refreshRace},
}

// refreshHolder gives the session of a token, with its user.
func (w *world) refreshHolder(hash string) (domain.Session, domain.User) {
	w.Helper()
	session, user, err := w.store.RefreshTokenUser(w.ctx, hash, w.now())
	w.must(err)
	return session, user
}

func (w *world) noRefresh(hash string) {
	w.Helper()
	_, _, err := w.store.RefreshTokenUser(w.ctx, hash, w.now())
	w.fails(err, domain.KindNotFound, "")
}

func refreshFound(w *world) {
	user, disabled := w.clinic(), w.lab()
	want, ended := w.session(user, "r1"), w.session(user, "e1")
	w.session(disabled, "d1")
	_, err := w.store.RotateRefreshToken(w.ctx, "r1", "r2", w.now())
	w.must(err)
	for _, hash := range []string{"r1", "r2", "r2"} { // also the one that was replaced; it ends nothing
		session, holder := w.refreshHolder(hash)
		w.same("session", session, want)
		w.same("user", holder, user)
	}
	w.must(w.store.EndSession(w.ctx, ended.ID, w.now()))
	w.must(disable(w, w.store, disabled.ID))
	for _, hash := range []string{"e1", "d1", "guessed", ""} {
		w.noRefresh(hash)
	}
	w.clock.advance(time.Hour)
	w.noRefresh("r2")
}

func refreshRotates(w *world) {
	want := w.session(w.clinic(), "r1")
	for _, step := range [][2]string{{"r1", "r2"}, {"r2", "r3"}} {
		got, err := w.store.RotateRefreshToken(w.ctx, step[0], step[1], w.now())
		w.must(err)
		w.same("session", got, want)
	}
}

func refreshReused(w *world) {
	user := w.clinic()
	session, other := w.session(user, "r1"), w.session(user, "s1")
	_, err := w.store.RotateRefreshToken(w.ctx, "r1", "r2", w.now())
	w.must(err)

	got, err := w.store.RotateRefreshToken(w.ctx, "r1", "r3", w.now())
	w.fails(err, domain.KindUnauthenticated, "refresh_token_reused")
	w.same("session", got, session)
	w.noSession(session.ID)
	_, err = w.store.RotateRefreshToken(w.ctx, "r2", "r4", w.now())
	w.fails(err, domain.KindNotFound, "")
	_, err = w.store.RotateRefreshToken(w.ctx, "r3", "r4", w.now())
	w.fails(err, domain.KindNotFound, "")

	_, _, err = w.store.SessionUser(w.ctx, other.ID, w.now())
	w.must(err)
}

func refreshUnknown(w *world) {
	w.session(w.clinic(), "r1")
	_, err := w.store.RotateRefreshToken(w.ctx, "guessed", "r2", w.now())
	w.fails(err, domain.KindNotFound, "")
}

func refreshDead(w *world) {
	user := w.clinic()
	ended := w.session(user, "e1")
	w.session(user, "x1")
	w.must(w.store.EndSession(w.ctx, ended.ID, w.now()))
	_, err := w.store.RotateRefreshToken(w.ctx, "e1", "e2", w.now())
	w.fails(err, domain.KindNotFound, "")
	w.clock.advance(time.Hour)
	_, err = w.store.RotateRefreshToken(w.ctx, "x1", "x2", w.now())
	w.fails(err, domain.KindNotFound, "")
}

func refreshRace(w *world) {
	w.session(w.clinic(), "r1")
	errs := make([]error, 10)
	together(len(errs), func(i int) {
		_, errs[i] = w.store.RotateRefreshToken(w.ctx, "r1", "next-"+string(rune('a'+i)), w.now())
	})
	var won int
	for _, err := range errs {
		switch domain.KindOf(err) {
		case domain.KindUnauthenticated, domain.KindNotFound: // used before; then the session has ended
		default:
			w.must(err)
			won++
		}
	}
	w.same("winners", won, 1)
}
