package enrichment_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"dentalk/domain"
)

// queue is a domain.EnrichmentStore in memory, with the leases of a real one.
type queue struct {
	mu      sync.Mutex
	entries map[domain.ID]*queued
	claims  int // calls of ClaimEnrichments
	leases  int
}

type queued struct {
	task  domain.EnrichmentTask
	due   time.Time
	saves []saved
}

// saved is one save of a message that was not refused.
type saved struct {
	at      time.Time
	result  domain.EnrichmentResult
	message domain.Message
}

func newQueue() *queue { return &queue{entries: map[domain.ID]*queued{}} }

// post commits a pending message.
func (q *queue) post(id domain.ID, language, text string, targets ...string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := time.Now()
	q.entries[id] = &queued{due: now, task: domain.EnrichmentTask{Targets: targets, Message: domain.Message{
		ID: id, RoomID: "room", Text: text, CreatedAt: now,
		Enrichment: domain.Enrichment{State: domain.EnrichmentPending, Language: language},
	}}}
}

func (q *queue) postMany(count int, language string, targets ...string) {
	for i := range count {
		q.post(domain.ID(fmt.Sprintf("%05d", i)), language, fmt.Sprintf("text %d", i), targets...)
	}
}

func (q *queue) ClaimEnrichments(ctx context.Context, claim domain.Claim) ([]domain.EnrichmentTask, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.claims++
	now := time.Now()
	var due []*queued
	for _, id := range slices.Sorted(maps.Keys(q.entries)) {
		entry := q.entries[id]
		if claim.First && entry.task.Attempt > 0 {
			continue
		}
		if q.pending(entry) && !entry.due.After(now) {
			due = append(due, entry)
		}
	}
	slices.SortStableFunc(due, func(a, b *queued) int {
		if claim.First {
			a, b = b, a
		}
		return a.due.Compare(b.due)
	})
	var tasks []domain.EnrichmentTask
	for _, entry := range due[:min(claim.Limit, len(due))] {
		q.leases++
		entry.due = now.Add(claim.Lease)
		entry.task.Lease = fmt.Sprint(q.leases)
		entry.task.Attempt++
		tasks = append(tasks, entry.task)
	}
	return tasks, nil
}

func (q *queue) SaveEnrichments(ctx context.Context, results []domain.EnrichmentResult) ([]domain.Message, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	var messages []domain.Message
	for _, result := range results {
		entry := q.entries[result.MessageID]
		if entry.task.Lease != result.Lease {
			continue
		}
		entry.task.Lease = ""
		if result.Unchanged {
			entry.due = result.RetryAt
			continue
		}
		entry.task.Message.Enrichment = result.Enrichment
		entry.due = result.RetryAt
		entry.saves = append(entry.saves, saved{time.Now(), result, entry.task.Message})
		messages = append(messages, entry.task.Message)
	}
	return messages, nil
}

func (q *queue) ChangeEnrichment(_ context.Context, _, id domain.ID, change func(domain.Message) (domain.Enrichment, error)) (domain.Message, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	entry := q.entries[id]
	changed, err := change(entry.task.Message)
	if err != nil {
		return domain.Message{}, err
	}
	entry.task.Message.Enrichment, entry.task.Lease, entry.due = changed, "", time.Now()
	return entry.task.Message, nil
}

func (q *queue) NextEnrichment(context.Context) (time.Time, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	var next time.Time
	for _, entry := range q.entries {
		if q.pending(entry) && (next.IsZero() || entry.due.Before(next)) {
			next = entry.due
		}
	}
	return next, nil
}

func (q *queue) pending(entry *queued) bool {
	return entry.task.Message.Enrichment.State == domain.EnrichmentPending
}

// saves gives the saves of a message so far.
func (q *queue) saves(id domain.ID) []saved {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Clone(q.entries[id].saves)
}

// enrichment gives what the message has.
func (q *queue) enrichment(id domain.ID) domain.Enrichment {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.entries[id].task.Message.Enrichment
}

// states counts the messages in each state.
func (q *queue) states() map[domain.EnrichmentState]int {
	q.mu.Lock()
	defer q.mu.Unlock()
	counts := map[domain.EnrichmentState]int{}
	for _, entry := range q.entries {
		counts[entry.task.Message.Enrichment.State]++
	}
	return counts
}

func (q *queue) claimed() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.claims
}

// cutOff is a queue whose saves fail or are late, as those of an instance that dies or hangs.
type cutOff struct {
	*queue
	late time.Duration // 0: saves never arrive
}

func (c *cutOff) SaveEnrichments(ctx context.Context, results []domain.EnrichmentResult) ([]domain.Message, error) {
	if c.late == 0 {
		return nil, fmt.Errorf("the network is cut")
	}
	time.Sleep(c.late)
	return c.queue.SaveEnrichments(context.WithoutCancel(ctx), results)
}
