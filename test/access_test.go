package test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"dentalk/docs"
)

// The callers of the access table.
const (
	nobody = iota
	clinicInside
	clinicOutside
	labInside
	labOutside
	operatorCaller
	callers
)

var callerNames = [callers]string{"no token", "clinic inside", "clinic outside", "lab inside", "lab outside", "operator"}

// access is one line of the table: what each caller gets. Bodies are valid, so that only access
// decides. Paths have {room}, {message}, {organization}, {user}, {participant} and {term} filled
// in. A body that is no JSON is a file.
type access struct {
	method, path, body string
	want               [callers]int
}

func accessTable() []access {
	everybody := func(status int) [callers]int { return [callers]int{status, status, status, status, status, status} }
	members := func(status int) [callers]int { return [callers]int{401, status, status, status, status, status} }
	operators := func(status int) [callers]int { return [callers]int{401, 403, 403, 403, 403, status} }
	readers := func(status int) [callers]int { return [callers]int{401, status, 404, status, 404, status} }
	participants := func(status int) [callers]int { return [callers]int{401, status, 404, status, 404, 403} }
	managers := func(status int) [callers]int { return [callers]int{401, 403, 404, 403, 404, status} }
	return []access{
		{"POST", "/v1/auth/register", `{"username":"new.one","password":"long enough","email":"a@b.example","role":"lab","language":"ko"}`, everybody(403)},
		{"POST", "/v1/auth/login", `{"username":"operator","password":"` + operatorPassword + `"}`, everybody(200)},
		{"POST", "/v1/auth/refresh", `{"refreshToken":"dtr_unknown"}`, everybody(401)},
		{"GET", "/v1/me", "", members(200)},
		{"POST", "/v1/organizations", `{"kind":"lab","name":"Lab","language":"ko"}`, operators(201)},
		{"GET", "/v1/organizations", "", operators(200)},
		{"GET", "/v1/organizations/{organization}", "", operators(200)},
		{"PATCH", "/v1/organizations/{organization}", `{"name":"Renamed"}`, operators(200)},
		{"POST", "/v1/users", `{"username":"made.here","password":"long enough","role":"lab","language":"ko"}`, operators(201)},
		{"GET", "/v1/users", "", operators(200)},
		{"GET", "/v1/users/{user}", "", operators(200)},
		{"PATCH", "/v1/users/{user}", `{"language":"en"}`, operators(200)},
		{"POST", "/v1/rooms", `{"orderId":"access-new","name":"n","participantIds":[]}`, operators(201)},
		{"GET", "/v1/rooms", "", members(200)},
		{"GET", "/v1/rooms/{room}", "", readers(200)},
		{"PATCH", "/v1/rooms/{room}", `{"name":"Renamed"}`, managers(200)},
		{"POST", "/v1/rooms/{room}/participants", `{"userId":"{participant}"}`, managers(201)},
		{"DELETE", "/v1/rooms/{room}/participants/{participant}", "", managers(204)},
		{"POST", "/v1/rooms/{room}/messages", `{"text":"hello"}`, readers(201)},
		{"POST", "/v1/rooms/{room}/messages", `{"type":"system","text":"hello"}`, managers(201)},
		{"POST", "/v1/rooms/{room}/messages", `{"type":"note","text":"hello"}`, managers(201)},
		{"GET", "/v1/rooms/{room}/messages", "", readers(200)},
		{"GET", "/v1/rooms/{room}/messages/{message}", "", readers(200)},
		{"POST", "/v1/rooms/{room}/messages/{message}/enrich", "", managers(202)},
		{"GET", "/v1/rooms/{room}/messages/{message}/enrichment", "", managers(200)},
		{"PATCH", "/v1/rooms/{room}/messages/{message}/enrichment", `{"emotion":{"sentiment":"neutral"}}`, managers(200)},
		{"PUT", "/v1/rooms/{room}/read", `{"seq":1}`, participants(204)},
		{"GET", "/v1/rooms/{room}/receipts", "", readers(200)},
		{"GET", "/v1/rooms/{room}/presence", "", readers(200)},
		{"POST", "/v1/rooms/{room}/typing", "", participants(202)},
		{"GET", "/v1/rooms/{room}/stream", "", readers(200)},
		{"GET", "/v1/stream", "", members(200)},
		{"GET", "/v1/stream?rooms={room}", "", readers(200)},
		{"GET", "/v1/rooms/{room}/events", "", readers(200)},
		{"GET", "/v1/events", "", members(200)},
		{"GET", "/v1/events?rooms={room}", "", readers(200)},
		{"GET", "/v1/ops/glossary", "", operators(200)},
		{"PUT", "/v1/ops/glossary/{term}", `{"translations":{"ko":"접근"}}`, operators(201)},
		{"GET", "/v1/ops/glossary/{term}", "", operators(200)},
		{"POST", "/v1/ops/glossary/import", "term_en\tterm_ko\nimported\t반입\n", operators(200)},
		{"GET", "/v1/ops/glossary/export", "", operators(200)},
		{"GET", "/v1/ops/glossary/versions", "", operators(200)},
		{"DELETE", "/v1/ops/glossary/{term}", "", operators(204)},
		{"GET", "/livez", "", everybody(200)},
		{"GET", "/readyz", "", everybody(200)},
		{"GET", "/metrics", "", everybody(200)},
		{"GET", "/openapi.yaml", "", everybody(200)},
		{"GET", "/openapi.json", "", everybody(200)},
		{"POST", "/v1/auth/logout", "", members(204)}, // last: it ends the sessions
	}
}

// TestAccess is every route × every kind of caller.
func TestAccess(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	who := [callers]*caller{
		nobody:         s.anonymous(t),
		clinicInside:   s.member(t, operator, "clinic.inside", "clinic", "en"),
		clinicOutside:  s.member(t, operator, "clinic.outside", "clinic", "en"),
		labInside:      s.member(t, operator, "lab.inside", "lab", "ko"),
		labOutside:     s.member(t, operator, "lab.outside", "lab", "ko"),
		operatorCaller: operator,
	}
	participant := s.member(t, operator, "comes.and.goes", "lab", "ko")
	room := operator.room("access", who[clinicInside], who[labInside])
	other := operator.room("other", who[clinicOutside], who[labOutside])
	message := operator.post(room.ID, "hello")
	operator.post(other.ID, "elsewhere")
	var organization struct{ ID string }
	operator.must("POST", "/v1/organizations", `{"kind":"lab","name":"Lab","language":"ko"}`, http.StatusCreated, &organization)
	fill := strings.NewReplacer("{room}", room.ID, "{message}", message.ID, "{organization}", organization.ID,
		"{user}", participant.user.ID, "{participant}", participant.user.ID, "{term}", "access%20point")

	table := accessTable()
	for _, line := range table {
		for i, c := range who {
			status := firstStatus(t, c, line.method, fill.Replace(line.path), fill.Replace(line.body))
			if status != line.want[i] {
				t.Errorf("%s %s %s as %s: got %d, want %d", line.method, line.path, line.body, callerNames[i], status, line.want[i])
			}
		}
	}
	checkEveryRouteIsIn(t, table)
}

// firstStatus calls and gives the status without waiting for a stream's end.
func firstStatus(t *testing.T, c *caller, method, path, body string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, c.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(body, "{") {
		request.Header.Set("Content-Type", "application/json")
	} else if body != "" {
		request.Header.Set("Content-Type", "text/tab-separated-values")
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := c.http.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

// checkEveryRouteIsIn fails when a route of the description has no line in the table.
func checkEveryRouteIsIn(t *testing.T, table []access) {
	t.Helper()
	known := map[string]bool{}
	names := strings.NewReplacer("{room}", "{roomId}", "{message}", "{messageId}", "{organization}", "{organizationId}",
		"{user}", "{userId}", "{participant}", "{userId}")
	for _, line := range table {
		path, _, _ := strings.Cut(line.path, "?")
		known[line.method+" "+names.Replace(path)] = true
	}
	description, err := openapi3.NewLoader().LoadFromData(docs.OpenAPIYAML)
	if err != nil {
		t.Fatal(err)
	}
	for path, item := range description.Paths.Map() {
		for method := range item.Operations() {
			if !known[method+" "+path] {
				t.Errorf("%s %s has no line in the access table", method, path)
			}
		}
	}
}
