package volatilestore

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
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

// NewClient makes a client for NewRedis. redis://[user:password@]host:port and rediss:// are one
// Redis; redis+cluster://, rediss+cluster:// and an address with ?addr=host:port are a cluster. It
// does not connect yet. No error tells the address, which may hold a password.
func NewClient(address string) (redis.UniversalClient, error) {
	parsed, err := url.Parse(address)
	if err != nil {
		return nil, errAddress // what url.Parse quotes may be of the password
	}
	scheme, onCluster := strings.CutSuffix(parsed.Scheme, "+cluster")
	parsed.Scheme = scheme
	if onCluster || parsed.Query().Has("addr") {
		options, err := redis.ParseClusterURL(parsed.String())
		if err != nil {
			return nil, errAddress
		}
		options.ContextTimeoutEnabled, options.MaxRetries, options.DialerRetries = true, 1, 1
		return redis.NewClusterClient(options), nil
	}
	options, err := redis.ParseURL(parsed.String())
	if err != nil {
		return nil, errAddress
	}
	options.ContextTimeoutEnabled, options.MaxRetries, options.DialerRetries = true, 1, 1
	return redis.NewClient(options), nil
}

var errAddress = errors.New("the address of Redis is not valid: it must be like redis://user:password@host:6379, with a password's special characters percent-encoded")

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
