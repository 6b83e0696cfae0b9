package domain

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"sync"
	"time"
)

// ID identifies everything that is stored: 24 lower-case hex digits, the text of an ObjectID.
// IDs compare in the order of their time.
type ID string

// ZeroID is 24 zeros: as a position in a stream it means 'from the beginning'.
const ZeroID ID = "000000000000000000000000"

const idBytes = 12

// ParseID reads an ID that a client sent. It accepts lower-case hex only, so that every ID has
// one spelling.
func ParseID(text string) (ID, bool) {
	if len(text) != 2*idBytes {
		return "", false
	}
	for i := range len(text) {
		c := text[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return "", false
		}
	}
	return ID(text), true
}

// IDSource makes IDs that rise strictly, also when the clock steps back and also after a restart
// when it is told the newest ID of before. It is safe for concurrent use.
//
// The layout is the ObjectID's: 4 bytes of seconds, 5 random bytes a source, 3 bytes of counter.
type IDSource struct {
	mu      sync.Mutex
	seconds uint32
	random  [5]byte
	counter uint32
}

const counterLimit = 1 << 24

// NewIDSource reads its random part from entropy. IDs follow after, which may be ZeroID or empty.
func NewIDSource(entropy io.Reader, after ID) (*IDSource, error) {
	source := &IDSource{}
	if _, err := io.ReadFull(entropy, source.random[:]); err != nil {
		return nil, fmt.Errorf("read entropy for ids: %w", err)
	}
	source.Follow(after)
	return source, nil
}

// Follow makes every later ID of the source greater than id, which another source may have made.
func (s *IDSource) Follow(id ID) {
	raw, err := hex.DecodeString(string(id))
	if err != nil || len(raw) != idBytes {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	// One second later is greater, whatever the random part is.
	if seconds := binary.BigEndian.Uint32(raw[:4]); seconds >= s.seconds {
		s.seconds, s.counter = seconds+1, 0
	}
}

// Next makes an ID of the time now, or of the newest second given out when the clock is behind.
func (s *IDSource) Next(now time.Time) ID {
	s.mu.Lock()
	defer s.mu.Unlock()
	if seconds := uint32(now.Unix()); seconds > s.seconds {
		s.seconds, s.counter = seconds, 0
	} else if s.counter++; s.counter == counterLimit {
		s.seconds, s.counter = s.seconds+1, 0
	}
	var raw [idBytes]byte
	binary.BigEndian.PutUint32(raw[:4], s.seconds)
	copy(raw[4:9], s.random[:])
	raw[9], raw[10], raw[11] = byte(s.counter>>16), byte(s.counter>>8), byte(s.counter)
	return ID(hex.EncodeToString(raw[:]))
}
