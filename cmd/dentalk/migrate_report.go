package main

import (
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"dentalk/domain"
)

// errDiffer means that the two stores do not hold the same.
var errDiffer = errors.New("the stores differ")

// mostNamed bounds the rooms that are named.
const mostNamed = 50

// report prints counts and checksums, names the rooms that differ, and fails when anything does.
func report(w io.Writer, source, target contents) error {
	_, err := fmt.Fprintf(w, "%-18s %10s %10s  %s\n", "", "source", "target", "checksum")
	for _, kind := range domain.RecordKinds() {
		err = errors.Join(err, printTally(w, string(kind), source.kinds[kind], target.kinds[kind]))
	}
	err = errors.Join(err, printTally(w, "room by room", source.everyRoom(), target.everyRoom()))
	for i, id := range differingRooms(source, target) {
		if i == mostNamed {
			_, more := fmt.Fprintln(w, "… and more")
			err = errors.Join(err, more)
			break
		}
		_, printed := fmt.Fprintf(w, "room %s of order %s differs: %d messages in the source, %d in the target\n",
			id, plain(orderOf(source, target, id)), source.rooms[id].messages, target.rooms[id].messages)
		err = errors.Join(err, printed)
	}
	return errors.Join(difference(source, target), err)
}

func printTally(w io.Writer, name string, source, target tally) error {
	verdict := short(source) + " in both"
	if source != target {
		verdict = short(source) + " and " + short(target) + " DIFFER"
	}
	_, err := fmt.Fprintf(w, "%-18s %10d %10d  %s\n", name, source.count, target.count, verdict)
	return err
}

func short(t tally) string { return hex.EncodeToString(t.sum[:8]) }

// differingRooms are those whose sums differ, or that only one store has.
func differingRooms(source, target contents) []domain.ID {
	ids := slices.Compact(slices.Sorted(slices.Values(append(source.roomIDs(), target.roomIDs()...))))
	return slices.DeleteFunc(ids, func(id domain.ID) bool { return source.rooms[id].tally == target.rooms[id].tally })
}

func differingKinds(source, target contents) []string {
	var names []string
	for _, kind := range domain.RecordKinds() {
		if source.kinds[kind] != target.kinds[kind] {
			names = append(names, string(kind))
		}
	}
	return names
}

// difference is the error of what differs; nil when nothing does.
func difference(source, target contents) error {
	kinds, rooms := differingKinds(source, target), differingRooms(source, target)
	if len(kinds) == 0 && len(rooms) == 0 {
		return nil
	}
	text := strings.Join(kinds, ", ")
	if len(rooms) > 0 {
		text += fmt.Sprintf("; rooms named above: %d", len(rooms))
	}
	return fmt.Errorf("%w: %s", errDiffer, text)
}

func orderOf(source, target contents, id domain.ID) string {
	return cmp.Or(source.rooms[id].orderID, target.rooms[id].orderID, "unknown")
}
