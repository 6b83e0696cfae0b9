package checker

import (
	"context"
	"fmt"
	"os"
	"time"
)

// tellProgress prints a line every second, over the one before on a terminal; elsewhere every ten
// seconds.
func (r *round) tellProgress(ctx context.Context) {
	out := r.cluster.options.Progress
	every, format := 10*time.Second, "%s\n"
	if file, ok := out.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			every, format = time.Second, "\r\033[K%s"
			defer fmt.Fprintln(out)
		}
	}
	for pause(ctx, every) == nil {
		fmt.Fprintf(out, format, r.progress())
	}
}

func (r *round) progress() string {
	acknowledged, _ := r.ledger.count()
	var all counts
	for _, one := range r.followers {
		counts, _ := one.watch().summary()
		all.add(counts)
	}
	return fmt.Sprintf("seed %d  %3.0f s  %5d acknowledged  %6d deliveries  %4d reconnects  %s",
		r.seed, time.Since(r.begun).Seconds(), acknowledged, all.Deliveries, max(0, all.Connects-len(r.followers)), r.saboteur.current())
}
