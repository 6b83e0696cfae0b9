package domain

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math"
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

// IDSource makes IDs that rise strictly, also when the clock steps back, and that follow whatever IDs
// of other sources it was told of: a hybrid logical clock. Two sources never make the same ID. It is
// safe for concurrent use.
//
// The layout is an ObjectID's in size and in its first 4 bytes, the seconds; 3 bytes count parts of
// a second, and 5 random bytes tell the sources apart.
type IDSource struct {
	mu     sync.Mutex
	tick   uint64 // of the newest ID: seconds and parts
	random [5]byte
}

// ticks is how many parts a second has.
const ticks = 1 << 24

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
	s.tick = max(s.tick, binary.BigEndian.Uint64(raw)>>8)
}

// Next makes an ID of the time now, or the smallest that follows the others when that is later.
func (s *IDSource) Next(now time.Time) ID {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tick = max(s.tick+1, tickOf(now))
	return idOf(s.tick, s.random)
}

// NextAfter is Next, or the smallest ID that follows after when that is greater. It does not move
// the source: one ID of another clock, far ahead, does not pull along those that are made next.
func (s *IDSource) NextAfter(now time.Time, after ID) ID {
	next := s.Next(now)
	if next > after {
		return next
	}
	raw, err := hex.DecodeString(string(after))
	if err != nil || len(raw) != idBytes {
		return next
	}
	// The source may come to this tick later, so its own random part would not be unique.
	var random [5]byte
	rand.Read(random[:]) // never fails
	return idOf(binary.BigEndian.Uint64(raw)>>8+1, random)
}

// FloorID is less than every ID that a source makes at the time or later, unless its clock is late.
func FloorID(at time.Time) ID { return idOf(tickOf(at), [5]byte{}) }

// Time is when the ID was made, to the second.
func (id ID) Time() time.Time {
	raw, err := hex.DecodeString(string(id))
	if err != nil || len(raw) != idBytes {
		return time.Time{}
	}
	return time.Unix(int64(binary.BigEndian.Uint32(raw)), 0).UTC()
}

func tickOf(at time.Time) uint64 {
	return uint64(min(max(at.Unix(), 0), math.MaxUint32))*ticks + uint64(at.Nanosecond())*ticks/uint64(time.Second) // #nosec G115 -- neither is negative
}

func idOf(tick uint64, random [5]byte) ID {
	raw := binary.BigEndian.AppendUint64(make([]byte, 0, idBytes+1), tick<<8)
	return ID(hex.EncodeToString(append(raw[:7], random[:]...)))
}
