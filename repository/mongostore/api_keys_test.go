package mongostore_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
)

// TestARotationKeepsTheUseThatIsNotedMeanwhile rotates by replacing the whole document.
func TestARotationKeepsTheUseThatIsNotedMeanwhile(t *testing.T) {
	uri := newDatabase(t)
	rotating, touching := open(t, uri, nil), open(t, uri, nil)
	began := domain.Milliseconds(time.Now())
	key := domain.APIKey{ID: newID(t), APIKeySecret: domain.APIKeySecret{Hash: "first"}, CreatedAt: began}
	must(t, rotating.CreateAPIKey(t.Context(), key))
	const times = 20
	var group sync.WaitGroup
	group.Go(func() {
		for i := range times {
			if _, err := rotating.RotateAPIKey(t.Context(), key.ID, domain.APIKeySecret{Hash: fmt.Sprint(i)}, began); err != nil {
				t.Errorf("rotate: %v", err)
			}
		}
	})
	group.Go(func() {
		for i := range times {
			if err := touching.TouchAPIKey(t.Context(), key.ID, began.Add(time.Duration(i)*time.Second)); err != nil {
				t.Errorf("touch: %v", err)
			}
		}
	})
	group.Wait()
	got, err := rotating.APIKey(t.Context(), key.ID)
	must(t, err)
	want := key
	want.APIKeySecret, want.Replaced, want.ReplacedUntil = domain.APIKeySecret{Hash: "19"}, domain.APIKeySecret{Hash: "18"}, began
	want.LastUsedAt = began.Add((times - 1) * time.Second)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("key (-want +got):\n%s", diff)
	}
}
