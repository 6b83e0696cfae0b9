package streams

import (
	"encoding/json"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"dentalk/domain"
)

// Config is what a Hub is made of. Store, Broker and Encode are required; every other field has a
// default.
type Config struct {
	Store  domain.Store
	Broker domain.Broker
	Encode Encode
	Log    *slog.Logger // nil: nothing is logged
	// Instance is the key of this instance, as clients see it in ready.
	Instance string

	Heartbeat      time.Duration // between two pings; 15 s
	QueueEvents    int           // bound of one connection's queue; 1024
	QueueBytes     int           // bound of one connection's queue; 1 MiB
	WriteTimeout   time.Duration // of one write; 10 s
	MaxConnections int           // streams and polls; 0: no limit
	MaxPerUser     int           // of these, of one user; 0: no limit

	// PollLinger is how long a poll that was answered gathers events for the next one; 30 s.
	PollLinger time.Duration

	SweepHealthy   time.Duration // between two comparisons with the store; 30 s
	SweepUnhealthy time.Duration // the same while events may be missing; 2 s
	SessionSweep   time.Duration // between two looks for ended sessions; 2 s

	// Presences is told who has connections; nil: nobody is, and no presence is published.
	Presences       domain.PresenceStore
	PresenceGrace   time.Duration // in which a reconnect is silent; 8 s, more than any retry
	PresenceRenewal time.Duration // a presence lives for three of them; 20 s

	Metrics prometheus.Registerer // of this hub alone; nil: nothing is registered

	Now func() time.Time // time.Now
}

func (c Config) withDefaults() Config {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	orDefault(&c.Heartbeat, 15*time.Second)
	orDefault(&c.QueueEvents, 1024)
	orDefault(&c.QueueBytes, 1<<20)
	orDefault(&c.WriteTimeout, 10*time.Second)
	orDefault(&c.PollLinger, 30*time.Second)
	orDefault(&c.SweepHealthy, 30*time.Second)
	orDefault(&c.SweepUnhealthy, 2*time.Second)
	orDefault(&c.SessionSweep, 2*time.Second)
	orDefault(&c.PresenceGrace, 8*time.Second)
	orDefault(&c.PresenceRenewal, 20*time.Second)
	return c
}

func orDefault[T int | time.Duration](field *T, value T) {
	if *field <= 0 {
		*field = value
	}
}

// Request is one stream or poll, of a caller whose right to it has been checked.
type Request struct {
	Viewer    domain.Viewer
	Operator  bool        // sees what events tell only operators
	AllRooms  bool        // may see every room
	SessionID domain.ID   // empty: no session whose end would matter
	Room      domain.ID   // one room's stream; empty: everything that the viewer may see
	Only      []domain.ID // narrows the stream of everything; empty: all
	// LastEventID is the position as the client sent it; empty on a first connect.
	LastEventID string
}

// everyRoom tells whether the request is for all rooms there are.
func (r Request) everyRoom() bool { return r.Room == "" && r.AllRooms && len(r.Only) == 0 }

// isPerson tells whether the request is of a known user and not of a service, which alone may see every
// room without being an operator and has no presence.
func (r Request) isPerson() bool { return r.Viewer.UserID != "" && (r.Operator || !r.AllRooms) }

// Poll is the answer to one long-poll.
type Poll struct {
	Items  []Item
	Last   domain.ID // the position for the next poll
	Resync bool      // the position given is unknown or too old: read the history instead
}

// Item is one event of a Poll.
type Item struct {
	Event domain.EventName
	ID    domain.ID // empty but for message.created
	Data  json.RawMessage
}
