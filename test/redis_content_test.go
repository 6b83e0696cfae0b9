package test

import (
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
)

// wantNotInRedis fails the test for each key of Redis that has one of the texts in its name or its value.
func (i *instances) wantNotInRedis(t testing.TB, texts ...string) {
	t.Helper()
	client := redis.NewClient(&redis.Options{Addr: i.redis.Addr})
	defer client.Close()
	if err := client.ConfigSet(t.Context(), "rdbcompression", "no").Err(); err != nil { // of what DUMP gives
		t.Fatal(err)
	}
	keys := client.Scan(t.Context(), 0, "*", 1000).Iterator()
	seen := 0
	for keys.Next(t.Context()) {
		seen++
		value, err := client.Dump(t.Context(), keys.Val()).Result()
		if err != nil && err != redis.Nil { // it may have expired
			t.Fatal(err)
		}
		for _, text := range texts {
			if strings.Contains(strings.ToLower(keys.Val()+"\n"+value), strings.ToLower(text)) {
				t.Errorf("%q is in Redis at %s", text, keys.Val())
			}
		}
	}
	if err := keys.Err(); err != nil || seen == 0 {
		t.Errorf("%d keys were looked at: %v", seen, err)
	}
}
