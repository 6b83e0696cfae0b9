package volatilestore_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/repository/volatilestore"
	"dentalk/test/servers"
)

// journal is a log that tests read.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(line)
}

func (j *journal) lines() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Split(strings.TrimSuffix(j.text.String(), "\n"), "\n")
}

func (j *journal) log() *slog.Logger { return slog.New(slog.NewTextHandler(j, nil)) }

func TestGuardedGoesOnWhileRedisIsKilled(t *testing.T) {
	server := servers.Redis(t)
	kill := func() error { server.Kill(); return nil }
	outage(t, server, kill, func() error { return server.Restart(t.Context()) })
}

func TestGuardedGoesOnWhileRedisHangs(t *testing.T) {
	server := servers.Redis(t)
	outage(t, server, server.Pause, server.Continue)
}

// outage uses a guarded store before, while and after Redis is away.
func outage(t *testing.T, server *servers.RedisServer, begin, end func() error) {
	t.Helper()
	var log journal
	direct := volatilestore.NewRedis(newClient(t, server.URL()), "outage:")
	guarded := volatilestore.NewGuarded(direct, volatilestore.NewMemory(time.Now), log.log())
	use(t, guarded, "before")
	if !holds(t, direct, "before") {
		t.Error("what is set before the outage is not in Redis")
	}
	if err := begin(); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		use(t, guarded, "meanwhile")
	}
	if !holds(t, guarded, "meanwhile") {
		t.Error("what is set during the outage is lost")
	}
	if err := end(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "Redis is used again", func() bool {
		use(t, guarded, "after")
		return holds(t, direct, "after")
	})
	lines := log.lines()
	if len(lines) != 2 || !strings.Contains(lines[0], "Redis fails") || !strings.Contains(lines[0], "error=") || !strings.Contains(lines[1], "Redis answers again") {
		t.Errorf("got %d lines in the log, want one for the beginning and one for the end:\n%s", len(lines), strings.Join(lines, "\n"))
	}
}

// use calls everything once; nothing may fail.
func use(t *testing.T, store domain.VolatileStore, key string) {
	t.Helper()
	ctx, now := t.Context(), time.Now()
	_, failures := store.Failures(ctx, now, key)
	_, take := store.Take(ctx, now, key, 60)
	_, connect := store.Connect(ctx, now, time.Minute, "one", "user")
	_, presences := store.Presences(ctx, now, "user")
	_, disconnect := store.Disconnect(ctx, now, "one", "user")
	err := errors.Join(failures, take, connect, presences, disconnect,
		store.AddFailure(ctx, now, time.Minute, key), store.ForgetFailures(ctx, key),
		store.CacheSet(ctx, time.Hour, map[string][]byte{key: []byte(key)}), store.CacheDelete(ctx, "other"))
	if err != nil {
		t.Fatalf("use %s: %v", key, err)
	}
}

func holds(t *testing.T, store domain.Cache, key string) bool {
	t.Helper()
	found, err := store.CacheGet(t.Context(), key)
	return err == nil && string(found[key]) == key
}

// failing is a Redis that fails and counts how often it is asked.
type failing struct {
	domain.VolatileStore
	asked atomic.Int64
}

func (f *failing) CacheDelete(ctx context.Context, _ ...string) error {
	f.asked.Add(1)
	if err := ctx.Err(); err != nil {
		return err
	}
	return errors.New("connection refused")
}

func TestGuardedLeavesAFailingRedisAlone(t *testing.T) {
	var redis failing
	guarded := volatilestore.NewGuarded(&redis, volatilestore.NewMemory(time.Now), slog.New(slog.DiscardHandler))
	for range 1000 {
		if err := guarded.CacheDelete(t.Context(), "key"); err != nil {
			t.Fatal(err)
		}
	}
	// Three failures open the breaker; each second, which this loop hardly takes, one call tries again.
	if asked := redis.asked.Load(); asked < 3 || asked > 100 {
		t.Errorf("Redis was asked %d times in 1000 calls", asked)
	}
}

func TestGuardedBlamesRedisForNoCallerWhoLeaves(t *testing.T) {
	var redis failing
	var log journal
	guarded := volatilestore.NewGuarded(&redis, volatilestore.NewMemory(time.Now), log.log())
	gone, leave := context.WithCancel(t.Context())
	leave()
	for range 10 {
		if err := guarded.CacheDelete(gone, "key"); !errors.Is(err, context.Canceled) {
			t.Fatalf("CacheDelete = %v", err)
		}
	}
	if asked := redis.asked.Load(); asked != 10 {
		t.Errorf("Redis was asked %d times, want 10", asked)
	}
	if lines := log.lines(); lines[0] != "" {
		t.Errorf("got a line in the log: %s", lines[0])
	}
}
