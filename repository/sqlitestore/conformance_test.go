package sqlitestore_test

import (
	"testing"
	"time"

	"go.uber.org/goleak"

	"dentalk/domain"
	"dentalk/repository/repositorytest"
	"dentalk/repository/sqlitestore"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestConformance(t *testing.T) {
	repositorytest.Run(t, func(t *testing.T, now func() time.Time) domain.Store {
		return open(t, t.TempDir(), now)
	})
}

// open opens a store that is closed when the test ends.
func open(t testing.TB, dir string, now func() time.Time) *sqlitestore.Store {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), dir, sqlitestore.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}
