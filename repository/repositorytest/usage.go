package repositorytest

import (
	"slices"

	"dentalk/domain"
)

var usageRules = []rule{
	{"usage adds up by month and provider", usageAdded},
	{"adding nothing reads", usageRead},
	{"of what many count at once nothing is lost", usageRace},
}

func (w *world) use(month domain.Month, provider string, more domain.Usage) domain.Usage {
	w.Helper()
	counted, err := w.store.AddUsage(w.ctx, month, provider, more)
	w.must(err)
	return counted
}

func usageAdded(w *world) {
	w.same("first", w.use("2026-03", "deepl", domain.Usage{Calls: 1, Characters: 1 << 40}), domain.Usage{Calls: 1, Characters: 1 << 40})
	w.same("next month", w.use("2026-04", "deepl", domain.Usage{Calls: 2}), domain.Usage{Calls: 2})
	w.same("another provider", w.use("2026-03", "papago", domain.Usage{Characters: 3}), domain.Usage{Characters: 3})
	w.same("second", w.use("2026-03", "deepl", domain.Usage{Calls: 4, Characters: 5}), domain.Usage{Calls: 5, Characters: 1<<40 + 5})
}

func usageRead(w *world) {
	w.same("of nothing", w.use("2026-03", "deepl", domain.Usage{}), domain.Usage{})
	w.use("2026-03", "deepl", domain.Usage{Calls: 1, Characters: 20})
	w.same("of something", w.use("2026-03", "deepl", domain.Usage{}), domain.Usage{Calls: 1, Characters: 20})
	w.same("of another month", w.use("2026-02", "deepl", domain.Usage{}), domain.Usage{})
}

func usageRace(w *world) {
	w.countTogether(func(int) domain.Store { return w.store })
}

// countTogether checks that each count is another one, so that exactly one caller sees a budget pass
// its limit.
func (w *world) countTogether(store func(i int) domain.Store) {
	w.Helper()
	const counters, each = 8, 10
	counts := make([][]int64, counters)
	together(counters, func(i int) {
		for range each {
			counted, err := store(i).AddUsage(w.ctx, "2026-03", "deepl", domain.Usage{Calls: 1, Characters: 7})
			if err != nil || counted.Characters != 7*counted.Calls {
				w.Errorf("count: %+v, %v", counted, err)
			}
			counts[i] = append(counts[i], counted.Calls)
		}
	})
	all := slices.Sorted(slices.Values(slices.Concat(counts...)))
	for i, count := range all {
		w.same("count", count, int64(i+1))
	}
	w.same("total", w.use("2026-03", "deepl", domain.Usage{}), domain.Usage{Calls: counters * each, Characters: 7 * counters * each})
}
