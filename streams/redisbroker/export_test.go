package redisbroker

// Inner parts, for tests.
var (
	Encode       = encode
	Beginning    = beginning
	Decode       = decode
	ErrVersion   = errVersion
	ErrMalformed = errMalformed
)

// Limits that tests go to.
const (
	QueueEvents    = queueEvents
	RememberEvents = rememberEvents
	Partitions     = partitions
)

// Recent is the memory of events that were heard.
type Recent struct{ *recent }

// NewRecent makes one.
func NewRecent() Recent { return Recent{newRecent()} }

// First tells whether it is the first time.
func (r Recent) First(from string, n uint64) bool { return r.first(from, n) }
