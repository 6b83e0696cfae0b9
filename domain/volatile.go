package domain

import (
	"context"
	"time"
)

// VolatileStore keeps what instances share and may lose: its loss costs time or comfort, never a
// message. Callers go on when it fails. Times are cut to milliseconds. All methods are safe for
// concurrent use.
type VolatileStore interface {
	Cache
	FailureCounter
	RateLimiter
	PresenceStore
	Close() error
}

// CachedTranslations is what the keys of translations begin with.
const CachedTranslations = "translation:"

// Cache keeps values for a while.
type Cache interface {
	// CacheGet gives the values of those of keys that are there.
	CacheGet(ctx context.Context, keys ...string) (map[string][]byte, error)
	// CacheSet stores the values for the length of life, or for less when space is short.
	CacheSet(ctx context.Context, life time.Duration, values map[string][]byte) error
	CacheDelete(ctx context.Context, keys ...string) error
	// CacheClear deletes all keys that begin with the prefix. It looks through the whole cache.
	CacheClear(ctx context.Context, prefix string) error
}

// Failures is how often something has failed.
type Failures struct {
	Count int
	Last  time.Time
}

// FailureCounter counts failures by key, such as wrong passwords for a name.
type FailureCounter interface {
	// Failures gives the counts of keys, in their order; one that is not known has Count 0.
	Failures(ctx context.Context, now time.Time, keys ...string) ([]Failures, error)
	// AddFailure counts one more for each key. A key is forgotten when nothing was added to it for
	// the length of life.
	AddFailure(ctx context.Context, now time.Time, life time.Duration, keys ...string) error
	ForgetFailures(ctx context.Context, key string) error
}

// Allowance is what came of taking from a bucket.
type Allowance struct {
	Taken bool
	Left  int
	// Wait is the time until one more can be taken; 0 when one is left.
	Wait time.Duration
	// Full is the time until the bucket is full again.
	Full time.Duration
}

// RateLimiter is a token bucket for each key.
type RateLimiter interface {
	// Take takes one from the bucket of the key, if one is left. The bucket holds a minute's worth
	// and is filled evenly. perMinute is positive.
	Take(ctx context.Context, now time.Time, key string, perMinute int) (Allowance, error)
}

// Presence says whether a user has a stream open anywhere.
type Presence struct {
	UserID    ID
	Connected bool
	// LastSeenAt is when the user was last known to be connected: now while Connected, the zero time
	// when not known.
	LastSeenAt time.Time
}

// PresenceStore knows who is connected to which instance.
type PresenceStore interface {
	// Connect notes that the users have streams at the instance, for the length of life, so that
	// an instance that dies leaves nothing behind. It gives those who had none anywhere.
	Connect(ctx context.Context, now time.Time, life time.Duration, instance string, users ...ID) ([]ID, error)
	// Disconnect notes that the user has no stream at the instance any more, and tells whether
	// there is none left anywhere.
	Disconnect(ctx context.Context, now time.Time, instance string, user ID) (bool, error)
	// Expired gives users, at most limit, whose last instance let its time run out without a
	// Disconnect. Each is given to one caller, once.
	Expired(ctx context.Context, now time.Time, limit int) ([]Presence, error)
	// Presences tells of each user, in their order.
	Presences(ctx context.Context, now time.Time, users ...ID) ([]Presence, error)
}
