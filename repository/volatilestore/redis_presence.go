package volatilestore

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"dentalk/domain"
)

// seenFor is how long it is remembered when a user was connected last.
const seenFor = 30 * 24 * time.Hour

// A user's presence is one hash: seen is when the user was connected last, and for each instance
// with a stream there is until when that holds; both in milliseconds.
const (
	seenField      = "seen"
	instancePrefix = "in:"
)

// changePresence forgets instances whose time is over, notes that of one instance (0: it has no
// stream any more) and gives how many others hold streams.
// KEYS: the user. ARGV: now, the field of the instance, until, the life of the key.
const changePresence = `
local now, others = tonumber(ARGV[1]), 0
local known = redis.call('HGETALL', KEYS[1])
for i = 1, #known, 2 do
	if known[i] ~= 'seen' then
		if tonumber(known[i + 1]) <= now then
			redis.call('HDEL', KEYS[1], known[i])
		elseif known[i] ~= ARGV[2] or ARGV[3] ~= '0' then
			others = others + 1
		end
	end
end
redis.call('HSET', KEYS[1], 'seen', ARGV[1])
if ARGV[3] == '0' then
	redis.call('HDEL', KEYS[1], ARGV[2])
else
	redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return others`

// takeExpired is atomic, so that each user is given once.
// KEYS: the users by the end of their time. ARGV: now in milliseconds, the limit.
var takeExpired = redis.NewScript(`
local users = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
if #users > 0 then
	redis.call('ZREM', KEYS[1], unpack(users))
end
return users`)

// until is the key of the users by the end of their time. It may be behind what is known of a user,
// which counts: the next renewal puts it right.
func (r *Redis) until() string { return r.prefix + "presence-until" }

// Connect changes each user's presence atomically, all in one round trip.
func (r *Redis) Connect(ctx context.Context, now time.Time, life time.Duration, instance string, users ...domain.ID) ([]domain.ID, error) {
	if len(users) == 0 {
		return nil, nil
	}
	until := now.Add(life).UnixMilli()
	answers, err := r.change(ctx, now, until, instance, users)
	if err != nil {
		return nil, err
	}
	members := make([]redis.Z, len(users))
	for i, user := range users {
		members[i] = redis.Z{Score: float64(until), Member: string(user)}
	}
	if err := r.client.ZAdd(ctx, r.until(), members...).Err(); err != nil {
		return nil, fmt.Errorf("note the end of presence: %w", err)
	}
	var fresh []domain.ID
	for i, answer := range answers {
		if held, err := answer.Int(); err == nil && held == 0 {
			fresh = append(fresh, users[i])
		}
	}
	return fresh, nil
}

// Disconnect changes the user's presence atomically.
func (r *Redis) Disconnect(ctx context.Context, now time.Time, instance string, user domain.ID) (bool, error) {
	answers, err := r.change(ctx, now, 0, instance, []domain.ID{user})
	if err != nil {
		return false, err
	}
	others, err := answers[0].Int()
	if err != nil || others > 0 {
		return false, err
	}
	if err := r.client.ZRem(ctx, r.until(), string(user)).Err(); err != nil {
		return false, fmt.Errorf("forget the end of presence: %w", err)
	}
	return true, nil
}

// Expired takes users atomically, and leaves out those who are connected elsewhere.
func (r *Redis) Expired(ctx context.Context, now time.Time, limit int) ([]domain.Presence, error) {
	names, err := takeExpired.Run(ctx, r.client, []string{r.until()}, now.UnixMilli(), limit).StringSlice()
	if err != nil {
		return nil, fmt.Errorf("take expired presence: %w", err)
	}
	users := make([]domain.ID, len(names))
	for i, name := range names {
		users[i] = domain.ID(name)
	}
	presences, err := r.Presences(ctx, now, users...)
	return slices.DeleteFunc(presences, func(p domain.Presence) bool { return p.Connected }), err
}

func (r *Redis) change(ctx context.Context, now time.Time, until int64, instance string, users []domain.ID) ([]*redis.Cmd, error) {
	return each(ctx, r, "note presence", r.userKeys(users), func(p redis.Pipeliner, key string) *redis.Cmd {
		return p.Eval(ctx, changePresence, []string{key}, now.UnixMilli(), instancePrefix+instance, until, seenFor.Milliseconds())
	})
}

func (r *Redis) userKeys(users []domain.ID) []string {
	names := make([]string, len(users))
	for i, user := range users {
		names[i] = string(user)
	}
	return r.keys("presence", names)
}

// Presences reads all users in one round trip.
func (r *Redis) Presences(ctx context.Context, now time.Time, users ...domain.ID) ([]domain.Presence, error) {
	answers, err := each(ctx, r, "read presence", r.userKeys(users), func(p redis.Pipeliner, key string) *redis.MapStringStringCmd {
		return p.HGetAll(ctx, key)
	})
	if err != nil {
		return nil, err
	}
	presences := make([]domain.Presence, len(users))
	for i, answer := range answers {
		presences[i] = presenceOf(users[i], answer.Val(), now.UnixMilli())
	}
	return presences, nil
}

func presenceOf(user domain.ID, fields map[string]string, now int64) domain.Presence {
	known := domain.Presence{UserID: user}
	for field, value := range fields {
		at, _ := strconv.ParseInt(value, 10, 64) // what is no number was not written by us
		switch {
		case field == seenField && !known.Connected:
			known.LastSeenAt = fromMilliseconds(at)
		case strings.HasPrefix(field, instancePrefix) && now < at:
			known.Connected, known.LastSeenAt = true, fromMilliseconds(now)
		}
	}
	return known
}
