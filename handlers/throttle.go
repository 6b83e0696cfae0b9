package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"net/http"
	"net/netip"
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
// and an address as a whole after more, since many people share one. After very many failures of a
// name, from wherever, each address has one attempt left for it and then waits: strangers with many
// addresses get one guess from each, and the owner's first attempt is never refused.
const (
	freePerNameAndAddress = 5
	freePerAddress        = 50
	freePerName           = 500
)

// What may be under way on one instance. Failures count only once they are known, so that many guesses
// at once must not all be looked at before the first has failed. What one address may have the server
// compute at once leaves some of the computations that Passwords allows for everybody else.
const (
	guessesWaiting   = 64  // of one name from one address; they go one after the other
	computingAtOnce  = 2   // of one address
	computingWaiting = 512 // of one address
	// The two waits leave time for the computation.
	guessPatience     = requestTimeout / 5
	computingPatience = requestTimeout * 3 / 5
	turnRetry         = time.Second
)

// loginThrottle delays logins after failures, longer with each. Successes cost nothing. Without
// the counts, logins are not delayed: a part that may be lost must not keep everybody out. It is
// safe for concurrent use.
type loginThrottle struct {
	failures  domain.FailureCounter
	now       func() time.Time
	trouble   *trouble
	attacks   *attacks
	guesses   *turns // by the first key of an attempt
	computing *turns // by network
}

func newLoginThrottle(failures domain.FailureCounter, now func() time.Time, trouble *trouble, attacks *attacks) *loginThrottle {
	return &loginThrottle{
		failures: failures, now: now, trouble: trouble, attacks: attacks,
		guesses: newTurns(1, guessesWaiting, guessPatience), computing: newTurns(computingAtOnce, computingWaiting, computingPatience),
	}
}

// attempt is somebody's try to show that they know a password.
type attempt struct {
	username string
	address  string
	device   string // that has shown it before; empty when it has not
}

// keys are those of the counts: of the name and the address, of the address, and of the name. A device
// that is known has one of its own instead, so that strangers, also behind its own address, do not
// slow it. They are hashed, since a name may be of any length, and neither it nor an address needs
// to be known elsewhere.
func (a attempt) keys() []string {
	name, network := domain.UsernameKey(a.username), networkOf(a.address)
	if a.device != "" {
		return []string{hashed("device " + a.device + " " + name)}
	}
	return []string{hashed("both " + network + " " + name), hashed("address " + network), hashed("name " + name)}
}

func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// networkOf is what one client is given: an address of IPv4, and of IPv6 a network of 64 bits, which
// anybody with a line at home has whole.
func networkOf(address string) string {
	parsed, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	parsed = parsed.Unmap().WithZone("")
	if parsed.Is4() {
		return parsed.String()
	}
	return netip.PrefixFrom(parsed, 64).Masked().String()
}

// check tells with KindRateLimited how long to wait before the attempt is looked at, and writes the
// RateLimit headers: how many more failures are free, and when they are forgotten. Until ctx ends no
// other attempt with this name from this address passes it on this instance, and few from this
// address, so that many at once are counted one by one; ctx must not outlive the request.
func (t *loginThrottle) check(ctx context.Context, header http.Header, a attempt) error {
	if !t.guesses.take(ctx, a.keys()[0]) {
		return tooManyAtOnce(guessesWaiting)
	}
	if err := t.look(ctx, header, a); err != nil {
		return err // without waiting: those who are refused must not keep the others of the address waiting
	}
	if err := t.compute(ctx, a.address); err != nil {
		return err
	}
	return t.look(ctx, header, a) // others may have failed meanwhile
}

// compute waits until few others of the address have the server compute hashes. It counts as one of
// them until ctx ends.
func (t *loginThrottle) compute(ctx context.Context, address string) error {
	if !t.computing.take(ctx, networkOf(address)) {
		return tooManyAtOnce(computingWaiting)
	}
	return nil
}

// look is check without the turns.
func (t *loginThrottle) look(ctx context.Context, header http.Header, a attempt) error {
	keys := a.keys()
	ctx, cancel := context.WithTimeout(ctx, countTimeout)
	defer cancel()
	now := t.now()
	counts, err := t.failures.Failures(ctx, now, keys...)
	if err != nil {
		t.trouble.report("failed logins are not counted", err)
		return nil
	}
	var known [3]domain.Failures // of a device only the first
	copy(known[:], counts)
	free, wait := allowed(known[0], known[1], known[2], now)
	if known[2].Count >= freePerName {
		t.attacks.report(now, keys[2])
	}
	if wait > 0 {
		setRateLimit(header, free, 0, wait)
		return tooManyLogins(wait)
	}
	setRateLimit(header, free, free-known[0].Count, max(0, failuresForgotten-now.Sub(known[0].Last)))
	return nil
}

// allowed gives how many failures are free for a name from an address, and how long the next
// attempt has to wait. both, address and name are the failures so far.
func allowed(both, address, name domain.Failures, now time.Time) (free int, wait time.Duration) {
	wait = max(delay(both, freePerNameAndAddress, now), delay(address, freePerAddress, now))
	if name.Count < freePerName {
		return freePerNameAndAddress, wait
	}
	if both.Count > 0 { // by its own last failure: strangers' must not make the owner wait
		wait = max(wait, delay(domain.Failures{Count: name.Count, Last: both.Last}, freePerName, now))
	}
	return 1, wait
}

func tooManyLogins(wait time.Duration) error {
	return &domain.Error{Kind: domain.KindRateLimited, Code: "too_many_logins",
		Detail: "Too many failed logins; wait a moment.", RetryAfter: wait}
}

// tooManyAtOnce refuses what would have to wait for too many others, or has waited for too long.
func tooManyAtOnce(limit int) error {
	return &domain.Error{Kind: domain.KindRateLimited, Code: "too_many_at_once",
		Detail: "Too many at once; wait a moment.", RetryAfter: turnRetry, Limit: limit}
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
func (t *loginThrottle) failed(ctx context.Context, a attempt) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), countTimeout)
	defer cancel()
	if err := t.failures.AddFailure(ctx, t.now(), failuresForgotten, a.keys()...); err != nil {
		t.trouble.report("failed logins are not counted", err)
	}
}

// succeeded forgets the failures of this name from this address, or from the device that is known.
func (t *loginThrottle) succeeded(ctx context.Context, a attempt) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), countTimeout)
	defer cancel()
	if err := t.failures.ForgetFailures(ctx, a.keys()[0]); err != nil {
		t.trouble.report("failed logins are not forgotten", err)
	}
}
