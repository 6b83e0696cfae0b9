package volatilestore

import (
	"context"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"
)

// clearPage is about how many keys Redis looks at, and we delete, at once: others are served between.
const clearPage = 1000

// escapePattern makes what it is given stand for itself in a pattern of Redis.
var escapePattern = strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`, "]", `\]`)

// CacheClear looks through all keys of the server, or of every master of the cluster. A key that
// moves from one master to another meanwhile may be missed.
func (r *Redis) CacheClear(ctx context.Context, prefix string) error {
	pattern := escapePattern.Replace(r.keys("cache", []string{prefix})[0]) + "*"
	cluster, onCluster := r.client.(*redis.ClusterClient)
	if !onCluster {
		return r.clear(ctx, r.client, pattern)
	}
	return cluster.ForEachMaster(ctx, func(ctx context.Context, master *redis.Client) error {
		return r.clear(ctx, master, pattern)
	})
}

// clear deletes the keys that one server has.
func (r *Redis) clear(ctx context.Context, server redis.Cmdable, pattern string) error {
	for cursor := uint64(0); ; {
		keys, next, err := server.Scan(ctx, cursor, pattern, clearPage).Result()
		if err != nil {
			return fmt.Errorf("look through cache: %w", err)
		}
		if _, err := each(ctx, r, "clear cache", keys, func(p redis.Pipeliner, key string) *redis.IntCmd {
			return p.Unlink(ctx, key)
		}); err != nil {
			return err
		}
		if cursor = next; cursor == 0 {
			return nil
		}
	}
}
