package test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"dentalk/attachments"
	"dentalk/docs"
	"dentalk/domain"
	"dentalk/handlers"
	"dentalk/repository/filestore"
	"dentalk/repository/sqlitestore"
	"dentalk/repository/volatilestore"
	"dentalk/streams"
	"dentalk/streams/membroker"
)

// fuzzed are the requests that the fuzzer bends: every route that reads a body or a query, with a
// valid body and query to begin with. {room}, {message} and {user} exist.
var fuzzed = []struct{ method, path, query, body string }{
	{"POST", "/v1/auth/register", "", `{"username":"dr.fuzz","password":"long enough","email":"a@b.example","role":"clinic","language":"en","organizationId":""}`},
	{"POST", "/v1/auth/login", "", `{"username":"operator","password":"wrong password"}`},
	{"POST", "/v1/auth/refresh", "", `{"refreshToken":"dtr_x"}`},
	{"POST", "/v1/organizations", "", `{"kind":"lab","name":"Lab","language":"ko","country":"KR","timezone":"Asia/Seoul","specialties":["zirconia"],"toothNotation":"fdi"}`},
	{"GET", "/v1/organizations", "cursor=&limit=5", ""},
	{"PATCH", "/v1/organizations/{user}", "", `{"name":"x","country":null,"timezone":"UTC","specialties":[],"toothNotation":null}`},
	{"POST", "/v1/users", "", `{"username":"kim.fuzz","password":"long enough","role":"lab","language":"ko"}`},
	{"GET", "/v1/users", "limit=200", ""},
	{"PATCH", "/v1/users/{user}", "", `{"email":null,"language":"ko-KR","organizationId":null,"disabled":false}`},
	{"POST", "/v1/rooms", "", `{"orderId":"fuzz","name":"x","participantIds":["{user}"]}`},
	{"GET", "/v1/rooms", "status=open&unread=true&orderId=x&limit=3", ""},
	{"PATCH", "/v1/rooms/{room}", "", `{"name":"x","status":"open","assigneeId":"","labId":null}`},
	{"POST", "/v1/rooms/{room}/participants", "", `{"userId":"{user}"}`},
	{"DELETE", "/v1/rooms/{room}/participants/{user}", "", ""},
	{"POST", "/v1/rooms/{room}/messages", "", `{"type":"text","text":"hello 크라운 \u0041","replyTo":"{message}","clientMessageId":"k","attachmentIds":[]}`},
	{"GET", "/v1/rooms/{room}/messages", "before=5&limit=2", ""},
	{"GET", "/v1/rooms/{room}/messages/{message}", "", ""},
	{"POST", "/v1/rooms/{room}/messages/{message}/enrich", "", ""},
	{"GET", "/v1/rooms/{room}/messages/{message}/enrichment", "", ""},
	{"PATCH", "/v1/rooms/{room}/messages/{message}/enrichment", "", `{"translations":{"ko":"x"},"emotion":{"sentiment":"neutral"},"complaint":{"detected":true,"category":"fit"}}`},
	{"PUT", "/v1/rooms/{room}/read", "", `{"seq":1}`},
	{"GET", "/v1/ops/glossary", "q=x&category=x&cursor=&limit=5", ""},
	{"GET", "/v1/ops/glossary/crown", "", ""},
	{"PUT", "/v1/ops/glossary/crown", "", `{"translations":{"ko":"크라운"},"synonyms":{"en":["cap"]},"category":"restoration"}`},
	{"DELETE", "/v1/ops/glossary/crown", "", ""},
	{"POST", "/v1/ops/glossary/import", "", "term_en\tterm_ko\tsynonyms_ko\tcategory\ncrown\t크라운\t관|보철\trestoration\n"},
	{"GET", "/v1/ops/glossary/export", "", ""},
	{"GET", "/v1/ops/glossary/versions", "cursor=&limit=5", ""},
	{"GET", "/v1/me/sessions", "cursor=&limit=5", ""},
	{"GET", "/v1/me/sessions/{user}", "", ""},
	{"POST", "/v1/me/password", "", `{"currentPassword":"wrong password","newPassword":"long enough"}`},
	{"POST", "/v1/users/{user}/password-resets", "", ""},
	{"POST", "/v1/auth/password-reset", "", `{"token":"dtp_{user}_x","newPassword":"long enough"}`},
	{"POST", "/v1/api-keys", "", `{"name":"n","scopes":["rooms:write","ops:read"],"expiresAt":"2040-01-01T00:00:00Z"}`},
	{"GET", "/v1/api-keys", "cursor=&limit=5", ""},
	{"POST", "/v1/api-keys/{user}/rotate", "", `{"overlapSeconds":60}`},
	{"POST", "/v1/stream-tickets", "", ""},
	{"GET", "/v1/ops/audit", "action=room.read&actorId={user}&roomId={room}&userId={user}&from=2026-01-01T00:00:00Z&to=2040-01-01T00:00:00Z&cursor=&limit=5", ""},
	{"POST", "/v1/ops/erasures", "", `{"messageId":"{user}","reason":"x"}`},
	{"POST", "/v1/rooms/{room}/attachments", "", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.stl\"\r\n\r\nsolid x\nendsolid x\n\r\n--b--\r\n"},
	{"GET", "/v1/attachments/{message}", "", ""},
	{"GET", "/v1/rooms/{room}/stream", "lastEventId={message}&ticket=", ""},
	{"GET", "/v1/stream", "rooms={room}&lastEventId=0", ""},
	{"GET", "/v1/rooms/{room}/events", "after={message}&wait=0", ""},
	{"GET", "/v1/events", "rooms={room}&after=x", ""},
}

// FuzzRequests bends bodies, queries, paths and headers of every route: no 5xx, no panic, and every
// refusal is a problem.
func FuzzRequests(f *testing.F) {
	api, fill := newFuzzedAPI(f)
	for i, one := range fuzzed {
		f.Add(uint8(i), "", one.query, one.body, "key")
		f.Add(uint8(i), "x", one.query+"&limit=0&after=9223372036854775808", "{}", "")
		f.Add(uint8(i), "\x00%2f", "limit=%ff&before=1&after=1&&=", `{"text":{"a":[1e999]},"seq":"1","username":null}`, strings.Repeat("k", 129))
		f.Add(uint8(i), "", "", strings.Replace(one.body, `"`, "\xff", 1), "\t")
	}
	f.Fuzz(func(t *testing.T, route uint8, suffix, query, body, key string) {
		one := fuzzed[int(route)%len(fuzzed)]
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		waits := strings.HasSuffix(one.path, "/stream") || strings.HasSuffix(one.path, "/events")
		if !waits {
			ctx = t.Context()
		}
		request := httptest.NewRequestWithContext(ctx, one.method, "/", strings.NewReader(fill.Replace(body)))
		request.URL = &url.URL{Path: fill.Replace(one.path) + suffix, RawQuery: fill.Replace(query)}
		request.Header["Authorization"] = []string{fill.Replace("Bearer {token}")}
		request.Header["Content-Type"] = []string{"application/json"}
		switch {
		case strings.HasSuffix(one.path, "/import"):
			request.Header["Content-Type"] = []string{"text/tab-separated-values"}
		case strings.HasSuffix(one.path, "/attachments"):
			request.Header["Content-Type"] = []string{"multipart/form-data; boundary=b"}
		}
		if key != "" {
			request.Header["Idempotency-Key"] = []string{key}
		}
		answer := httptest.NewRecorder()
		api.ServeHTTP(answer, request)
		if waits && ctx.Err() != nil {
			return // the client has gone: nobody reads this answer
		}
		checkFuzzed(t, answer)
	})
}

func checkFuzzed(t *testing.T, answer *httptest.ResponseRecorder) {
	t.Helper()
	kind := answer.Header().Get("Content-Type")
	switch {
	case answer.Code >= http.StatusInternalServerError:
		t.Fatalf("got %d: %s", answer.Code, answer.Body)
	case answer.Code >= http.StatusBadRequest:
		var problem handlers.Problem
		if err := json.Unmarshal(answer.Body.Bytes(), &problem); err != nil || kind != "application/problem+json" || problem.Code == "" || problem.Status != answer.Code {
			t.Fatalf("got %d of type %s without a problem: %s", answer.Code, kind, answer.Body)
		}
	case strings.HasPrefix(kind, "application/json") && !json.Valid(answer.Body.Bytes()):
		t.Fatalf("got no JSON: %s", answer.Body)
	}
}

// newFuzzedAPI is the whole server but its sockets, with a room that has a message.
func newFuzzedAPI(f *testing.F) (http.Handler, *strings.Replacer) {
	f.Helper()
	gin.SetMode(gin.ReleaseMode)
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	inner, err := sqlitestore.Open(f.Context(), f.TempDir(), sqlitestore.Options{})
	if err != nil {
		f.Fatal(err)
	}
	broker, volatile := membroker.New(), volatilestore.NewMemory(time.Now)
	store := streams.NewStore(inner, broker, log)
	hub, err := streams.NewHub(f.Context(), streams.Config{Store: store, Broker: broker, Presences: volatile, Encode: handlers.EncodeEvent, Log: log, Now: time.Now})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		hub.Close()
		if err := store.Close(); err != nil {
			f.Error(err)
		}
	})
	ids, err := domain.NewIDSource(rand.Reader, "")
	if err != nil {
		f.Fatal(err)
	}
	audit := domain.NewAuditLog(store, ids, time.Now)
	accounts := &domain.Accounts{Store: store, Passwords: domain.NewPasswords(2), IDs: ids, Now: time.Now, RegistrationOpen: true, Audit: audit}
	if _, err := accounts.EnsureOperator(f.Context(), "operator", operatorPassword); err != nil {
		f.Fatal(err)
	}
	chat := &domain.Chat{Store: store, Broker: broker, Presences: volatile, IDs: ids, Now: time.Now, Language: domain.LanguageOf, Audit: audit}
	uploads := fuzzedUploads(f, store, chat, ids, audit)
	api := handlers.New(handlers.Config{
		Accounts: accounts, Chat: chat, Audit: audit, Uploads: uploads, MaxUpload: 1 << 20,
		Erasures:    &domain.Erasures{Store: store, Cache: volatile, Sweep: uploads.Sweep, Audit: audit, IDs: ids, Now: time.Now},
		Glossary:    &domain.TermBase{Store: store, Now: time.Now},
		Idempotency: store, Hub: hub, Failures: volatile, Rates: volatile, Metrics: http.NotFoundHandler(), Check: store.Check, TokenKey: []byte(strings.Repeat("k", 32)), Log: log, Now: time.Now,
		OpenAPI: handlers.OpenAPI{YAML: docs.OpenAPIYAML, JSON: docs.OpenAPIJSON},
	})
	return api, fillIn(f, api)
}

func fuzzedUploads(f *testing.F, store domain.Store, chat *domain.Chat, ids *domain.IDSource, audit *domain.AuditLog) *domain.Uploads {
	f.Helper()
	files, err := filestore.Open(f.Context(), "", f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	stage, err := attachments.NewStage(f.TempDir(), 1<<20)
	if err != nil {
		f.Fatal(err)
	}
	return &domain.Uploads{Store: store, Files: files, Stage: stage, Access: chat, IDs: ids, Now: time.Now, Audit: audit}
}

func fillIn(f *testing.F, api http.Handler) *strings.Replacer {
	f.Helper()
	token := ""
	call := func(method, path, body string) map[string]any {
		request := httptest.NewRequest(method, path, strings.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer "+token)
		if token == "" {
			request.Header.Del("Authorization")
		}
		answer := httptest.NewRecorder()
		api.ServeHTTP(answer, request)
		var result map[string]any
		if err := json.Unmarshal(answer.Body.Bytes(), &result); err != nil || answer.Code >= 300 {
			f.Fatalf("%s %s: %d: %s", method, path, answer.Code, answer.Body)
		}
		return result
	}
	token = call("POST", "/v1/auth/login", `{"username":"operator","password":"`+operatorPassword+`"}`)["accessToken"].(string)
	user := call("POST", "/v1/users", `{"username":"lab","password":"long enough","role":"lab"}`)["id"].(string)
	room := call("POST", "/v1/rooms", `{"orderId":"ORD-1"}`)["id"].(string)
	message := call("POST", "/v1/rooms/"+room+"/messages", `{"text":"hello"}`)["id"].(string)
	return strings.NewReplacer("{token}", token, "{user}", user, "{room}", room, "{message}", message)
}
