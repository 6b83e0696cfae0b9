package checker

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// Result is the outcome of one round.
type Result struct {
	Seed         uint64        `json:"seed"`
	Seconds      float64       `json:"seconds"`
	Acknowledged int           `json:"acknowledged"`
	Requests     int           `json:"requests"` // that the acknowledged messages took
	Followers    int           `json:"followers"`
	Counts       counts        `json:"counts"`
	Delays       Delays        `json:"delaysMs"`
	Faults       map[Fault]int `json:"faults"`
	Violations   []violation   `json:"violations"`
}

// Delays are from a commit to its subscribers, with all faults and reconnects in them, in
// milliseconds.
type Delays struct {
	Median int64 `json:"median"`
	P99    int64 `json:"p99"`
	Max    int64 `json:"max"`
}

// Passed tells whether the contract held.
func (r Result) Passed() bool { return len(r.Violations) == 0 }

func (r *round) result() Result {
	acknowledged, tries := r.ledger.count()
	result := Result{
		Seed: r.seed, Seconds: time.Since(r.begun).Seconds(), Acknowledged: acknowledged, Requests: tries,
		Followers: len(r.followers), Faults: r.saboteur.counts(), Violations: r.report.found(),
	}
	var delays []time.Duration
	for _, one := range r.followers {
		counts, some := one.watch().summary()
		result.Counts.add(counts)
		delays = append(delays, some...)
	}
	slices.Sort(delays)
	if n := len(delays); n > 0 {
		result.Delays = Delays{
			Median: delays[n/2].Milliseconds(), P99: delays[n*99/100].Milliseconds(), Max: delays[n-1].Milliseconds(),
		}
	}
	return result
}

func (s *saboteur) counts() map[Fault]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.done
}

// Table prints the results, one line a seed.
func Table(out io.Writer, results []Result) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "seed\tseconds\tfaults\tacknowledged\trequests\tdeliveries\trepeats\treconnects\tresyncs\tdelay: median\t99 %\tmax\tviolations\t")
	for _, one := range results {
		faults := 0
		for _, n := range one.Faults {
			faults += n
		}
		fmt.Fprintf(table, "%d\t%.0f\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d ms\t%d ms\t%d ms\t%d\t\n",
			one.Seed, one.Seconds, faults, one.Acknowledged, one.Requests, one.Counts.Deliveries, one.Counts.Repeats,
			max(0, one.Counts.Connects-one.Followers), one.Counts.Resyncs, one.Delays.Median, one.Delays.P99, one.Delays.Max, len(one.Violations))
	}
	_ = table.Flush()
}
