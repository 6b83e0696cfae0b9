package handlers

import (
	"log/slog"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

const (
	// attackEvery is how often an attack on one account is worth a line in the log.
	attackEvery = 15 * time.Minute
	// attacksRemembered bounds what is remembered; one that was forgotten is told again.
	attacksRemembered = 1000
)

// attacks tells in the log which accounts strangers try to get into. It is safe for concurrent use.
type attacks struct {
	log  *slog.Logger
	told *lru.Cache[string, time.Time]
}

func newAttacks(log *slog.Logger) *attacks {
	told, err := lru.New[string, time.Time](attacksRemembered)
	if err != nil {
		panic(err) // a size that is not positive
	}
	return &attacks{log: log, told: told}
}

// report takes the name's hash: the log must not hold what was typed as a name, which may be a
// password.
func (a *attacks) report(now time.Time, name string) {
	at, known, _ := a.told.PeekOrAdd(name, now)
	if known && now.Sub(at) < attackEvery {
		return
	}
	a.told.Add(name, now)
	a.log.Warn("an account is under attack: many failed logins; the audit log has them", "name_sha256", name)
}
