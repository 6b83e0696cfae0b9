package handlers

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"dentalk/domain"
)

const (
	// throttleMemory bounds how many names and addresses are remembered; the oldest are forgotten.
	throttleMemory = 50_000
	// failuresForgotten is how long after the last failure a count starts anew.
	failuresForgotten = 15 * time.Minute
	longestDelay      = time.Minute
)

// The failures that are free before the delay begins. A name is slowed for one address after few,
// an address as a whole after more (many people share one), and a name for all addresses only
// after very many, so that a stranger can slow its owner but hardly and never for long.
const (
	freePerNameAndAddress = 5
	freePerAddress        = 50
	freePerName           = 500
)

// loginThrottle delays logins after failures, longer with each. Successes cost nothing. It is safe
// for concurrent use.
type loginThrottle struct {
	mu       sync.Mutex
	now      func() time.Time
	failures *lru.Cache[string, failures]
}

type failures struct {
	count int
	last  time.Time
}

type throttleKey struct {
	text string
	free int
}

func newLoginThrottle(now func() time.Time) *loginThrottle {
	cache, err := lru.New[string, failures](throttleMemory)
	if err != nil {
		panic(err) // only a size that is not positive fails
	}
	return &loginThrottle{now: now, failures: cache}
}

func throttleKeys(username, address string) []throttleKey {
	name := domain.UsernameKey(username)
	return []throttleKey{
		{"both " + address + " " + name, freePerNameAndAddress},
		{"address " + address, freePerAddress},
		{"name " + name, freePerName},
	}
}

// check tells with KindRateLimited how long to wait before the next login is looked at, and writes
// the RateLimit headers: how many more failures are free, and when they are forgotten.
func (t *loginThrottle) check(header http.Header, username, address string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	var wait time.Duration
	keys := throttleKeys(username, address)
	for _, key := range keys {
		wait = max(wait, t.wait(key))
	}
	known, _ := t.failures.Get(keys[0].text)
	reset := wait
	if wait <= 0 {
		reset = max(0, failuresForgotten-t.now().Sub(known.last))
	}
	setRateLimit(header, freePerNameAndAddress, freePerNameAndAddress-known.count, reset)
	if wait <= 0 {
		return nil
	}
	return &domain.Error{Kind: domain.KindRateLimited, Code: "too_many_logins",
		Detail: "Too many failed logins; wait a moment.", RetryAfter: wait}
}

// setRateLimit tells a client where it stands.
func setRateLimit(header http.Header, limit, remaining int, reset time.Duration) {
	header.Set("RateLimit-Limit", strconv.Itoa(limit))
	header.Set("RateLimit-Remaining", strconv.Itoa(max(0, remaining)))
	header.Set("RateLimit-Reset", strconv.Itoa(int(math.Ceil(reset.Seconds()))))
}

func (t *loginThrottle) wait(key throttleKey) time.Duration {
	known, ok := t.failures.Get(key.text)
	if !ok || known.count < key.free || t.now().Sub(known.last) > failuresForgotten {
		return 0
	}
	delay := longestDelay
	if doublings := known.count - key.free; doublings < 6 {
		delay = min(longestDelay, time.Second<<doublings)
	}
	return delay - t.now().Sub(known.last)
}

// failed counts a wrong password.
func (t *loginThrottle) failed(username, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, key := range throttleKeys(username, address) {
		known, _ := t.failures.Get(key.text)
		if t.now().Sub(known.last) > failuresForgotten {
			known.count = 0
		}
		t.failures.Add(key.text, failures{count: known.count + 1, last: t.now()})
	}
}

// succeeded forgets the failures of this name from this address.
func (t *loginThrottle) succeeded(username, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failures.Remove(throttleKeys(username, address)[0].text)
}
