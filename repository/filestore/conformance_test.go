package filestore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"dentalk/domain"
)

func TestFilesComeBackAsTheyWere(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		store := p.open(t)
		for i, size := range []int64{0, 1, 1 << 16, 1<<16 + 1, 1 << 20} {
			content := randomBytes(t, size)
			put(t, store, id(i), content)
			wantContent(t, store, id(i), bytes.NewReader(content))
			wantContent(t, p.open(t), id(i), bytes.NewReader(content))
		}
	})
}

func TestFilesAreReadAtAnyPlace(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		store := p.open(t)
		content := randomBytes(t, 200_000)
		put(t, store, id(1), content)
		if err := iotest.TestReader(open(t, store, id(1)), content); err != nil {
			t.Error(err)
		}
	})
}

func TestReadsEndWithClose(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		store := p.open(t)
		put(t, store, id(1), []byte("content"))
		file := open(t, store, id(1))
		if err := file.Close(); err != nil {
			t.Error(err)
		}
		if n, err := file.Read(make([]byte, 1)); n != 0 || err == nil || err == io.EOF {
			t.Errorf("read %d bytes of a closed file, %v", n, err)
		}
		if _, err := file.Seek(0, io.SeekStart); err == nil {
			t.Error("there was a seek in a closed file")
		}
	})
}

func TestDeletedFilesAreNotFound(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		store := p.open(t)
		put(t, store, id(1), []byte("one"))
		put(t, store, id(2), []byte("two"))
		for range 2 {
			if err := store.Delete(t.Context(), id(1)); err != nil {
				t.Error(err)
			}
			wantNone(t, store, id(1))
		}
		wantContent(t, store, id(2), strings.NewReader("two"))
	})
}

func TestWhatIsNoIDIsNoPath(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		store := p.open(t)
		for _, id := range []domain.ID{"", ".", "../../../../tmp/aaaaaaaaa", "65F0C3A1000000000000000A"} {
			_, opened := store.Open(t.Context(), id)
			stored := store.Put(t.Context(), id, strings.NewReader("x"), 1)
			if deleted := store.Delete(t.Context(), id); opened == nil || stored == nil || deleted == nil {
				t.Errorf("%q: open %v, put %v, delete %v", id, opened, stored, deleted)
			}
		}
	})
}

func TestContentOfAnotherSizeIsNotStored(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		store := p.open(t)
		for i, one := range []struct{ said, is int64 }{{1, 0}, {0, 1}, {10, 9}, {10, 11}, {200_000, 199_999}, {200_000, 200_001}, {-1, 0}, {-1, 1}} {
			for j, content := range []io.Reader{random(one.is), iotest.DataErrReader(random(one.is)), iotest.HalfReader(random(one.is))} {
				if err := store.Put(t.Context(), id(10*i+j), content, one.said); err == nil {
					t.Errorf("%d bytes were stored as %d", one.is, one.said)
				}
				wantNone(t, store, id(10*i+j))
			}
		}
	})
}

func TestContentThatFailsIsNotStored(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		store := p.open(t)
		broken := errors.New("the content is broken")
		for i, whole := range []int64{0, 10, 200_000} {
			content := io.MultiReader(random(whole), iotest.ErrReader(broken))
			if err := store.Put(t.Context(), id(i), content, whole+1); !errors.Is(err, broken) {
				t.Errorf("got %v", err)
			}
			wantNone(t, store, id(i))
		}
		refused := &domain.Error{Kind: domain.KindTooLarge, Code: "too_large", Detail: "It is too large."}
		wantKind(t, domain.KindTooLarge, store.Put(t.Context(), id(9), iotest.ErrReader(refused), 10))
	})
}

func TestCancelledPutLeavesNothing(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		store := p.open(t)
		ctx, cancel := context.WithCancel(t.Context())
		content := io.MultiReader(random(200_000), readerFunc(func([]byte) (int, error) {
			cancel()
			return 0, nil
		}), random(200_000))
		wantKind(t, domain.KindUnavailable, store.Put(ctx, id(1), content, 400_000))
		wantNone(t, store, id(1))
	})
}

func TestEndedContextsEndCalls(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		store := p.open(t)
		put(t, store, id(1), []byte("content"))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := store.Open(ctx, id(1))
		wantKind(t, domain.KindUnavailable, err)
		wantKind(t, domain.KindUnavailable, store.Put(ctx, id(2), random(10), 10))
		wantKind(t, domain.KindUnavailable, store.Delete(ctx, id(1)))
		wantKind(t, domain.KindUnavailable, store.Check(ctx))
		wantContent(t, store, id(1), strings.NewReader("content"))
		wantNone(t, store, id(2))
	})
}

func TestManyPutAndReadTogether(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		store := p.open(t)
		shared := randomBytes(t, 300_000)
		put(t, store, id(0), shared)
		var group sync.WaitGroup
		for i := range 16 {
			group.Go(func() {
				own := fmt.Sprintf("file %d", i)
				if err := store.Put(t.Context(), id(i+1), strings.NewReader(own), int64(len(own))); err != nil {
					t.Error(err)
				}
				wantContent(t, store, id(i+1), strings.NewReader(own))
				wantContent(t, store, id(0), bytes.NewReader(shared))
			})
		}
		group.Wait()
	})
}

// TestLargeFilesTakeLittleMemory measures what is alive in the middle of a transfer.
func TestLargeFilesTakeLittleMemory(t *testing.T) {
	const size, allowed = 50 << 20, 4 << 20
	onEach(t, func(t *testing.T, p place) {
		store := p.open(t)
		before := live()
		var storing, reading uint64
		content := io.MultiReader(random(size/2), readerFunc(func([]byte) (int, error) {
			storing = live()
			return 0, io.EOF
		}), random(size/2))
		if err := store.Put(t.Context(), id(1), content, size); err != nil {
			t.Fatal(err)
		}
		file := open(t, store, id(1))
		if got, want := hash(t, io.LimitReader(file, size/2)), hash(t, random(size/2)); got != want {
			t.Error("the first half is another content")
		}
		reading = live()
		if got, want := hash(t, file), hash(t, random(size/2)); got != want {
			t.Error("the second half is another content")
		}
		if storing > before+allowed || reading > before+allowed {
			t.Errorf("bytes alive: %d before, %d while storing, %d while reading", before, storing, reading)
		}
	})
}

func live() uint64 {
	var memory runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&memory)
	return memory.HeapAlloc
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
