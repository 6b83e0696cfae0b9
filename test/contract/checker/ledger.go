package checker

import "sync"

// sent is a message that a writer has sent, at least once.
type sent struct {
	room         string
	user         string
	text         string
	acknowledged bool
	id           string // as the acknowledgement says
	seq          int64
}

// ledger remembers what was sent and what was acknowledged, by clientMessageId. It is safe for
// concurrent use.
type ledger struct {
	mu           sync.Mutex
	messages     map[string]sent
	acknowledged int
	tries        int
}

func newLedger() *ledger { return &ledger{messages: map[string]sent{}} }

func (l *ledger) send(key string, one sent) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.messages[key] = one
}

func (l *ledger) acknowledge(key string, m message, tries int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	one := l.messages[key]
	one.acknowledged, one.id, one.seq = true, m.ID, m.Seq
	l.messages[key] = one
	l.acknowledged++
	l.tries += tries
}

// count gives how many messages were acknowledged, and how many requests they took.
func (l *ledger) count() (acknowledged, tries int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.acknowledged, l.tries
}

// all gives the messages by their key; nobody sends any more.
func (l *ledger) all() map[string]sent {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.messages
}
