package enrichment

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"dentalk/domain"
)

// budget counts what was sent to a provider in a month and says when it is enough. The count is
// the store's, so that instances count together. It is written about once a second: several
// instances may together exceed the budget by what they send in that time, and a process that is
// killed forgets as much. It is safe for concurrent use; no call waits for another one's exchange
// with the store.
type budget struct {
	config GuardConfig

	mu       sync.Mutex
	month    domain.Month
	total    int64        // characters of the month: those of the store, as last read, and the unsaved ones
	reserved int64        // characters that are on their way
	unsaved  domain.Usage // of this process
	next     time.Time    // of the next exchange
	busy     bool         // an exchange is under way
	told     float64      // share of the budget that was last told to the log
}

const (
	// exchangeEvery is how often the count is written and read.
	exchangeEvery = time.Second
	// exchangeTimeout bounds what a store that does not answer costs a call of the provider.
	exchangeTimeout = 2 * time.Second
)

var errBudget = errors.New("the budget of this month is used up")

func newBudget(config GuardConfig) *budget { return &budget{config: config} }

// reserve takes the characters of so many texts from the budget, until spend; or tells that it
// does not hold them.
func (b *budget) reserve(ctx context.Context, characters int64, texts int) error {
	b.exchange(ctx, false)
	b.mu.Lock()
	defer b.mu.Unlock()
	if limit := b.config.Budget; limit > 0 && b.total+b.reserved+characters > limit {
		if texts == 1 && b.reserved == 0 { // a batch that does not fit is asked text by text
			b.tell(1)
		}
		return errBudget
	}
	b.reserved += characters
	return nil
}

// spend puts what was reserved back and counts what the provider took of it.
func (b *budget) spend(ctx context.Context, reserved, taken int64) {
	b.mu.Lock()
	b.reserved -= reserved
	if taken > 0 {
		b.total += taken
		b.unsaved.Calls++
		b.unsaved.Characters += taken
	}
	b.show()
	b.mu.Unlock()
	b.exchange(ctx, false)
}

// exchange writes what was counted here and reads what all instances have counted, if it is time
// to or if it must. A store that fails costs nothing but accuracy: what is unsaved is written later.
func (b *budget) exchange(ctx context.Context, must bool) {
	month, more, due := b.begin(must)
	if !due {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), exchangeTimeout)
	defer cancel()
	total, err := b.config.Usage.AddUsage(ctx, month, b.config.Name, more)
	if err != nil {
		b.config.Log.Warn("enrichment: count usage", "provider", b.config.Name, "error", err)
	}
	b.end(more, total, err)
}

// begin takes what is unsaved, and the month to which it belongs.
func (b *budget) begin(must bool) (_ domain.Month, more domain.Usage, due bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.config.Now()
	month := domain.MonthOf(now)
	if b.month == "" {
		b.month = month
	}
	if b.month != month && b.unsaved == (domain.Usage{}) { // a new month begins
		b.month, b.total, b.told, b.next = month, 0, 0, time.Time{}
	}
	if b.busy || !must && now.Before(b.next) {
		return "", domain.Usage{}, false
	}
	b.busy = true
	more, b.unsaved = b.unsaved, domain.Usage{}
	return b.month, more, true
}

func (b *budget) end(more, total domain.Usage, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.busy = false
	b.next = b.config.Now().Add(exchangeEvery)
	if err != nil {
		b.unsaved.Calls += more.Calls
		b.unsaved.Characters += more.Characters
		return
	}
	b.total = total.Characters + b.unsaved.Characters
	if b.month != domain.MonthOf(b.config.Now()) {
		b.next = time.Time{} // what is new belongs to the next month
	}
	b.show()
}

// show tells the metrics how much is used, and the log of four fifths and of the end.
func (b *budget) show() {
	if b.config.Budget <= 0 {
		return
	}
	share := float64(b.total) / float64(b.config.Budget)
	b.config.Metrics.budget.WithLabelValues(b.config.Name).Set(share)
	if share >= 0.8 {
		b.tell(min(share, 1))
	}
}

func (b *budget) tell(share float64) {
	level, told, text := slog.LevelWarn, 0.8, "enrichment: four fifths of the provider's monthly budget are used"
	if share >= 1 {
		level, told, text = slog.LevelError, 1, "enrichment: the provider's monthly budget is used up"
	}
	if b.told >= told {
		return
	}
	b.told = told
	b.config.Log.Log(context.Background(), level, text, "provider", b.config.Name,
		"month", string(b.month), "characters", b.total, "budget", b.config.Budget)
}
