package volatilestore_test

import (
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"dentalk/domain"
	"dentalk/repository/repositorytest"
	"dentalk/repository/volatilestore"
	"dentalk/test/servers"
)

func TestMain(m *testing.M) {
	// go-redis looks once a second for a server that it could not reach, and ends that look after
	// its client is closed without waiting for it.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/redis/go-redis/v9/internal/pool.(*ConnPool).tryDial"))
}

func TestMemoryConformance(t *testing.T) {
	repositorytest.RunVolatile(t, func(_ *testing.T, now func() time.Time) domain.VolatileStore {
		return volatilestore.NewMemory(now)
	})
}

func TestRedisConformance(t *testing.T) {
	client := newClient(t, servers.Redis(t).URL())
	repositorytest.RunVolatile(t, func(*testing.T, func() time.Time) domain.VolatileStore { return emptyRedis(client) })
}

func TestClusterConformance(t *testing.T) {
	client := newClient(t, startCluster(t))
	repositorytest.RunVolatile(t, func(*testing.T, func() time.Time) domain.VolatileStore { return emptyRedis(client) })
}

func TestGuardedConformance(t *testing.T) {
	client := newClient(t, servers.Redis(t).URL())
	repositorytest.RunVolatile(t, func(_ *testing.T, now func() time.Time) domain.VolatileStore {
		return volatilestore.NewGuarded(emptyRedis(client), volatilestore.NewMemory(now), slog.New(slog.DiscardHandler))
	})
}

// TestGuardedWithoutRedisConformance is the rules during an outage from the start.
func TestGuardedWithoutRedisConformance(t *testing.T) {
	server := servers.Redis(t)
	server.Kill()
	client := newClient(t, server.URL())
	repositorytest.RunVolatile(t, func(_ *testing.T, now func() time.Time) domain.VolatileStore {
		return volatilestore.NewGuarded(emptyRedis(client), volatilestore.NewMemory(now), slog.New(slog.DiscardHandler))
	})
}

var prefixes atomic.Int64

// emptyRedis is empty by its prefix, so that many tests share one server.
func emptyRedis(client redis.UniversalClient) *volatilestore.Redis {
	return volatilestore.NewRedis(client, fmt.Sprintf("test-%d:", prefixes.Add(1)))
}
