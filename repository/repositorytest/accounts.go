package repositorytest

import "testing"

// RunAccounts is the part of the suite about users, their sessions and API keys, for what stands in front of
// a store and passes on everything else.
func RunAccounts(t *testing.T, open Open) {
	t.Helper()
	for _, rules := range [][]rule{userRules, resetRules, sessionRules, refreshRules, apiKeyRules} {
		for _, one := range rules {
			t.Run(one.name, func(t *testing.T) { one.hold(newWorld(t, open)) })
		}
	}
}
