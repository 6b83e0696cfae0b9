package checker_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"dentalk/test/contract/checker"
	"dentalk/test/servers"
)

// The seeds are shared out to clusters that run side by side: most of a round waits for the leases
// of enrichments whose instance was killed.
const (
	seeds    = 10
	clusters = 5
	rate     = 5 // messages a second in each
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestContract plays ten seeds with short rounds. For long ones: go run ./test/contract -duration 30m.
func TestContract(t *testing.T) {
	servers.NeedAll(t)
	dir := t.TempDir()
	binary, err := checker.Build(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	defer group.Wait()
	for n := range clusters {
		options := checker.Defaults()
		options.Binary, options.Dir, options.Progress = binary, filepath.Join(dir, fmt.Sprint("cluster-", n+1)), os.Stderr
		options.Rate, options.Duration = rate, 15*time.Second
		group.Go(func() {
			if err := play(t, options, uint64(n+1)); err != nil {
				t.Error(err)
			}
		})
	}
}

// play runs the seeds of one cluster.
func play(t *testing.T, options checker.Options, first uint64) error {
	cluster, err := checker.NewCluster(t.Context(), options)
	if err != nil {
		return err
	}
	defer cluster.Stop()
	for seed := first; seed <= seeds; seed += clusters {
		result, err := cluster.Round(t.Context(), seed)
		if err != nil {
			return fmt.Errorf("seed %d: %w", seed, err)
		}
		checker.Table(t.Output(), []checker.Result{result})
		if !result.Passed() {
			t.Errorf("seed %d: %d violations; see above", seed, len(result.Violations))
		}
	}
	return nil
}
