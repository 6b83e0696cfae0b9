package volatilestore_test

import (
	"log/slog"
	"testing"
	"time"

	"dentalk/repository/volatilestore"
	"dentalk/test/servers"
)

// What an outage has left in the memory must be gone too, or the next outage shows it again.
func TestGuardedClearsBoth(t *testing.T) {
	direct, memory := volatilestore.NewRedis(newClient(t, servers.Redis(t).URL()), "clear:"), volatilestore.NewMemory(time.Now)
	guarded := volatilestore.NewGuarded(direct, memory, slog.New(slog.DiscardHandler))
	use(t, direct, "text")
	use(t, memory, "text")
	if err := guarded.CacheClear(t.Context(), "te"); err != nil {
		t.Fatal(err)
	}
	if holds(t, direct, "text") || holds(t, memory, "text") {
		t.Error("what was cleared is there")
	}
}

func TestGuardedTellsWhenRedisWasNotCleared(t *testing.T) {
	server := servers.Redis(t)
	server.Kill()
	memory := volatilestore.NewMemory(time.Now)
	guarded := volatilestore.NewGuarded(volatilestore.NewRedis(newClient(t, server.URL()), ""), memory, slog.New(slog.DiscardHandler))
	use(t, memory, "text")
	if err := guarded.CacheClear(t.Context(), "te"); err == nil {
		t.Error("no error")
	}
	if holds(t, memory, "text") {
		t.Error("the memory was not cleared")
	}
}
