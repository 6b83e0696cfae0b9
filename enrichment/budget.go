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
// the store's, so that instances count together; it is written at most once a second and may lag
// behind by what was sent in that second, and a process that is killed loses as much of it.
type budget struct {
	config GuardConfig

	mu      sync.Mutex
	month   domain.Month
	total   int64        // characters of the month, as last read, and since then of this process
	unsaved domain.Usage // of this process
	saved   time.Time    // of the last write or read
	told    float64      // share of the budget that was last told to the log
}

// saveEvery is how often the count is written.
const saveEvery = time.Second

var errBudget = errors.New("the budget of this month is used up")

func newBudget(config GuardConfig) *budget { return &budget{config: config} }

// allow tells whether so many characters may still be sent.
func (b *budget) allow(ctx context.Context, characters int64) error {
	if b.config.Budget <= 0 {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.exchange(ctx)
	if b.total+characters > b.config.Budget {
		b.tell(1)
		return errBudget
	}
	return nil
}

// spend counts what was sent.
func (b *budget) spend(ctx context.Context, characters int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.total += characters
	b.unsaved.Calls++
	b.unsaved.Characters += characters
	b.exchange(ctx)
	b.tellShare()
}

// exchange writes what was counted here and reads what all instances have counted, if it is time to.
// A store that fails costs nothing but accuracy: what is unsaved is written later.
func (b *budget) exchange(ctx context.Context) {
	now := b.config.Now()
	month := domain.MonthOf(now)
	if month == b.month && now.Sub(b.saved) < saveEvery {
		return
	}
	if b.month == "" {
		b.month = month
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	total, err := b.config.Usage.AddUsage(ctx, b.month, b.config.Name, b.unsaved)
	b.saved = now
	if err != nil {
		b.config.Log.Warn("enrichment: count usage", "provider", b.config.Name, "error", err)
		return
	}
	b.unsaved, b.total = domain.Usage{}, total.Characters
	if month != b.month { // a new month begins
		b.month, b.total, b.told, b.saved = month, 0, 0, time.Time{}
	}
}

// tellShare tells of the first four fifths and of the end.
func (b *budget) tellShare() {
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
	level, told := slog.LevelWarn, 0.8
	if share >= 1 {
		level, told = slog.LevelError, 1
	}
	if b.told >= told {
		return
	}
	b.told = told
	b.config.Log.Log(context.Background(), level, "enrichment: monthly budget of provider", "provider", b.config.Name,
		"month", string(b.month), "characters", b.total, "budget", b.config.Budget)
}
