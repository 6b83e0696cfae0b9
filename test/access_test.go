package test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/golang-jwt/jwt/v5"

	"dentalk/docs"
	"dentalk/domain"
	"dentalk/handlers"
)

// The kinds of callers whose credentials are good.
const (
	clinicInside  = "clinic inside"
	clinicOutside = "clinic outside"
	labInside     = "lab inside"
	labOutside    = "lab outside"
	operatorKind  = "operator"
	keyRooms      = "key with " + domain.ScopeRoomsWrite
	keyMessages   = "key with " + domain.ScopeMessagesWrite
	keyOps        = "key with " + domain.ScopeOpsRead
)

// verdicts are what one class of routes answers to each kind of caller; 0 is the route's success.
type verdicts map[string]int

// accessRules are the classes of x-access in the description. A route whose class is not here, or that
// has none, fails the test.
func accessRules() map[string]verdicts {
	// The order: inside, outside, operator, and the keys with rooms:write, messages:write, ops:read.
	rule := func(inside, outside, operator, rooms, messages, ops int) verdicts {
		return verdicts{
			clinicInside: inside, labInside: inside, clinicOutside: outside, labOutside: outside,
			operatorKind: operator, keyRooms: rooms, keyMessages: messages, keyOps: ops,
		}
	}
	return map[string]verdicts{
		"public":                     rule(0, 0, 0, 0, 0, 0),
		"caller":                     rule(0, 0, 0, 0, 0, 0),
		"user":                       rule(0, 0, 0, 403, 403, 403),
		"stream":                     rule(0, 0, 0, 403, 403, 0),
		"rooms":                      rule(0, 0, 0, 0, 403, 0),
		"operator":                   rule(403, 403, 0, 403, 403, 403),
		"operator ops:read":          rule(403, 403, 0, 403, 403, 0),
		"rooms:write":                rule(403, 403, 0, 0, 403, 403),
		"room":                       rule(0, 404, 0, 403, 403, 0),
		"room rooms:write":           rule(0, 404, 0, 0, 403, 0),
		"attachment":                 rule(0, 404, 0, 403, 403, 0),
		"participant":                rule(0, 404, 403, 403, 403, 403),
		"room operator":              rule(403, 404, 0, 403, 403, 403),
		"room manager rooms:write":   rule(403, 404, 0, 0, 403, 403),
		"room writer messages:write": rule(0, 404, 0, 403, 0, 403),
	}
}

// accessCase is what a route is called with. Bodies are valid, so that only access decides.
type accessCase struct {
	body        string
	contentType string // application/json when empty
	query       string
	status      int  // of the success; the first 2xx of the description when 0
	fresh       bool // the call ends the caller's session: a user of its own makes it
	before      func()
}

// TestAccess is every route of the description × every kind of caller. What each gets follows from the
// route's x-access.
func TestAccess(t *testing.T) {
	w := newAccessWorld(t)
	rules := accessRules()
	description, err := openapi3.NewLoader().LoadFromData(docs.OpenAPIYAML)
	if err != nil {
		t.Fatal(err)
	}
	cases := w.cases()
	calls := 0
	for _, one := range operationsOf(description) {
		name := one.method + " " + one.path
		class, _ := one.Extensions["x-access"].(string)
		rule, known := rules[class]
		if !known {
			t.Errorf("%s has no rule: its x-access is %q", name, class)
			continue
		}
		sample, described := cases[name]
		if !described && (one.RequestBody != nil || one.method != http.MethodGet) {
			t.Errorf("%s has no case in the access table", name)
			continue
		}
		success := sample.status
		if success == 0 {
			success = firstSuccess(one)
		}
		for kind, want := range rule {
			if want == 0 {
				want = success
			}
			token := w.good[kind]
			if sample.fresh {
				token = w.freshToken(kind)
			}
			w.call(name, one, sample, kind, token, want)
			calls++
		}
		for kind, token := range w.bad {
			want := http.StatusUnauthorized
			ended := kind == "revoked session" || kind == "disabled user"
			switch {
			case class == "public":
				want = success
			case ended && strings.HasSuffix(one.path, "/stream"):
				want = http.StatusNoContent // an EventSource must not come back
			}
			w.call(name, one, sample, kind, token, want)
			calls++
		}
	}
	for name := range cases {
		method, path, _ := strings.Cut(name, " ")
		if item := description.Paths.Find(path); item == nil || item.GetOperation(method) == nil {
			t.Errorf("%s is in the access table but not in the description", name)
		}
	}
	t.Logf("%d calls of %d operations", calls, len(operationsOf(description)))
}

func firstSuccess(one operation) int {
	success := http.StatusNotFound
	for status := range one.Responses.Map() {
		var code int
		if _, err := fmt.Sscan(status, &code); err == nil {
			success = min(success, code)
		}
	}
	return success
}

// accessWorld is a server with one of everything.
type accessWorld struct {
	*testing.T
	server   *server
	operator *caller
	good     map[string]string // tokens by kind of caller
	bad      map[string]string
	fill     *strings.Replacer
	newUsers int

	room, participant, otherUser, key, erasable string
	clinic                                      *caller
	message                                     handlers.Message
}

// accessSecret signs the tokens, so that the test can sign some too.
var accessSecret = strings.Repeat("access ", 8)

func newAccessWorld(t *testing.T) *accessWorld {
	t.Helper()
	s := startServer(t, t.TempDir(), "DENTALK_JWT_SECRET="+accessSecret, "DENTALK_REGISTRATION=open")
	operator := s.operator(t)
	w := &accessWorld{T: t, server: s, operator: operator, good: map[string]string{operatorKind: operator.token}}
	w.clinic = s.member(t, operator, "clinic.inside", "clinic", "en")
	lab := s.member(t, operator, "lab.inside", "lab", "ko")
	outside := s.member(t, operator, "clinic.outside", "clinic", "en")
	labElsewhere := s.member(t, operator, "lab.outside", "lab", "ko")
	w.good[clinicInside], w.good[labInside] = w.clinic.token, lab.token
	w.good[clinicOutside], w.good[labOutside] = outside.token, labElsewhere.token
	for kind, scope := range map[string]string{keyRooms: domain.ScopeRoomsWrite, keyMessages: domain.ScopeMessagesWrite, keyOps: domain.ScopeOpsRead} {
		w.good[kind] = w.newKey(scope).Secret
	}
	room := operator.room("access", w.clinic, lab)
	other := operator.room("other", outside, labElsewhere)
	w.room, w.message = room.ID, w.clinic.post(room.ID, "hello")
	operator.post(other.ID, "elsewhere")
	w.participant = s.member(t, operator, "comes.and.goes", "lab", "ko").user.ID
	w.otherUser = s.member(t, operator, "somebody", "lab", "ko").user.ID
	w.bad = w.badTokens()
	w.fillPaths()
	return w
}

func (w *accessWorld) newKey(scope string) handlers.APIKeyWithSecret {
	w.Helper()
	var key handlers.APIKeyWithSecret
	w.operator.must("POST", "/v1/api-keys", map[string]any{"name": "key", "scopes": []string{scope}}, http.StatusCreated, &key)
	return key
}

// badTokens are credentials that are good for nothing any more, or never were.
func (w *accessWorld) badTokens() map[string]string {
	revoked := w.server.logIn(w, "operator", operatorPassword)
	revoked.must("POST", "/v1/auth/logout", nil, http.StatusNoContent, nil)
	disabled := w.server.member(w, w.operator, "disabled", "clinic", "en")
	w.operator.must("PATCH", "/v1/users/"+disabled.user.ID, `{"disabled":true}`, http.StatusOK, nil)
	deleted := w.newKey(domain.ScopeOpsRead)
	w.operator.must("DELETE", "/v1/api-keys/"+deleted.ID, nil, http.StatusNoContent, nil)
	var claims jwt.MapClaims
	if _, _, err := jwt.NewParser().ParseUnverified(w.operator.token, &claims); err != nil {
		w.Fatal(err)
	}
	expired := jwt.MapClaims{}
	for name, value := range claims {
		expired[name] = value
	}
	expired["exp"] = time.Now().Add(-time.Minute).Unix()
	return map[string]string{
		"nobody": "", "revoked session": revoked.token, "disabled user": disabled.token, "deleted key": deleted.Secret,
		"expired token":   sign(w, jwt.SigningMethodHS256, expired, []byte(accessSecret)),
		"wrong signature": sign(w, jwt.SigningMethodHS256, claims, []byte(strings.Repeat("x", 56))),
		"alg none":        sign(w, jwt.SigningMethodNone, claims, jwt.UnsafeAllowNoneSignatureType),
		"other algorithm": sign(w, jwt.SigningMethodHS512, claims, []byte(accessSecret)),
		"key of nobody":   "dtk_" + strings.Repeat("A", 52),
	}
}

func sign(t testing.TB, method jwt.SigningMethod, claims jwt.MapClaims, key any) string {
	t.Helper()
	token, err := jwt.NewWithClaims(method, claims).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// fillPaths makes what the paths name.
func (w *accessWorld) fillPaths() {
	var organization handlers.Organization
	w.operator.must("POST", "/v1/organizations", `{"kind":"lab","name":"Lab","language":"ko"}`, http.StatusCreated, &organization)
	file := upload(w.T, w.clinic, w.room, "scan.stl", smallSTL(), http.StatusCreated)
	var attachment handlers.Attachment
	w.clinic.decode(file, http.StatusCreated, &attachment)
	w.clinic.must("POST", "/v1/rooms/"+w.room+"/messages", map[string]any{"type": "file", "attachmentIds": []string{attachment.ID}}, http.StatusCreated, nil)
	var erasure handlers.Erasure
	spare := w.clinic.post(w.room, "to be erased")
	w.operator.must("POST", "/v1/ops/erasures", map[string]any{"messageId": spare.ID, "reason": "asked for"}, http.StatusCreated, &erasure)
	w.operator.must("PUT", "/v1/ops/glossary/access%20point", `{"translations":{"ko":"접근"}}`, http.StatusCreated, nil)
	w.key = w.newKey(domain.ScopeOpsRead).ID
	w.fill = strings.NewReplacer("{roomId}", w.room, "{messageId}", w.message.ID, "{organizationId}", organization.ID,
		"{attachmentId}", attachment.ID, "{erasureId}", erasure.ID, "{term}", "access%20point")
}

// freshToken is that of a new user of the kind.
func (w *accessWorld) freshToken(kind string) string {
	w.Helper()
	role, _, _ := strings.Cut(kind, " ")
	if role == "key" {
		return w.good[kind]
	}
	return w.server.member(w, w.operator, w.unique("fresh"), role, "en").token
}

// unique is a name that nobody has yet.
func (w *accessWorld) unique(text string) string {
	w.newUsers++
	return fmt.Sprintf("%s.%d", text, w.newUsers)
}

func (w *accessWorld) call(name string, one operation, sample accessCase, kind, token string, want int) {
	w.Helper()
	if sample.before != nil {
		sample.before()
	}
	path := w.fill.Replace(one.path)
	user := w.otherUser
	if strings.Contains(path, "/participants/") {
		user = w.participant
	}
	path = strings.NewReplacer("{userId}", user, "{keyId}", w.key).Replace(path)
	path = strings.ReplaceAll(path, "{sessionId}", sessionOf(w, token, w.operator.token)) + sample.query
	body := strings.NewReplacer("{unique}", w.unique("access"), "{participant}", w.participant, "{erasable}", w.erasable).Replace(sample.body)
	if status := firstStatus(w.T, w.operator.http, w.server.url, one.method, path, body, sample.contentType, token); status != want {
		w.Errorf("%s as %s: got %d, want %d", name, kind, status, want)
	}
}

// sessionOf is the session of the token, so that "its own session" exists, else that of another one.
func sessionOf(t testing.TB, token, other string) string {
	t.Helper()
	for _, one := range []string{token, other} {
		var claims jwt.MapClaims
		if _, _, err := jwt.NewParser().ParseUnverified(one, &claims); err == nil {
			return fmt.Sprint(claims["jti"])
		}
	}
	t.Fatal("no session")
	return ""
}

// firstStatus calls and gives the status without waiting for a stream's end.
func firstStatus(t testing.TB, client *http.Client, url, method, path, body, contentType, token string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case contentType != "":
		request.Header.Set("Content-Type", contentType)
	case body != "":
		request.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

// TestAccessRulesCoverEveryKind keeps the table itself whole.
func TestAccessRulesCoverEveryKind(t *testing.T) {
	for class, rule := range accessRules() {
		for _, kind := range []string{clinicInside, clinicOutside, labInside, labOutside, operatorKind, keyRooms, keyMessages, keyOps} {
			if _, ok := rule[kind]; !ok {
				t.Errorf("class %q says nothing of %s", class, kind)
			}
		}
		if !slices.Contains([]int{0, 403, 404}, rule[clinicOutside]) {
			t.Errorf("class %q: outside gets %d", class, rule[clinicOutside])
		}
	}
}
