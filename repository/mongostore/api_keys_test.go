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
	key := domain.APIKey{ID: newID(t), Secret: domain.APIKeySecret{ID: newID(t), Hash: "first"}, CreatedAt: began}
	must(t, rotating.CreateAPIKey(t.Context(), key))
	const times = 20
	var secrets [times]domain.APIKeySecret
	for i := range secrets {
		secrets[i] = domain.APIKeySecret{ID: newID(t), Hash: fmt.Sprint(i)}
	}
	var group sync.WaitGroup
	group.Go(func() {
		for _, secret := range secrets {
			if _, err := rotating.RotateAPIKey(t.Context(), key.ID, secret, began); err != nil {
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
	want.Secret, want.Replaced, want.ReplacedUntil = secrets[times-1], secrets[times-2], began
	want.LastUsedAt = began.Add((times - 1) * time.Second)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("key (-want +got):\n%s", diff)
	}
}
