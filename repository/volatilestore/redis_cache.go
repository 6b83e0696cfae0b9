package volatilestore

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

// CacheGet gives what has not expired by Redis's clock.
func (r *Redis) CacheGet(ctx context.Context, keys ...string) (map[string][]byte, error) {
	answers, err := each(ctx, r, "read cache", r.keys("cache", keys), func(p redis.Pipeliner, key string) *redis.StringCmd {
		return p.Get(ctx, key)
	})
	if err != nil {
		return nil, err
	}
	found := make(map[string][]byte, len(keys))
	for i, answer := range answers {
		value, err := answer.Bytes()
		if err == nil {
			found[keys[i]] = value
		} else if !errors.Is(err, redis.Nil) {
			return nil, err
		}
	}
	return found, nil
}

// CacheSet counts the life by Redis's clock.
func (r *Redis) CacheSet(ctx context.Context, life time.Duration, values map[string][]byte) error {
	names := make([]string, 0, len(values))
	contents := make(map[string][]byte, len(values))
	for name, value := range values {
		names = append(names, name)
		contents[r.keys("cache", []string{name})[0]] = value
	}
	_, err := each(ctx, r, "write cache", r.keys("cache", names), func(p redis.Pipeliner, key string) *redis.StatusCmd {
		return p.Set(ctx, key, contents[key], time.Duration(milliseconds(life))*time.Millisecond)
	})
	return err
}

// CacheDelete deletes each key by itself, since they may lie on several servers.
func (r *Redis) CacheDelete(ctx context.Context, keys ...string) error {
	_, err := each(ctx, r, "delete from cache", r.keys("cache", keys), func(p redis.Pipeliner, key string) *redis.IntCmd {
		return p.Del(ctx, key)
	})
	return err
}
