package test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"dentalk/docs"
	"dentalk/handlers"
)

const (
	fuzzWorkers = 8
	// fuzzSeed makes a run repeatable, but for what the workers do to each other.
	fuzzSeed = 20261123
)

// fuzzRequests is 10,000 unless DENTALK_TEST_REQUESTS says otherwise.
func fuzzRequests(t *testing.T) int64 {
	t.Helper()
	text := os.Getenv("DENTALK_TEST_REQUESTS")
	if text == "" {
		return 10_000
	}
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatalf("DENTALK_TEST_REQUESTS: %v", err)
	}
	return number
}

// TestFuzzedRequestsOfTheDescription sends requests made of the API's description, by every kind of
// caller, to the real server: no 5xx, no answer that is not described, no panic, no race, and memory
// that does not grow with the number of requests.
func TestFuzzedRequestsOfTheDescription(t *testing.T) {
	s := startServer(t, t.TempDir(), "DENTALK_KEY_RATE_LIMIT=0", "DENTALK_REGISTRATION=open", "DENTALK_LOG_LEVEL=warn")
	description, err := openapi3.NewLoader().LoadFromData(docs.OpenAPIYAML)
	if err != nil {
		t.Fatal(err)
	}
	f := &specFuzz{t: t, server: s, operations: operationsOf(description), counts: map[string]int{}}
	f.prepare()
	wanted := fuzzRequests(t)
	f.run(1, wanted/5)
	settled := f.heap()
	f.run(2, wanted-wanted/5)
	f.checkMemory(settled)
	f.checkEveryOperation()
	t.Logf("%d requests, statuses %v", wanted, f.statuses())
}

type specFuzz struct {
	t          *testing.T
	server     *server
	operations []operation
	ids        map[string][]string
	callers    []*fuzzCaller

	mu     sync.Mutex
	counts map[string]int // by status, and by operation and class of status
}

// fuzzCaller is somebody whose credentials are renewed when the fuzzing has ended them.
type fuzzCaller struct {
	*caller
	renew func(context.Context) (string, error)

	mu sync.Mutex
}

// prepare makes one of each thing that a path can name.
func (f *specFuzz) prepare() {
	operator := f.server.operator(f.t)
	clinic, lab := f.server.member(f.t, operator, "fuzz.clinic", "clinic", "en"), f.server.member(f.t, operator, "fuzz.lab", "lab", "ko")
	room := operator.room("fuzz", clinic, lab)
	message := clinic.post(room.ID, "The crown on 26 does not fit, shade A2.")
	var organization handlers.Organization
	operator.must("POST", "/v1/organizations", `{"kind":"lab","name":"Lab","language":"ko"}`, http.StatusCreated, &organization)
	var key handlers.APIKeyWithSecret
	operator.must("POST", "/v1/api-keys", `{"name":"fuzz","scopes":["rooms:write","messages:write","ops:read"]}`, http.StatusCreated, &key)
	spare := f.server.member(f.t, operator, "fuzz.spare", "lab", "ko") // may be disabled and erased
	var other handlers.APIKeyWithSecret                                // may be deleted
	operator.must("POST", "/v1/api-keys", `{"name":"other","scopes":["ops:read"]}`, http.StatusCreated, &other)
	f.ids = map[string][]string{
		"roomId": {room.ID, operator.room("fuzz 2", spare).ID}, "messageId": {message.ID}, "replyTo": {message.ID}, "after": {message.ID},
		"lastEventId": {message.ID}, "organizationId": {organization.ID}, "userId": {spare.user.ID}, "participantId": {spare.user.ID, lab.user.ID},
		"labId": {organization.ID}, "keyId": {other.ID}, "rooms": {room.ID}, "term": {"crown", "bridge"},
	}
	f.callers = []*fuzzCaller{
		{caller: operator, renew: f.login("operator", operatorPassword)}, {caller: f.server.anonymous(f.t)},
		{caller: clinic, renew: f.login("fuzz.clinic", userPassword)}, {caller: lab, renew: f.login("fuzz.lab", userPassword)},
		{caller: &caller{t: f.t, url: f.server.url, token: key.Secret, http: operator.http}},
	}
}

// login gives a new access token; an empty one when the account was disabled or erased meanwhile.
func (f *specFuzz) login(username, password string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) {
		c := f.server.anonymous(f.t)
		r, err := c.call("POST", "/v1/auth/login", handlers.LoginRequest{Username: username, Password: password}, "X-Forwarded-For", "203.0.113.1")
		if err != nil || r.status != http.StatusOK {
			return "", err
		}
		var tokens handlers.Tokens
		c.decode(r, http.StatusOK, &tokens)
		return tokens.AccessToken, nil
	}
}

// run sends that many requests; the part makes it others than those of another run.
func (f *specFuzz) run(part uint64, requests int64) {
	var left atomic.Int64
	left.Store(requests)
	var workers sync.WaitGroup
	for i := range uint64(fuzzWorkers) {
		g := &generator{Rand: rand.New(rand.NewPCG(fuzzSeed+part, i)), operations: f.operations, ids: f.ids}
		workers.Go(func() {
			for left.Add(-1) >= 0 && !f.t.Failed() {
				f.send(g.next(), f.caller(g))
			}
		})
	}
	workers.Wait()
}

// caller is mostly the operator, who comes furthest.
func (f *specFuzz) caller(g *generator) *fuzzCaller {
	if g.IntN(3) > 0 {
		return f.callers[0]
	}
	return f.callers[g.IntN(len(f.callers))]
}

func (f *specFuzz) send(request generated, who *fuzzCaller) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	built, err := http.NewRequestWithContext(ctx, request.method, f.server.url+request.target, strings.NewReader(request.body))
	if err != nil {
		return // not a request that Go's client could send
	}
	built.Header.Set("X-Forwarded-For", request.address) // else the wrong logins of all would slow everybody
	for name, value := range request.headers {
		built.Header.Set(name, value)
	}
	if request.contentType != "" {
		built.Header.Set("Content-Type", request.contentType)
	}
	token := who.current()
	if token != "" {
		built.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := who.http.Do(built)
	if err != nil {
		f.t.Errorf("%s\n%v\nbody: %.600s", request.target, err, request.body)
		return
	}
	if !strings.HasPrefix(response.Header.Get("Content-Type"), "text/event-stream") {
		_, _ = io.Copy(io.Discard, response.Body)
	}
	response.Body.Close()
	f.note(request, response.StatusCode)
	if response.StatusCode >= http.StatusInternalServerError {
		f.t.Errorf("%s %s: got %d\nbody: %.600s", request.method, request.target, response.StatusCode, request.body)
	}
	if response.StatusCode == http.StatusUnauthorized && token != "" {
		who.replace(ctx, f.t, token)
	}
}

func (c *fuzzCaller) current() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.token
}

// replace renews credentials once, whoever finds first that they have ended.
func (c *fuzzCaller) replace(ctx context.Context, t *testing.T, old string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.renew == nil || c.token != old {
		return
	}
	token, err := c.renew(ctx)
	if err != nil {
		t.Error(err)
		return
	}
	c.token = token
}

func (f *specFuzz) note(request generated, status int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.counts[fmt.Sprintf("%s %s %d", request.method, request.path, status/100)]++
	f.counts[strconv.Itoa(status)]++
}

func (f *specFuzz) statuses() map[string]int {
	statuses := map[string]int{}
	for name, count := range f.counts {
		if len(name) == 3 {
			statuses[name] = count
		}
	}
	return statuses
}

// checkEveryOperation fails when an operation was never reached, or never refused anything.
func (f *specFuzz) checkEveryOperation() {
	for _, one := range f.operations {
		name := one.method + " " + one.path
		if f.counts[name+" 2"]+f.counts[name+" 3"]+f.counts[name+" 4"] == 0 {
			f.t.Errorf("%s was never called", name)
		}
	}
}

// heap is what the server's heap holds after a garbage collection: the least of some looks.
func (f *specFuzz) heap() float64 {
	least := 0.0
	for range 20 {
		now := f.server.metric(f.t, "go_memstats_heap_alloc_bytes")
		if least == 0 || now < least {
			least = now
		}
	}
	return least
}

// checkMemory allows for what caches and the connections' buffers take.
func (f *specFuzz) checkMemory(settled float64) {
	const allowance = 64 << 20
	end := f.heap()
	f.t.Logf("heap: %.1f MiB after a fifth of the requests, %.1f MiB at the end", settled/(1<<20), end/(1<<20))
	if end > 2*settled+allowance {
		f.t.Errorf("the heap has grown from %.0f to %.0f bytes", settled, end)
	}
}
