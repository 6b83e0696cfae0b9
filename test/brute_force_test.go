package test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// TestOwnerLogsInWhileStrangersGuess sends 10,000 wrong passwords for one name from 125 addresses, as
// a trusted proxy tells them. Most are refused unseen, and the owner gets in at the first try, from an
// address that is known and from one that is not.
func TestOwnerLogsInWhileStrangersGuess(t *testing.T) {
	const addresses, guesses = 125, 80
	s := startServer(t, t.TempDir())
	s.member(t, s.operator(t), "owner", "clinic", "en")
	login := func(address, password string) int {
		status, _ := s.unchecked(t, http.MethodPost, "/v1/auth/login", `{"username": "owner", "password": "`+password+`"}`, "X-Forwarded-For", address)
		return status
	}
	var mu sync.Mutex
	answers := map[int]int{}
	var group sync.WaitGroup
	for worker := range 10 {
		group.Go(func() {
			for i := worker; i < addresses*guesses; i += 10 {
				status := login(fmt.Sprintf("198.51.100.%d", i%addresses), "a wrong guess")
				mu.Lock()
				answers[status]++
				mu.Unlock()
			}
		})
	}
	group.Wait()
	t.Logf("answers by status: %v", answers)
	looked := answers[http.StatusUnauthorized]
	if looked < 500 || looked > 1000 || looked+answers[http.StatusTooManyRequests] != addresses*guesses {
		t.Errorf("of %d guesses %d were looked at: %v", addresses*guesses, looked, answers)
	}
	for _, address := range []string{"203.0.113.7", "2001:db8::7", "127.0.0.1"} {
		if status := login(address, userPassword); status != http.StatusOK {
			t.Errorf("the owner at %s: got %d", address, status)
		}
	}
	if told := strings.Count(s.output.String(), "under attack"); told != 1 || strings.Contains(s.output.String(), "owner") {
		t.Errorf("the attack is in the log %d times, want once and without the name", told)
	}
}
