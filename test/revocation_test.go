package test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"dentalk/handlers"
)

// revocation is one way in which access ends.
type revocation struct {
	name string
	// begin gives who will be shut out, and the path of the stream that it opens; act ends the access
	// at another instance.
	begin func(w *revocationWorld) (leaving *caller, stream string, act func())
}

// revocationWorld is two instances: what is ended at the first must end at the second.
type revocationWorld struct {
	*testing.T
	here, there *server
	operator    *caller
	number      int
}

func (w *revocationWorld) user() *caller {
	w.Helper()
	w.number++
	return w.here.member(w, w.operator, fmt.Sprintf("leaving.%d", w.number), "clinic", "en")
}

func revocations() []revocation {
	everything := "/v1/stream"
	return []revocation{
		{"logout", func(w *revocationWorld) (*caller, string, func()) {
			c := w.user()
			return c, everything, func() { c.must("POST", "/v1/auth/logout", nil, http.StatusNoContent, nil) }
		}},
		{"one session ended from another", func(w *revocationWorld) (*caller, string, func()) {
			c := w.user()
			other := w.here.logIn(w, c.user.Username, userPassword)
			return c, everything, func() {
				other.must("DELETE", "/v1/me/sessions/"+sessionOf(w, c.token, ""), nil, http.StatusNoContent, nil)
				other.must("GET", "/v1/me", nil, http.StatusOK, nil)
			}
		}},
		{"all sessions ended", func(w *revocationWorld) (*caller, string, func()) {
			c := w.user()
			other := w.here.logIn(w, c.user.Username, userPassword)
			return c, everything, func() { other.must("DELETE", "/v1/me/sessions", nil, http.StatusNoContent, nil) }
		}},
		{"password changed", func(w *revocationWorld) (*caller, string, func()) {
			c := w.user()
			other := w.here.logIn(w, c.user.Username, userPassword)
			return c, everything, func() {
				other.must("POST", "/v1/me/password", `{"currentPassword":"`+userPassword+`","newPassword":"another long one"}`, http.StatusNoContent, nil)
			}
		}},
		{"password reset", func(w *revocationWorld) (*caller, string, func()) {
			c := w.user()
			return c, everything, func() {
				var reset handlers.PasswordReset
				w.operator.must("POST", "/v1/users/"+c.user.ID+"/password-resets", nil, http.StatusCreated, &reset)
				w.here.anonymous(w).must("POST", "/v1/auth/password-reset", `{"token":"`+reset.Token+`","newPassword":"another long one"}`, http.StatusNoContent, nil)
			}
		}},
		{"account disabled", func(w *revocationWorld) (*caller, string, func()) {
			c := w.user()
			return c, everything, func() {
				w.operator.must("PATCH", "/v1/users/"+c.user.ID, `{"disabled":true}`, http.StatusOK, nil)
			}
		}},
		{"person erased", func(w *revocationWorld) (*caller, string, func()) {
			c := w.user()
			return c, everything, func() {
				r, err := w.operator.call("POST", "/v1/ops/erasures", map[string]any{"userId": c.user.ID, "reason": "asked for"})
				// Without Redis it is pending until the translations that are cached there are gone, too.
				if err != nil || r.status != http.StatusCreated && r.status != http.StatusAccepted {
					w.Fatalf("erase: %v, %d: %s", err, r.status, r.body)
				}
			}
		}},
		{"session of a ticket ended", func(w *revocationWorld) (*caller, string, func()) {
			c := w.user()
			var ticket handlers.StreamTicket
			c.must("POST", "/v1/stream-tickets", nil, http.StatusCreated, &ticket)
			holder := *c
			holder.token = ""
			return &holder, everything + "?ticket=" + ticket.Ticket, func() { c.must("POST", "/v1/auth/logout", nil, http.StatusNoContent, nil) }
		}},
		{"API key deleted", func(w *revocationWorld) (*caller, string, func()) {
			c, key := w.service()
			return c, everything, func() { w.operator.must("DELETE", "/v1/api-keys/"+key.ID, nil, http.StatusNoContent, nil) }
		}},
		{"API key rotated without overlap", func(w *revocationWorld) (*caller, string, func()) {
			c, key := w.service()
			return c, everything, func() { w.rotate(key, 0) }
		}},
		{"API key rotated for the second time within the overlap", func(w *revocationWorld) (*caller, string, func()) {
			c, key := w.service()
			w.rotate(key, 3600)
			return c, everything, func() { w.rotate(key, 3600) }
		}},
		{"overlap of a rotation has passed", func(w *revocationWorld) (*caller, string, func()) {
			c, key := w.service()
			return c, everything, func() { w.rotate(key, 1) }
		}},
		{"ticket of a secret that is rotated", func(w *revocationWorld) (*caller, string, func()) {
			c, key := w.service()
			var ticket handlers.StreamTicket
			c.must("POST", "/v1/stream-tickets", nil, http.StatusCreated, &ticket)
			holder := *c
			holder.token = ""
			return &holder, everything + "?ticket=" + ticket.Ticket, func() { w.rotate(key, 0) }
		}},
	}
}

func (w *revocationWorld) rotate(key handlers.APIKeyWithSecret, overlapSeconds int) {
	w.Helper()
	body := fmt.Sprintf(`{"overlapSeconds":%d}`, overlapSeconds)
	w.operator.must("POST", "/v1/api-keys/"+key.ID+"/rotate", body, http.StatusOK, nil)
}

func (w *revocationWorld) service() (*caller, handlers.APIKeyWithSecret) {
	w.Helper()
	var key handlers.APIKeyWithSecret
	w.operator.must("POST", "/v1/api-keys", `{"name":"service","scopes":["ops:read"]}`, http.StatusCreated, &key)
	return &caller{t: w, url: w.here.url, token: key.Secret, http: w.operator.http}, key
}

// TestRevocationReachesEveryInstance ends access at one instance and looks at another, on which a
// stream is open: with Redis, and without it.
func TestRevocationReachesEveryInstance(t *testing.T) {
	i := startInstances(t, 2)
	w := &revocationWorld{T: t, here: i.all[0], there: i.all[1], operator: i.all[0].operator(t)}
	for _, one := range revocations() {
		t.Run(one.name, func(t *testing.T) { w.hold(t, one) })
	}
	i.redis.Kill()
	for _, one := range revocations() {
		t.Run(one.name+" without Redis", func(t *testing.T) { w.hold(t, one) })
	}
}

func (w *revocationWorld) hold(t *testing.T, one revocation) {
	here := *w
	here.T = t
	leaving, path, act := one.begin(&here)
	w.number = here.number
	away := leaving.at(w.there)
	stream := away.subscribe(t, path).ready()
	if away.token != "" {
		away.must("GET", "/v1/me", nil, http.StatusOK, nil) // also remembered there now
	}
	began := time.Now()
	act()
	eventually(t, "the stream ends", func() bool { return stream.count("goodbye") > 0 })
	var goodbye struct{ Reason string }
	if err := stream.last("goodbye", &goodbye); err != nil || goodbye.Reason != "session_ended" {
		t.Errorf("got goodbye %q, %v", goodbye.Reason, err)
	}
	eventually(t, "nothing is answered any more", func() bool {
		method, target := "GET", "/v1/me"
		if away.token == "" {
			target = path
		}
		r, err := away.call(method, target, nil)
		return err == nil && (r.status == http.StatusUnauthorized || r.status == http.StatusNoContent)
	})
	t.Logf("everywhere after %v", time.Since(began).Round(time.Millisecond))
}
