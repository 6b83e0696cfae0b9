package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"

	"dentalk/domain"
)

// tally counts records and sums them up, in their order.
type tally struct {
	count int64
	sum   [sha256.Size]byte
}

func (t *tally) add(encoded []byte) {
	t.count++
	t.sum = sha256.Sum256(append(t.sum[:], encoded...))
}

// roomTally is over the room with its participants, its messages and its read markers.
type roomTally struct {
	tally
	orderID  string
	messages int64
}

// contents sum up what a store holds.
type contents struct {
	kinds map[domain.RecordKind]tally
	rooms map[domain.ID]roomTally
}

// verify compares the stores, prints the outcome and fails when they differ.
func (m *migration) verify(ctx context.Context) error {
	source, err := m.sumUp(ctx, m.from, "source")
	if err != nil {
		return err
	}
	target, err := m.sumUp(ctx, m.to, "target")
	if err != nil {
		return err
	}
	return report(m.out, source, target)
}

func (m *migration) sumUp(ctx context.Context, e end, side string) (contents, error) {
	all := contents{kinds: make(map[domain.RecordKind]tally), rooms: make(map[domain.ID]roomTally)}
	for _, kind := range domain.RecordKinds() {
		extent, err := e.extent(ctx, kind)
		if err != nil {
			return contents{}, err
		}
		line := newTransfer(m.notes, "check "+side+" "+string(kind), extent.Count, 0)
		for record, err := range e.export(ctx, kind, "") {
			if err != nil {
				return contents{}, err
			}
			if err := all.add(kind, record); err != nil {
				return contents{}, e.failed(err)
			}
			line.add(1)
		}
		line.end()
	}
	return all, nil
}

// add encodes the record in one way, whatever store it is from: empty lists are as missing ones, and
// the keys of maps are in order.
func (c contents) add(kind domain.RecordKind, record domain.Record) error {
	encoded, err := json.Marshal(record, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("encode record %q: %w", record.Key, err)
	}
	ofKind := c.kinds[kind]
	ofKind.add(encoded)
	c.kinds[kind] = ofKind
	id := roomOf(record)
	if id == "" {
		return nil
	}
	room := c.rooms[id]
	room.add(encoded)
	if record.Room != nil {
		room.orderID = record.Room.OrderID
	}
	if record.Message != nil {
		room.messages++
	}
	c.rooms[id] = room
	return nil
}

// roomOf tells which room a record belongs to; empty for none.
func roomOf(record domain.Record) domain.ID {
	switch {
	case record.Room != nil:
		return record.Room.ID
	case record.Message != nil:
		return record.Message.RoomID
	case record.ReadMarker != nil:
		return record.ReadMarker.RoomID
	}
	return ""
}

// everyRoom sums up the sums of the rooms.
func (c contents) everyRoom() tally {
	var all tally
	for _, id := range c.roomIDs() {
		sum := c.rooms[id].sum
		all.add(append([]byte(id), sum[:]...))
	}
	return all
}

func (c contents) roomIDs() []domain.ID { return slices.Sorted(maps.Keys(c.rooms)) }
