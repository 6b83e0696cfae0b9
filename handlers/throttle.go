package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"net/http"
	"strconv"
	"time"

	"dentalk/domain"
)

const (
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

var freeFailures = []int{freePerNameAndAddress, freePerAddress, freePerName}

// loginThrottle delays logins after failures, longer with each. Successes cost nothing. Without
// the counts, logins are not delayed: a part that may be lost must not keep everybody out. It is
// safe for concurrent use.
type loginThrottle struct {
	failures domain.FailureCounter
	now      func() time.Time
	trouble  *trouble
}

// throttleKeys are the keys of the counts, in the order of freeFailures. They are hashed, since a
// name may be of any length, and neither it nor an address needs to be known elsewhere.
func throttleKeys(username, address string) []string {
	name := domain.UsernameKey(username)
	keys := []string{"both " + address + " " + name, "address " + address, "name " + name}
	for i, key := range keys {
		sum := sha256.Sum256([]byte(key))
		keys[i] = hex.EncodeToString(sum[:])
	}
	return keys
}

// check tells with KindRateLimited how long to wait before the next login is looked at, and writes
// the RateLimit headers: how many more failures are free, and when they are forgotten.
func (t *loginThrottle) check(ctx context.Context, header http.Header, username, address string) error {
	ctx, cancel := context.WithTimeout(ctx, countTimeout)
	defer cancel()
	now := t.now()
	known, err := t.failures.Failures(ctx, now, throttleKeys(username, address)...)
	if err != nil {
		t.trouble.report("failed logins are not counted", err)
		return nil
	}
	var wait time.Duration
	for i, free := range freeFailures {
		wait = max(wait, delay(known[i], free, now))
	}
	reset := wait
	if wait <= 0 {
		reset = max(0, failuresForgotten-now.Sub(known[0].Last))
	}
	setRateLimit(header, freePerNameAndAddress, freePerNameAndAddress-known[0].Count, reset)
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

// delay is how long to wait still; at most longestDelay, also when another instance's clock is ahead.
func delay(known domain.Failures, free int, now time.Time) time.Duration {
	if known.Count < free {
		return 0
	}
	delay := longestDelay
	if doublings := known.Count - free; doublings < 6 {
		delay = min(longestDelay, time.Second<<doublings)
	}
	return min(delay, delay-now.Sub(known.Last))
}

// failed counts a wrong password, also when the caller has gone meanwhile.
func (t *loginThrottle) failed(ctx context.Context, username, address string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), countTimeout)
	defer cancel()
	if err := t.failures.AddFailure(ctx, t.now(), failuresForgotten, throttleKeys(username, address)...); err != nil {
		t.trouble.report("failed logins are not counted", err)
	}
}

// succeeded forgets the failures of this name from this address.
func (t *loginThrottle) succeeded(ctx context.Context, username, address string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), countTimeout)
	defer cancel()
	if err := t.failures.ForgetFailures(ctx, throttleKeys(username, address)[0]); err != nil {
		t.trouble.report("failed logins are not forgotten", err)
	}
}
