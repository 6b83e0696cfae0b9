package volatilestore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"dentalk/domain"
)

// Redis keeps everything in Redis, on one server or on a cluster: each command and each script
// works on one key. Calls last as long as their context allows. It is safe for concurrent use.
type Redis struct {
	client redis.UniversalClient
	prefix string
}

var _ domain.VolatileStore = (*Redis)(nil)

// NewRedis begins all keys with the prefix. The client is the caller's, who closes it. It must have
// been made with ContextTimeoutEnabled, or deadlines would not end its calls; see NewClient.
func NewRedis(client redis.UniversalClient, prefix string) *Redis {
	return &Redis{client: client, prefix: prefix}
}

// NewClient makes a client for NewRedis, of a URL such as redis://localhost:6379/0. One with
// ?addr=… more than once is a cluster. It does not connect yet.
func NewClient(url string) (redis.UniversalClient, error) {
	options, err := redis.ParseClusterURL(url)
	if err == nil && len(options.Addrs) > 1 {
		options.ContextTimeoutEnabled, options.MaxRetries, options.DialerRetries = true, 1, 1
		return redis.NewClusterClient(options), nil
	}
	single, err := redis.ParseURL(url)
	if err != nil {
		return nil, fmt.Errorf("parse the URL of Redis: %w", err)
	}
	single.ContextTimeoutEnabled, single.MaxRetries, single.DialerRetries = true, 1, 1
	return redis.NewClient(single), nil
}

// Close does nothing: the client is the caller's.
func (r *Redis) Close() error { return nil }

func (r *Redis) keys(kind string, names []string) []string {
	keys := make([]string, len(names))
	for i, name := range names {
		keys[i] = r.prefix + kind + ":" + name
	}
	return keys
}

// each sends one command or script for each key, all in one pipeline, and gives their answers.
func each[C redis.Cmder](ctx context.Context, r *Redis, what string, keys []string, send func(redis.Pipeliner, string) C) ([]C, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	pipeline := r.client.Pipeline()
	answers := make([]C, len(keys))
	for i, key := range keys {
		answers[i] = send(pipeline, key)
	}
	if _, err := pipeline.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	// Exec tells the first error only, which redis.Nil may have been.
	for _, answer := range answers {
		if err := answer.Err(); err != nil && !errors.Is(err, redis.Nil) {
			return nil, fmt.Errorf("%s: %w", what, err)
		}
	}
	return answers, nil
}

// milliseconds is a life as Redis takes it: at least one.
func milliseconds(life time.Duration) int64 { return max(1, life.Milliseconds()) }

func fromMilliseconds(at int64) time.Time {
	if at == 0 {
		return time.Time{}
	}
	return time.UnixMilli(at).UTC()
}
