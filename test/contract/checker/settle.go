package checker

import (
	"context"
	"fmt"
	"time"
)

const (
	// betweenLooks is short enough for a person who waits and long enough for FerretDB.
	betweenLooks = 500 * time.Millisecond
	// stalled is how long the number of missing things may stay the same: longer than everything that
	// repairs, such as leases of the enrichment and sweeps of the streams.
	stalled = 75 * time.Second
)

// missing is how much is missing, and an example.
type missing struct {
	count   int
	example string
}

func (m *missing) add(format string, args ...any) {
	if m.count++; m.count == 1 {
		m.example = fmt.Sprintf(format, args...)
	}
}

// until waits until nothing is missing. It gives up when the context ends, or when for long nothing
// has come, and then the error tells what is missing.
func until(ctx context.Context, look func(context.Context) (missing, error)) error {
	last, since := missing{}, time.Now()
	var lastErr error
	for {
		now, err := look(ctx)
		switch {
		case err == nil && now.count == 0:
			return nil
		case err != nil:
			lastErr = err
		case now.count != last.count:
			last, since = now, time.Now()
		}
		if time.Since(since) > stalled || pause(ctx, betweenLooks) != nil {
			return fmt.Errorf("%d are missing, such as: %s (last error: %v)", last.count, last.example, lastErr)
		}
	}
}

// settle waits until everything is quiet. A violation tells what never came; the checks that
// follow tell more.
func (r *round) settle(ctx context.Context) error {
	bounded, cancel := context.WithTimeout(ctx, r.cluster.options.Settle)
	defer cancel()
	for _, one := range []struct {
		rule string
		look func(context.Context) (missing, error)
	}{
		{"every instance is ready in the end", r.instancesNotReady},
		{"every message is enriched in the end", r.messagesPending},
		{"every subscriber has everything in the end", r.deliveriesMissing},
	} {
		err := until(bounded, one.look)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			r.report.violation(violation{Rule: one.rule, Detail: err.Error()})
			return nil
		}
	}
	return nil
}

func (r *round) notReady(context.Context) (m missing, err error) {
	for _, one := range r.followers {
		if !one.watch().isReady() {
			m.add("%s is not ready", one.watch().name)
		}
	}
	return m, nil
}

func (r *round) instancesNotReady(ctx context.Context) (m missing, err error) {
	for _, one := range r.cluster.instances {
		if err := one.ready(ctx); err != nil {
			m.add("%s: %v", one.name, err)
		}
	}
	return m, nil
}

func (r *round) messagesPending(ctx context.Context) (m missing, err error) {
	histories, err := r.histories(ctx)
	for room, history := range histories {
		for _, one := range history {
			if !one.isEnriched() {
				m.add("seq %d of room %s is pending", one.Seq, room)
			}
		}
	}
	return m, err
}

func (r *round) deliveriesMissing(ctx context.Context) (m missing, err error) {
	if r.final == nil {
		// Nobody writes any more, and everything is enriched: the histories stay as they are.
		if r.final, err = r.histories(ctx); err != nil {
			r.final = nil
			return m, err
		}
	}
	for _, one := range r.followers {
		one.watch().missing(r.expected(one.watch(), r.final), &m)
	}
	return m, nil
}

// missing tells what the observer has not seen, or has not seen enriched.
func (o *observer) missing(expected map[string][]message, m *missing) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for room, history := range expected {
		s := o.of(room)
		for _, one := range history {
			switch {
			case !s.seqs[one.Seq]:
				m.add("%s has not seen seq %d of room %s", o.name, one.Seq, room)
			case !o.enriched[one.ID]:
				m.add("%s was not told of the enrichment of seq %d of room %s", o.name, one.Seq, room)
			}
		}
	}
}

// histories reads all rooms as the operator sees them.
func (r *round) histories(ctx context.Context) (map[string][]message, error) {
	histories := map[string][]message{}
	for _, room := range r.world.rooms {
		history, err := r.world.operator.history(ctx, room, 0)
		if err != nil {
			return nil, err
		}
		histories[room] = history
	}
	return histories, nil
}

// expected is what the observer may see of the histories.
func (r *round) expected(o *observer, histories map[string][]message) map[string][]message {
	rooms := []string{o.room}
	if o.room == "" {
		rooms = r.world.roomsOf(o.caller)
	}
	expected := map[string][]message{}
	for _, room := range rooms {
		expected[room] = visible(histories[room], o.caller)
	}
	return expected
}
