package checker

import (
	"context"
	"fmt"
	"time"
)

// betweenLooks is short enough for a person who waits and long enough for FerretDB.
const betweenLooks = 500 * time.Millisecond

// until waits until nothing is missing. What is missing when the time is over becomes the error.
func (r *round) until(ctx context.Context, what string, missing func(context.Context) (string, error)) error {
	for {
		text, err := missing(ctx)
		if text == "" && err == nil {
			return nil
		}
		if pause(ctx, betweenLooks) != nil {
			return fmt.Errorf("wait until %s: %s %w", what, text, err)
		}
	}
}

// settle waits until everything is quiet. A violation tells what never came; the checks that
// follow tell more.
func (r *round) settle(ctx context.Context) error {
	bounded, cancel := context.WithTimeout(ctx, r.cluster.options.Settle)
	defer cancel()
	for _, one := range []struct {
		what    string
		missing func(context.Context) (string, error)
	}{
		{"every instance is ready", r.instancesNotReady},
		{"every message is enriched", r.messagesPending},
		{"every subscriber has everything", r.deliveriesMissing},
	} {
		err := r.until(bounded, one.what, one.missing)
		if ctx.Err() != nil {
			return err
		}
		if err != nil {
			r.report.violation(violation{Rule: one.what + " in the end", Detail: err.Error()})
			return nil
		}
	}
	return nil
}

func (r *round) notReady(context.Context) (string, error) {
	for _, one := range r.followers {
		if !one.watch().isReady() {
			return one.watch().name, nil
		}
	}
	return "", nil
}

func (r *round) instancesNotReady(ctx context.Context) (string, error) {
	for _, one := range r.cluster.instances {
		if err := one.ready(ctx); err != nil {
			return one.name, err
		}
	}
	return "", nil
}

func (r *round) messagesPending(ctx context.Context) (string, error) {
	pending, where := 0, ""
	for _, room := range r.world.rooms {
		history, err := r.world.operator.history(ctx, room, 0)
		if err != nil {
			return "", err
		}
		for _, one := range history {
			if !one.isEnriched() {
				pending++
				where = fmt.Sprintf("such as seq %d of room %s", one.Seq, room)
			}
		}
	}
	if pending == 0 {
		return "", nil
	}
	return fmt.Sprintf("%d messages are pending, %s", pending, where), nil
}

func (r *round) deliveriesMissing(ctx context.Context) (string, error) {
	histories, err := r.histories(ctx)
	if err != nil {
		return "", err
	}
	for _, one := range r.followers {
		if text := one.watch().missing(r.expected(one.watch(), histories)); text != "" {
			return text, nil
		}
	}
	return "", nil
}

// missing tells what the observer has not seen, or has not seen enriched.
func (o *observer) missing(expected map[string][]message) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	for room, history := range expected {
		s := o.of(room)
		for _, one := range history {
			switch {
			case !s.seqs[one.Seq]:
				return fmt.Sprintf("%s has not seen seq %d of room %s", o.name, one.Seq, room)
			case !o.enriched[one.ID]:
				return fmt.Sprintf("%s has not been told of the enrichment of seq %d of room %s", o.name, one.Seq, room)
			}
		}
	}
	return ""
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
