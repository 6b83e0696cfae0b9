package repositorytest

import (
	"fmt"
	"sync/atomic"
	"time"

	"dentalk/domain"
)

var glossaryRules = []rule{
	{"changes of the glossary are listed by version, after one and up to a limit", glossaryListed},
	{"only the next version is taken", glossaryNext},
	{"a change of thousands of terms is stored whole", glossaryLarge},
	{"of several who append the same version one wins", glossaryRace},
}

func (w *world) glossaryChange(version int64) domain.GlossaryChange {
	return domain.GlossaryChange{
		Version: version, At: w.now(), UserID: w.id(), UserName: "operator",
		Set: []domain.GlossaryTerm{
			{
				Term: "zirconia crown", Category: "material", Translations: map[string]string{"ko": "지르코니아 크라운", "es": "corona de circonio"},
				Synonyms: map[string][]string{"en": {"Zr crown", "zirconia cap"}, "ko": {"지르코니아"}},
			},
			{Term: fmt.Sprint("term ", version)},
		},
		Removed: []string{"old term", "ältester"},
	}
}

func (w *world) appendChange(change domain.GlossaryChange) {
	w.Helper()
	w.must(w.store.AppendGlossaryChange(w.ctx, change))
}

func (w *world) glossaryChanges(after int64, limit int) []domain.GlossaryChange {
	w.Helper()
	changes, err := w.store.GlossaryChanges(w.ctx, after, limit)
	w.must(err)
	return changes
}

func glossaryListed(w *world) {
	w.same("of nothing", w.glossaryChanges(0, 10), []domain.GlossaryChange(nil))
	var want []domain.GlossaryChange
	for version := range int64(12) {
		want = append(want, w.glossaryChange(version+1))
		w.appendChange(want[version])
		w.clock.advance(time.Second)
	}
	w.same("all", w.glossaryChanges(0, 20), want)
	w.same("first", w.glossaryChanges(0, 2), want[:2])
	w.same("after some", w.glossaryChanges(9, 2), want[9:11])
	w.same("after the last", w.glossaryChanges(12, 2), []domain.GlossaryChange(nil))
}

func glossaryNext(w *world) {
	refuse := func(versions ...int64) {
		w.Helper()
		for _, version := range versions {
			w.fails(w.store.AppendGlossaryChange(w.ctx, w.glossaryChange(version)), domain.KindConflict, "glossary_changed")
		}
	}
	refuse(-1, 0, 2)
	finer := w.glossaryChange(1)
	finer.At, finer.Set, finer.Removed = w.clock.Now().In(time.FixedZone("KST", 9*60*60)), nil, nil
	w.appendChange(finer)
	refuse(-1, 0, 1, 3)
	got := w.glossaryChanges(0, 10)
	finer.At = w.now()
	w.same("changes", got, []domain.GlossaryChange{finer})
	w.same("zone", got[0].At.Location().String(), "UTC")
}

func glossaryLarge(w *world) {
	want := w.glossaryChange(1)
	for i := range 5000 {
		want.Set = append(want.Set, domain.GlossaryTerm{
			Term: fmt.Sprint("porcelain veneer ", i), Category: "prosthesis",
			Translations: map[string]string{"ko": fmt.Sprint("라미네이트 ", i), "es": fmt.Sprint("carilla ", i)},
		})
	}
	w.appendChange(want)
	w.same("changes", w.glossaryChanges(0, 1), []domain.GlossaryChange{want})
}

func glossaryRace(w *world) {
	w.appendTogether(func(int) domain.Store { return w.store })
}

// appendTogether lets several append each version, and checks that the winner's is stored.
func (w *world) appendTogether(store func(i int) domain.Store) {
	w.Helper()
	const versions, writers = 5, 6
	for version := range int64(versions) {
		changes := make([]domain.GlossaryChange, writers)
		for i := range changes {
			changes[i] = w.glossaryChange(version + 1)
		}
		var winners atomic.Int32
		var winner atomic.Int32
		together(writers, func(i int) {
			err := store(i).AppendGlossaryChange(w.ctx, changes[i])
			switch {
			case err == nil:
				winners.Add(1)
				winner.Store(int32(i))
			case domain.CodeOf(err) != "glossary_changed":
				w.Errorf("append: %v", err)
			}
		})
		w.same("winners", winners.Load(), int32(1))
		w.same("stored", w.glossaryChanges(version, 10), changes[winner.Load():winner.Load()+1])
	}
}
