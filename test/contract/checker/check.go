package checker

import (
	"context"
	"fmt"
)

// check holds what was stored and what was seen against the contract. An error means that it could
// not be read.
func (r *round) check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, r.cluster.options.Settle)
	defer cancel()
	histories, err := r.histories(ctx)
	if err != nil {
		return err
	}
	for _, room := range r.world.rooms {
		r.checkHistory(room, histories[room])
	}
	r.checkAcknowledged(histories)
	for _, one := range r.followers {
		r.checkDeliveries(one.watch(), histories)
	}
	for _, user := range r.world.users {
		if err := r.checkRooms(ctx, user, histories); err != nil {
			return err
		}
	}
	for _, one := range r.readers {
		if err := r.checkUnread(ctx, one, histories); err != nil {
			return err
		}
	}
	return nil
}

// checkHistory holds that the history counts 1, 2, 3 …, that ids rise with it, that each message
// was sent, and that it is there once.
func (r *round) checkHistory(room string, history []message) {
	sent := r.ledger.all()
	keys := map[string]int64{}
	lastID := ""
	for i, one := range history {
		if one.Seq != int64(i+1) {
			r.broken("seq is gapless from 1", room, one.Seq, "position %d has it", i+1)
		}
		if one.ID <= lastID {
			r.broken("ids rise with seq", room, one.Seq, "%s comes after %s", one.ID, lastID)
		}
		lastID = one.ID
		if first, twice := keys[one.ClientMessageID]; twice {
			r.broken("a key commits one message", room, one.Seq, "%s is at seq %d too", one.ClientMessageID, first)
		}
		keys[one.ClientMessageID] = one.Seq
		origin, known := sent[one.ClientMessageID]
		if !known || origin.room != room || origin.user != one.UserID || origin.text != one.Content.Text {
			r.broken("nothing is stored that was not sent", room, one.Seq, "%s holds %q", one.ClientMessageID, one.Content.Text)
		}
		if !one.isEnriched() {
			r.broken("every message is enriched", room, one.Seq, "%s is pending", one.ClientMessageID)
		}
	}
}

// checkAcknowledged holds that each acknowledgement is true for ever.
func (r *round) checkAcknowledged(histories map[string][]message) {
	for key, one := range r.ledger.all() {
		if !one.acknowledged {
			continue // reported when its writer gave up
		}
		history := histories[one.room]
		if one.seq < 1 || one.seq > int64(len(history)) {
			r.broken("what was acknowledged is stored", one.room, one.seq, "%s is not in the history of %d messages", key, len(history))
			continue
		}
		found := history[one.seq-1]
		if found.ID != one.id || found.ClientMessageID != key {
			r.broken("what was acknowledged is stored", one.room, one.seq, "%s was acknowledged as %s; there is %s with key %s", key, one.id, found.ID, found.ClientMessageID)
		}
	}
}

// checkDeliveries holds that the observer saw exactly what it may see of its rooms, in order.
func (r *round) checkDeliveries(o *observer, histories map[string][]message) {
	expected := r.expected(o, histories)
	o.mu.Lock()
	defer o.mu.Unlock()
	for room := range o.seen {
		if _, ok := expected[room]; !ok && len(o.seen[room].messages) > 0 {
			o.violation("nobody sees what is not theirs", o.seen[room].messages[0], "the room is not the caller's")
		}
	}
	untold := 0
	for room, history := range expected {
		seen := o.of(room).messages
		for i, one := range history {
			if i >= len(seen) {
				o.violation("every subscriber sees the whole history", one, fmt.Sprintf("it never came; %d of %d did", len(seen), len(history)))
				break
			}
			if seen[i].ID != one.ID || seen[i].Seq != one.Seq {
				o.violation("every subscriber sees the whole history", one, fmt.Sprintf("seq %d came in its place", seen[i].Seq))
				break
			}
			if untold == 0 && !o.enriched[one.ID] {
				untold++ // one tells enough
				o.violation("every subscriber is told of every enrichment", one, "nothing was told")
			}
		}
		if len(seen) > len(history) {
			o.violation("every subscriber sees the whole history", seen[len(history)], "it is not in the history")
		}
	}
}

func (r *round) broken(rule, room string, seq int64, format string, args ...any) {
	r.report.violation(violation{Rule: rule, Room: room, Seq: seq, Detail: fmt.Sprintf(format, args...)})
}
