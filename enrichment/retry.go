package enrichment

import (
	"errors"
	"math/rand/v2"
	"time"

	"dentalk/domain"
)

// permanent tells whether asking again cannot help.
func permanent(err error) bool {
	var failure *domain.ProviderError
	return errors.As(err, &failure) && failure.Permanent
}

// spoiled tells whether a single text may be to blame for the failure of a whole batch.
func spoiled(err error) bool { return permanent(err) || errors.Is(err, errBroken) }

// wish is the time that the provider asks to be left alone.
func wish(err error) time.Duration {
	var failure *domain.ProviderError
	if errors.As(err, &failure) {
		return failure.RetryAfter
	}
	return 0
}

// backoff is the longest wait after this many claims.
func (c Config) backoff(attempt int) time.Duration {
	longest := c.MaxBackoff
	if attempt > c.Attempts {
		longest = max(longest, outageBackoff)
	}
	delay := c.Backoff
	for range attempt - 1 {
		if delay >= longest {
			break
		}
		delay *= 2
	}
	return min(delay, longest)
}

// retryAt draws the time of the next attempt (full jitter), but not before the provider's wish, to
// which a little is added: not all that wait for it are to come back at once.
func (c Config) retryAt(attempt int, wish time.Duration) time.Time {
	wish = min(wish, outageBackoff)
	delay := max(rand.N(c.backoff(attempt))+time.Millisecond, wish+rand.N(wish/20+1)) // #nosec G404 -- spreads load, keeps no secret
	at := c.Now().Add(delay)
	if delay > 5*time.Second {
		// In an outage all that is due within a second shares one call, however much waits.
		at = at.Truncate(time.Second).Add(time.Second)
	}
	return at
}
