package checker_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"dentalk/test/contract/checker"
	"dentalk/test/servers"
)

// The seeds are shared out to clusters that run side by side: a round waits more than it works.
const (
	seeds    = 10
	clusters = 2
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestContract plays ten seeds with short rounds. For long ones: go run ./test/contract -duration 30m.
func TestContract(t *testing.T) {
	servers.NeedAll(t)
	binary, err := checker.Build(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for n := range clusters {
		t.Run(fmt.Sprint("cluster-", n+1), func(t *testing.T) {
			t.Parallel()
			options := checker.Defaults()
			options.Binary, options.Dir, options.Duration, options.Progress = binary, t.TempDir(), 15*time.Second, os.Stderr
			cluster, err := checker.NewCluster(t.Context(), options)
			if err != nil {
				t.Fatal(err)
			}
			defer cluster.Stop()
			for seed := uint64(n + 1); seed <= seeds; seed += clusters {
				result, err := cluster.Round(t.Context(), seed)
				if err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				checker.Table(t.Output(), []checker.Result{result})
				if !result.Passed() {
					t.Errorf("seed %d: %d violations; see above", seed, len(result.Violations))
				}
			}
		})
	}
}
