package volatilestore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"dentalk/domain"
)

// countFailure counts one more, from the beginning when the earlier ones are forgotten.
// KEYS: the count. ARGV: now, until, life, all in milliseconds.
const countFailure = `
local known = tonumber(redis.call('HGET', KEYS[1], 'until') or '0')
if known <= tonumber(ARGV[1]) then
	redis.call('DEL', KEYS[1])
end
redis.call('HINCRBY', KEYS[1], 'count', 1)
redis.call('HSET', KEYS[1], 'last', ARGV[1], 'until', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 0`

// takeOne is Memory.Take. KEYS: when the bucket is full again.
// ARGV: now, the interval and a minute, all in microseconds.
var takeOne = redis.NewScript(`
local now, interval = tonumber(ARGV[1]), tonumber(ARGV[2])
local fill = math.max(0, tonumber(redis.call('GET', KEYS[1]) or '0') - now)
local taken = 0
if fill + interval <= tonumber(ARGV[3]) then
	fill, taken = fill + interval, 1
	redis.call('SET', KEYS[1], string.format('%.0f', now + fill), 'PX', math.ceil(fill / 1000))
end
return {taken, fill}`)

type failuresRow struct {
	Count int   `redis:"count"`
	Last  int64 `redis:"last"`
	Until int64 `redis:"until"`
}

// Failures reads all counts in one round trip.
func (r *Redis) Failures(ctx context.Context, now time.Time, keys ...string) ([]domain.Failures, error) {
	answers, err := each(ctx, r, "read failures", r.keys("failures", keys), func(p redis.Pipeliner, key string) *redis.MapStringStringCmd {
		return p.HGetAll(ctx, key)
	})
	if err != nil {
		return nil, err
	}
	counts := make([]domain.Failures, len(keys))
	for i, answer := range answers {
		var row failuresRow
		if err := answer.Scan(&row); err != nil {
			return nil, fmt.Errorf("read failures: %w", err)
		}
		if now.UnixMilli() < row.Until {
			counts[i] = domain.Failures{Count: row.Count, Last: fromMilliseconds(row.Last)}
		}
	}
	return counts, nil
}

// AddFailure counts each key atomically.
func (r *Redis) AddFailure(ctx context.Context, now time.Time, life time.Duration, keys ...string) error {
	at := now.UnixMilli()
	_, err := each(ctx, r, "count failure", r.keys("failures", keys), func(p redis.Pipeliner, key string) *redis.Cmd {
		return p.Eval(ctx, countFailure, []string{key}, at, at+life.Milliseconds(), milliseconds(life))
	})
	return err
}

// ForgetFailures deletes the count.
func (r *Redis) ForgetFailures(ctx context.Context, key string) error {
	if err := r.client.Del(ctx, r.keys("failures", []string{key})[0]).Err(); err != nil {
		return fmt.Errorf("forget failures: %w", err)
	}
	return nil
}

// Take is one atomic script.
func (r *Redis) Take(ctx context.Context, now time.Time, key string, perMinute int) (domain.Allowance, error) {
	answer, err := takeOne.Run(ctx, r.client, r.keys("rate", []string{key}),
		now.UnixMicro(), interval(perMinute).Microseconds(), time.Minute.Microseconds()).Int64Slice()
	if err == nil && len(answer) != 2 {
		err = errors.New("two numbers were expected")
	}
	if err != nil {
		return domain.Allowance{}, fmt.Errorf("take from bucket: %w", err)
	}
	return allowance(answer[0] == 1, time.Duration(answer[1])*time.Microsecond, perMinute), nil
}
