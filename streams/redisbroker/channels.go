package redisbroker

import (
	"dentalk/domain"
)

// channel is one channel of a link. Commands to subscribe and to unsubscribe are answered in the
// order in which they were sent, so that with none unanswered the last one holds.
type channel struct {
	topic      domain.Topic
	wanted     bool
	asked      bool // the last command on this connection was to subscribe
	unanswered int
	owed       bool          // wanted when the connection was made, and not confirmed yet
	confirmed  chan struct{} // closed while Redis sends what is published
	closed     bool          // confirmed is
}

// channels are those of one link. The link's lock guards them.
type channels struct {
	byName map[string]*channel
	stale  []string // what may have to be asked of Redis
	owed   int
}

// set gives the channel; nil when it is not wanted and never was.
func (c *channels) set(name string, topic domain.Topic, wanted bool) *channel {
	one := c.byName[name]
	if one == nil && !wanted {
		return nil
	}
	if one == nil {
		one = &channel{topic: topic, confirmed: make(chan struct{})}
		c.byName[name] = one
	}
	if one.wanted != wanted {
		one.wanted = wanted
		c.stale = append(c.stale, name)
		c.settle(name, one)
	}
	return one
}

// settle makes the other fields follow what was wanted, asked and answered.
func (c *channels) settle(name string, one *channel) {
	confirmed := one.wanted && one.asked && one.unanswered == 0
	if confirmed && !one.closed {
		close(one.confirmed)
	} else if !confirmed && one.closed {
		one.confirmed = make(chan struct{})
	}
	one.closed = confirmed
	if one.owed && (confirmed || !one.wanted) {
		one.owed = false
		c.owed--
	}
	if !one.wanted && !one.asked && one.unanswered == 0 {
		delete(c.byName, name)
	}
}

// ask gives what has to be sent to Redis and counts on it being sent.
func (c *channels) ask() (subscribe, unsubscribe []string) {
	for _, name := range c.stale {
		one := c.byName[name]
		if one == nil || one.wanted == one.asked {
			continue
		}
		one.asked = one.wanted
		one.unanswered++
		c.settle(name, one)
		if one.asked {
			subscribe = append(subscribe, name)
		} else {
			unsubscribe = append(unsubscribe, name)
		}
	}
	c.stale = c.stale[:0]
	return subscribe, unsubscribe
}

// answer takes one answer of Redis; false means that Redis has ended a subscription by itself, as
// it does when a slot moves to another node.
func (c *channels) answer(name string) bool {
	one := c.byName[name]
	if one == nil || one.unanswered == 0 {
		return false
	}
	one.unanswered--
	c.settle(name, one)
	return true
}

// reset forgets what a connection that is gone was asked; everything wanted is owed again.
func (c *channels) reset() {
	c.stale, c.owed = c.stale[:0], 0
	for name, one := range c.byName {
		one.asked, one.unanswered, one.owed = false, 0, false
		c.settle(name, one)
		if one.wanted {
			one.owed = true
			c.owed++
			c.stale = append(c.stale, name)
		}
	}
}
