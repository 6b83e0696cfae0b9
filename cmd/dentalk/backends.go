package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"

	"dentalk/domain"
	"dentalk/repository/mongostore"
	"dentalk/repository/sqlitestore"
	"dentalk/repository/volatilestore"
	"dentalk/streams/membroker"
	"dentalk/streams/redisbroker"
)

// backend is what every store is that the settings can choose. Now is its clock, by which also
// everything else is dated that instances compare.
type backend interface {
	domain.Store
	domain.Archive
	Now() time.Time
}

// openStore opens the store that the settings choose, unless a migration into it is unfinished.
func openStore(ctx context.Context, s settings, registry prometheus.Registerer) (backend, error) {
	store, err := chosenStore(ctx, s, registry)
	if err != nil {
		return nil, err
	}
	if err := refuseHalfMigrated(ctx, store); err != nil {
		_ = store.Close() // nothing was written
		return nil, err
	}
	return store, nil
}

func chosenStore(ctx context.Context, s settings, registry prometheus.Registerer) (backend, error) {
	if s.mongoDBURI == "" {
		store, err := sqlitestore.Open(ctx, s.dataDir, sqlitestore.Options{})
		if err != nil {
			return nil, fmt.Errorf("DENTALK_DATA_DIR: %w", err)
		}
		return store, nil
	}
	store, err := mongostore.Open(ctx, s.mongoDBURI, mongostore.Options{})
	if err != nil {
		return nil, fmt.Errorf("DENTALK_MONGODB_URI: %w", err)
	}
	registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "dentalk_store_append_conflicts_total",
		Help: "Inserts of messages that lost their numbers to another instance and were made again.",
	}, func() float64 {
		lost, _ := store.Retries()
		return float64(lost)
	}))
	return store, nil
}

// shared is what instances share besides the store: in Redis, or else in this process.
type shared struct {
	broker   domain.Broker
	volatile domain.VolatileStore
	close    func() error
}

func openShared(s settings, registry prometheus.Registerer, log *slog.Logger) (shared, error) {
	memory := volatilestore.NewMemory(time.Now)
	if s.redisURL == "" {
		broker := membroker.New()
		if s.mongoDBURI != "" { // other instances may write to the same store
			broker = membroker.Shared()
		}
		return shared{broker: broker, volatile: memory, close: memory.Close}, nil
	}
	redis.SetLogger(redisLog{log})
	client, err := volatilestore.NewClient(s.redisURL)
	if err != nil {
		return shared{}, fmt.Errorf("DENTALK_REDIS_URL: %w", err)
	}
	broker, err := redisbroker.New(redisbroker.Options{URL: s.redisURL, Instance: s.instanceID, Log: log, Metrics: registry})
	if err != nil {
		return shared{}, errors.Join(fmt.Errorf("DENTALK_REDIS_URL: %w", err), client.Close())
	}
	volatile := volatilestore.NewGuarded(volatilestore.NewRedis(client, "dentalk:"), memory, log)
	return shared{broker: broker, volatile: volatile, close: func() error { return closeShared(broker, volatile, client) }}, nil
}

func closeShared(broker *redisbroker.Broker, volatile domain.VolatileStore, client redis.UniversalClient) error {
	broker.Close()
	return errors.Join(volatile.Close(), client.Close())
}

// redisLog takes what the client of Redis would write to standard error. Outages are told by those
// who use it, once each.
type redisLog struct{ log *slog.Logger }

// Printf is called by the client.
func (r redisLog) Printf(ctx context.Context, format string, values ...any) {
	r.log.DebugContext(ctx, fmt.Sprintf(format, values...))
}
