package handlers_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/handlers"
)

func TestARefreshTokenThatComesTwiceEndsItsSession(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	user := w.user("kim", domain.RoleLab, "")
	other := w.token(api, "kim")
	tokens := w.tokens(api, "kim")
	body := `{"refreshToken":"` + tokens.RefreshToken + `"}`
	var next handlers.Tokens
	w.decode(w.call(api, http.MethodPost, "/v1/auth/refresh", "", body), http.StatusOK, &next)

	w.refused(w.call(api, http.MethodPost, "/v1/auth/refresh", "", body), http.StatusUnauthorized, "refresh_token_reused")
	w.refused(w.call(api, http.MethodGet, "/v1/me", next.AccessToken, ""), http.StatusUnauthorized, domain.CodeSessionEnded)
	w.refused(w.call(api, http.MethodPost, "/v1/auth/refresh", "", `{"refreshToken":"`+next.RefreshToken+`"}`), http.StatusUnauthorized, "invalid_refresh_token")
	w.status(w.call(api, http.MethodGet, "/v1/me", other, ""), http.StatusOK)

	entries := w.traces(domain.AuditTokenReused)
	if len(entries) != 1 || entries[0].UserID != user.ID || entries[0].ActorID != "" || entries[0].TargetID == "" {
		t.Errorf("got %+v", entries)
	}
}

// unread is a store that does not tell, once each, whose a session is.
type unread struct {
	domain.Store
	session, token sync.Once
	rotations      atomic.Int64
}

func (u *unread) SessionUser(ctx context.Context, id domain.ID, now time.Time) (session domain.Session, user domain.User, err error) {
	u.session.Do(func() { err = domain.Unavailable("down") })
	if err != nil {
		return session, user, err
	}
	return u.Store.SessionUser(ctx, id, now)
}

func (u *unread) RefreshTokenUser(ctx context.Context, hash string, now time.Time) (session domain.Session, user domain.User, err error) {
	u.token.Do(func() { err = domain.Unavailable("down") })
	if err != nil {
		return session, user, err
	}
	return u.Store.RefreshTokenUser(ctx, hash, now)
}

func (u *unread) RotateRefreshToken(ctx context.Context, oldHash, newHash string, now time.Time) (domain.Session, error) {
	u.rotations.Add(1)
	return u.Store.RotateRefreshToken(ctx, oldHash, newHash, now)
}

func TestARefreshThatWasNotAnsweredCanBeRepeated(t *testing.T) {
	w := newWorld(t)
	w.user("kim", domain.RoleLab, "")
	tokens := w.tokens(w.instance(), "kim")
	store := &unread{Store: w.store}
	api := w.instance(func(c *handlers.Config) {
		c.Accounts = &domain.Accounts{Store: store, Passwords: w.accounts.Passwords, IDs: w.ids, Audit: w.audit, Now: w.clock}
	})
	body := `{"refreshToken":"` + tokens.RefreshToken + `"}`
	w.status(w.call(api, http.MethodPost, "/v1/auth/refresh", "", body), http.StatusServiceUnavailable)
	w.status(w.call(api, http.MethodPost, "/v1/auth/refresh", "", body), http.StatusOK)

	before := store.rotations.Load()
	w.refused(w.call(api, http.MethodPost, "/v1/auth/refresh", "", `{"refreshToken":"dtr_made-up"}`), http.StatusUnauthorized, "invalid_refresh_token")
	if after := store.rotations.Load(); after != before {
		t.Errorf("a token that is made up cost %d writes", after-before)
	}
}

// Of many who refresh with one token at once one may win, but then not for long.
func TestManyAtOnceWithOneRefreshToken(t *testing.T) {
	w := newWorld(t)
	apis := []*handlers.API{w.instance(), w.instance()}
	w.user("kim", domain.RoleLab, "")
	tokens := w.tokens(apis[0], "kim")
	answers := make([]*httptest.ResponseRecorder, 8)
	var group sync.WaitGroup
	for i := range answers {
		group.Go(func() {
			answers[i] = w.call(apis[i%2], http.MethodPost, "/v1/auth/refresh", "", `{"refreshToken":"`+tokens.RefreshToken+`"}`)
		})
	}
	group.Wait()
	won := 0
	for _, answer := range answers {
		if answer.Code == http.StatusOK {
			won++
			continue
		}
		w.status(answer, http.StatusUnauthorized)
	}
	if won > 1 {
		t.Errorf("%d have won", won)
	}
	w.refused(w.call(apis[0], http.MethodGet, "/v1/me", tokens.AccessToken, ""), http.StatusUnauthorized, domain.CodeSessionEnded)
	if entries := w.traces(domain.AuditTokenReused); len(entries) != 1 {
		t.Errorf("got %d entries", len(entries))
	}
}
