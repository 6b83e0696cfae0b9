package repositorytest

import (
	"context"
	"slices"
	"testing"
	"time"

	"dentalk/domain"
)

// archiveRules are of the stores that are a domain.Archive. Each has a second store, the copy.
var archiveRules = []struct {
	name string
	hold func(w *world, full fullStore, to archive)
}{
	{"an export is what was written", exportWhole},
	{"an export goes on after a key and may be left", exportParts},
	{"a copy exports the same and gives the same answers", copySame},
	{"importing again changes nothing", importAgain},
	{"an import that was cut goes on after the last key", importCut},
	{"a copy is written on", copyWrittenOn},
	{"how far a migration has come is remembered", migrationRemembered},
	{"a context that has ended gives KindUnavailable", archiveContexts},
}

// archive is a store that can be moved.
type archive interface {
	domain.Store
	domain.Archive
}

func (w *world) archive() archive {
	w.Helper()
	a, ok := w.store.(archive)
	if !ok {
		w.Fatal("the store is no archive")
	}
	return a
}

// runArchive checks the stores that open makes, if they can be moved.
func runArchive(t *testing.T, open Open) {
	if _, ok := newWorld(t, open).store.(domain.Archive); !ok {
		return
	}
	for _, one := range archiveRules {
		t.Run(one.name, func(t *testing.T) {
			w := newWorld(t, open)
			to := &world{T: t, store: open(t, w.clock.Now)}
			one.hold(w, w.fill(), to.archive())
		})
	}
}

// importAtOnce is few, so that rooms and senders go on from one import to the next.
const importAtOnce = 3

func (w *world) export(from domain.Archive, kind domain.RecordKind, after string) []domain.Record {
	w.Helper()
	var records []domain.Record
	for record, err := range from.Export(w.ctx, kind, after) {
		w.must(err)
		records = append(records, record)
	}
	return records
}

func (w *world) exportAll(from domain.Archive) map[domain.RecordKind][]domain.Record {
	w.Helper()
	all := make(map[domain.RecordKind][]domain.Record)
	for _, kind := range domain.RecordKinds() {
		all[kind] = w.export(from, kind, "")
	}
	return all
}

func (w *world) importAll(to domain.Archive, all map[domain.RecordKind][]domain.Record) {
	w.Helper()
	for _, kind := range domain.RecordKinds() {
		w.importSome(to, kind, all[kind])
	}
}

func (w *world) importSome(to domain.Archive, kind domain.RecordKind, records []domain.Record) {
	w.Helper()
	for some := range slices.Chunk(records, importAtOnce) {
		w.must(to.Import(w.ctx, kind, some))
	}
}

func (w *world) extent(of domain.Archive, kind domain.RecordKind) domain.Extent {
	w.Helper()
	extent, err := of.Extent(w.ctx, kind)
	w.must(err)
	return extent
}

func exportWhole(w *world, full fullStore, to archive) {
	exported := w.exportAll(w.archive())
	for _, kind := range domain.RecordKinds() {
		w.same(string(kind), exported[kind], full.records[kind])
		last := exported[kind][len(exported[kind])-1].Key
		w.same("extent", w.extent(w.archive(), kind), domain.Extent{Count: int64(len(exported[kind])), Last: last})
		w.same("extent of nothing", w.extent(to, kind), domain.Extent{})
		w.same("export of nothing", w.export(to, kind, ""), []domain.Record(nil))
	}
}

func exportParts(w *world, full fullStore, _ archive) {
	for _, kind := range domain.RecordKinds() {
		all := full.records[kind]
		for i, record := range all {
			w.same(string(kind), w.export(w.archive(), kind, record.Key), all[i+1:])
		}
		for range 20 { // more often than a store has connections
			for record, err := range w.archive().Export(w.ctx, kind, "") {
				w.must(err)
				w.same("first", record, all[0])
				break
			}
		}
	}
}

func copySame(w *world, full fullStore, to archive) {
	w.importAll(to, w.exportAll(w.archive()))
	w.same("records", w.exportAll(to), full.records)
	w.clock.advance(2 * lease)
	want, got := full.answers(w, w.store), full.answers(w, to)
	for question := range want {
		w.same(question, got[question], want[question])
	}
}

func importAgain(w *world, full fullStore, to archive) {
	w.importAll(to, full.records)
	w.importAll(to, full.records)
	w.same("records", w.exportAll(to), full.records)
	w.same("answers", full.questions(w, to), full.questions(w, w.store))
}

func importCut(w *world, full fullStore, to archive) {
	for _, kind := range domain.RecordKinds() {
		half := full.records[kind][:len(full.records[kind])/2]
		w.importSome(to, kind, half)
		w.importSome(to, kind, w.export(w.archive(), kind, w.extent(to, kind).Last))
		w.importSome(to, kind, half)
	}
	w.same("records", w.exportAll(to), full.records)
	w.same("answers", full.questions(w, to), full.questions(w, w.store))
}

// copyWrittenOn turns the clock back, so that only what was imported makes the IDs rise.
func copyWrittenOn(w *world, full fullStore, to archive) {
	w.importAll(to, full.records)
	w.clock.advance(-24 * time.Hour)
	before, unread := w.view(full.busy, eyes(full.operator)), w.view(full.busy, eyes(full.clinic)).UnreadCount
	w.store = to
	next := w.post(full.busy, full.lab, "after the move")
	w.same("seq", next.Seq, before.LastSeq+1)
	if last := w.extent(to, domain.RecordMessage).Last; last != string(next.ID) {
		w.Fatalf("message %s comes before %s, which was imported", next.ID, last)
	}
	if activity := w.view(full.silent, eyes(full.operator)).Activity; next.ID <= activity {
		w.Fatalf("message %s comes before room %s, which was imported", next.ID, activity)
	}
	w.same("unread", w.view(full.busy, eyes(full.clinic)).UnreadCount, unread+1)
	first := w.room(full.clinic)
	w.same("seq of a new room", w.post(first, full.clinic, "hello").Seq, int64(1))
}

func migrationRemembered(w *world, _ fullStore, to archive) {
	for _, want := range []*domain.Migration{nil, {From: "sqlite:/old"}, {From: "sqlite:/old", Done: true}} {
		if want != nil {
			w.must(to.SetMigration(w.ctx, *want))
		}
		got, err := to.Migration(w.ctx)
		w.must(err)
		w.same("migration", got, want)
	}
}

func archiveContexts(w *world, full fullStore, to archive) {
	ctx, cancel := context.WithCancel(w.ctx)
	cancel()
	check := func(call string, err error) {
		if domain.KindOf(err) != domain.KindUnavailable {
			w.Errorf("%s gives %v, which is not KindUnavailable", call, err)
		}
	}
	for _, kind := range domain.RecordKinds() {
		var errs []error
		for _, err := range w.archive().Export(ctx, kind, "") {
			errs = append(errs, err)
		}
		w.same("steps of an export", len(errs), 1)
		check("Export", errs[0])
		_, err := to.Extent(ctx, kind)
		check("Extent", err)
		check("Import", to.Import(ctx, kind, full.records[kind]))
	}
	_, err := to.Migration(ctx)
	check("Migration", err)
	check("SetMigration", to.SetMigration(ctx, domain.Migration{From: "sqlite:/old"}))
}
