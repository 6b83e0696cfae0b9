package volatilestore

import (
	"context"
	"time"

	"dentalk/domain"
)

type failures struct {
	domain.Failures
	until time.Time
}

// at gives what is known at a time: nothing once the failures are forgotten.
func (f failures) at(now time.Time) domain.Failures {
	if !now.Before(f.until) {
		return domain.Failures{}
	}
	return f.Failures
}

// Failures never fails.
func (m *Memory) Failures(_ context.Context, now time.Time, keys ...string) ([]domain.Failures, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	counts := make([]domain.Failures, len(keys))
	for i, key := range keys {
		known, _ := m.failures.Get(key)
		counts[i] = known.at(domain.Milliseconds(now))
	}
	return counts, nil
}

// AddFailure never fails.
func (m *Memory) AddFailure(_ context.Context, now time.Time, life time.Duration, keys ...string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	now = domain.Milliseconds(now)
	for _, key := range keys {
		known, _ := m.failures.Get(key)
		next := domain.Failures{Count: known.at(now).Count + 1, Last: now}
		m.failures.Add(key, failures{Failures: next, until: now.Add(life)})
	}
	return nil
}

// ForgetFailures never fails.
func (m *Memory) ForgetFailures(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failures.Remove(key)
	return nil
}

// Take never fails.
func (m *Memory) Take(_ context.Context, now time.Time, key string, perMinute int) (domain.Allowance, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	full, _ := m.buckets.Get(key)
	fill := max(0, full.Sub(now))
	taken := fill+interval(perMinute) <= time.Minute
	if taken {
		fill += interval(perMinute)
		m.buckets.Add(key, now.Add(fill))
	}
	return allowance(taken, fill, perMinute), nil
}
