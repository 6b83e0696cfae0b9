// Package repositorytest is the conformance suite of domain.Store. An implementation passes it in
// three lines:
//
//	repositorytest.Run(t, func(t *testing.T, now func() time.Time) domain.Store {
//		return open(t, now)
//	})
//
// Every subtest holds one rule of the port and knows nothing of how it is kept. IDs are opaque to
// it, except for their order.
package repositorytest

import (
	"testing"
	"time"

	"dentalk/domain"
)

// A store that several processes may have open at once passes RunSeveralWriters instead, which
// also holds what such stores do together.

// Open makes an empty store whose clock is now, and ends it when the test ends.
type Open func(t *testing.T, now func() time.Time) domain.Store

// OpenShared makes an empty store like Open, and gives what opens another one on the same data.
type OpenShared func(t *testing.T, now func() time.Time) (store domain.Store, another func() domain.Store)

// rule is a behaviour that every store has.
type rule struct {
	name string
	hold func(w *world)
}

// Run checks that the stores that open makes keep the contract. Each rule gets a store of its own.
func Run(t *testing.T, open func(t *testing.T, now func() time.Time) domain.Store) {
	t.Helper()
	run(t, func(t *testing.T) *world { return newWorld(t, open) })
	t.Run("Archive", func(t *testing.T) { runArchive(t, open) })
}

// RunSeveralWriters is Run for stores that share their data. Their replays may begin up to
// domain.ReplayOverlap before the position.
func RunSeveralWriters(t *testing.T, open func(t *testing.T, now func() time.Time) (domain.Store, func() domain.Store)) {
	t.Helper()
	alone := func(t *testing.T, now func() time.Time) domain.Store {
		store, _ := open(t, now)
		return store
	}
	run(t, func(t *testing.T) *world {
		w := newWorld(t, alone)
		w.repeats = true
		return w
	})
	t.Run("SeveralWriters", func(t *testing.T) { runSeveral(t, open) })
	t.Run("Archive", func(t *testing.T) { runArchive(t, alone) })
}

func run(t *testing.T, make func(t *testing.T) *world) {
	t.Helper()
	for _, part := range []struct {
		name  string
		rules []rule
	}{
		{"Organizations", organizationRules}, {"Users", userRules}, {"PasswordResets", resetRules},
		{"Sessions", sessionRules}, {"RefreshTokens", refreshRules}, {"APIKeys", apiKeyRules}, {"Rooms", roomRules}, {"Participants", participantRules},
		{"RoomViews", viewRules}, {"Paging", pagingRules}, {"Receipts", receiptRules}, {"Unread", unreadRules},
		{"Append", appendRules}, {"Keys", keyRules}, {"Concurrency", concurrencyRules},
		{"History", historyRules}, {"Notes", noteRules}, {"Replay", replayRules},
		{"Enrichment", enrichmentRules}, {"EnrichedSince", enrichedRules}, {"ChangeEnrichment", changeRules},
		{"Usage", usageRules}, {"Glossary", glossaryRules},
		{"Idempotency", idempotencyRules}, {"Uploads", uploadRules}, {"Audit", auditRules},
		{"Erasures", erasureRules}, {"ErasedMessages", erasedRules}, {"Contexts", contextRules},
	} {
		t.Run(part.name, func(t *testing.T) {
			for _, one := range part.rules {
				t.Run(one.name, func(t *testing.T) { one.hold(make(t)) })
			}
		})
	}
}
