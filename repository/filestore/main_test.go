package filestore_test

import (
	"context"
	"fmt"
	"net/http/httputil"
	"os"
	"testing"

	"go.uber.org/goleak"

	"dentalk/domain"
	"dentalk/repository/filestore"
	"dentalk/test/servers"
)

func TestMain(m *testing.M) {
	if url, dir := os.Getenv(writerURL), os.Getenv(writerDir); url != "" || dir != "" {
		fmt.Fprintln(os.Stderr, writeForever(url, dir))
		os.Exit(1)
	}
	code := m.Run()
	if err := goleak.Find(); code == 0 && err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// place is what Open takes.
type place struct{ url, dir string }

func (p place) open(t testing.TB) domain.FileStore {
	t.Helper()
	store, err := filestore.Open(t.Context(), p.url, p.dir)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// onEach runs the test on an empty store of each kind.
func onEach(t *testing.T, test func(t *testing.T, p place)) {
	t.Run("Disk", func(t *testing.T) { test(t, place{dir: t.TempDir()}) })
	t.Run("S3", func(t *testing.T) { test(t, place{url: servers.S3(t).URL()}) })
	t.Run("S3 with TLS", func(t *testing.T) { test(t, through(t, &httputil.ReverseProxy{}, servers.S3(t), true)) })
}

// id gives different IDs for different numbers.
func id(number int) domain.ID { return domain.ID(fmt.Sprintf("65f0c3a1%016x", number)) }

func wantKind(t testing.TB, want domain.Kind, err error) {
	t.Helper()
	if err == nil || domain.KindOf(err) != want {
		t.Errorf("got kind %d, want %d: %v", domain.KindOf(err), want, err)
	}
}

// wantNone wants that the store does not find the file.
func wantNone(t testing.TB, store domain.FileStore, id domain.ID) {
	t.Helper()
	file, err := store.Open(context.WithoutCancel(t.Context()), id)
	if err == nil {
		file.Close()
	}
	wantKind(t, domain.KindNotFound, err)
}
