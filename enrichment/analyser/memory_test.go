package analyser_test

import (
	"runtime"
	"testing"
)

// The issue allows 20 MB: the model, the lexicon, and what the analysis of the longest text needs.
func TestMemory(t *testing.T) {
	const most = 20 << 20
	before := heap()
	a := newAnalyser(t)
	for _, row := range readHeldOut(t) {
		analyse(t, a, row.text)
	}
	used := int64(heap()) - int64(before)
	t.Logf("%.1f MB", float64(used)/(1<<20))
	if used > most {
		t.Errorf("%d bytes of memory, want %d at most", used, most)
	}
	runtime.KeepAlive(a)
}

// heap is what is in use after two collections: pools let go of what they hold in the second one.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
