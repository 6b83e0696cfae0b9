package domain_test

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"dentalk/domain"
)

func newSource(t *testing.T, after domain.ID) *domain.IDSource {
	t.Helper()
	source, err := domain.NewIDSource(rand.Reader, after)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

func TestIDsRiseWhateverTheClockDoes(t *testing.T) {
	now := time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)
	source := newSource(t, "")
	last := domain.ZeroID
	for n := range 1000 {
		if n%7 == 0 {
			now = now.Add(time.Duration(n%5-2) * time.Minute)
		}
		id := source.Next(now)
		if _, ok := domain.ParseID(string(id)); !ok || id <= last {
			t.Fatalf("%s follows %s", id, last)
		}
		last = id
	}
	again := newSource(t, last)
	if id := again.Next(now.Add(-time.Hour)); id <= last {
		t.Fatalf("after a restart %s follows %s", id, last)
	}
	other := newSource(t, "").Next(now.Add(time.Hour))
	again.Follow(other)
	if id := again.Next(now); id <= other {
		t.Fatalf("%s follows %s of another source", id, other)
	}
}

// Sources that follow each other stay near the time, however often they alternate.
func TestIDsOfSeveralSourcesFollowEachOther(t *testing.T) {
	now := time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)
	sources := []*domain.IDSource{newSource(t, ""), newSource(t, "")}
	last := domain.ZeroID
	for n := range 100_000 {
		source := sources[n%2]
		source.Follow(last)
		id := source.Next(now)
		if id <= last {
			t.Fatalf("%s follows %s", id, last)
		}
		last = id
	}
	if drift := last.Time().Sub(now); drift != 0 {
		t.Errorf("the IDs are %s ahead of the clock", drift)
	}
}

func TestOneIDFarAheadPullsNoOthersAlong(t *testing.T) {
	now := time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)
	source := newSource(t, "")
	ahead := newSource(t, "").Next(now.Add(time.Minute))
	for range 3 {
		next := source.NextAfter(now, ahead)
		if next <= ahead {
			t.Fatalf("%s does not follow %s", next, ahead)
		}
		ahead = next
	}
	if id := source.NextAfter(now, domain.ZeroID); !id.Time().Equal(now) {
		t.Errorf("%s is of %s, want %s", id, id.Time(), now)
	}
}

func TestIDsCarryIntoTheSeconds(t *testing.T) {
	now := time.Unix(1, 999_999_999)
	source := newSource(t, "")
	first := source.Next(now)
	if second := source.Next(now); second <= first || second.Time() != time.Unix(2, 0).UTC() {
		t.Fatalf("%s follows %s", second, first)
	}
}

func TestFloorID(t *testing.T) {
	at := time.Date(2026, 3, 14, 9, 26, 53, 250_000_000, time.UTC)
	floor := domain.FloorID(at)
	if id := newSource(t, "").Next(at); id <= floor {
		t.Errorf("%s is not above %s", id, floor)
	}
	if id := newSource(t, "").Next(at.Add(-time.Millisecond)); id >= floor {
		t.Errorf("%s is not below %s", id, floor)
	}
}

func TestParseID(t *testing.T) {
	for text, want := range map[string]bool{
		strings.Repeat("0", 24): true, "66f0a1b2c3d4e5f607182930": true,
		"": false, "66F0A1B2C3D4E5F607182930": false, "66f0a1b2c3d4e5f60718293": false, "66f0a1b2c3d4e5f60718293g": false,
	} {
		if _, ok := domain.ParseID(text); ok != want {
			t.Errorf("%q: got %t", text, ok)
		}
	}
}

func TestLanguageOf(t *testing.T) {
	for _, test := range []struct{ text, profile, want string }{
		{"Shade A2, please", "en-US", "en"},
		{"색상은 A2로 부탁드립니다", "en", "ko"},
		{"지르코니아 zirconia crown", "en", "ko"},
		{"Straumann BLT RC 4.1 screw-retained 확인", "en", "en"},
		{"Please confirm the shade", "ko", "en"},
		{"Adelante con el acrilizado", "es", "es"},
		{"クラウンが合いません", "en", "ja"},
		{"牙冠不合适", "en", "zh"},
		{"14, 19", "ko", "ko"},
		{"", "ko-KR", "ko"},
	} {
		if got := domain.LanguageOf(test.text, test.profile); got != test.want {
			t.Errorf("%q by a writer of %s: got %s, want %s", test.text, test.profile, got, test.want)
		}
	}
}

func TestPasswords(t *testing.T) {
	passwords := domain.NewPasswords(2)
	hash, err := passwords.Hash(t.Context(), "correct horse")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$") {
		t.Fatalf("got %s, %v", hash, err)
	}
	for password, want := range map[string]bool{"correct horse": true, "Correct horse": false, "": false} {
		if ok, err := passwords.Verify(t.Context(), password, hash); err != nil || ok != want {
			t.Errorf("%q: got %t, %v", password, ok, err)
		}
	}
	if ok, err := passwords.Verify(t.Context(), "", ""); ok || err != nil {
		t.Errorf("no hash was matched: %t, %v", ok, err)
	}
	if _, err := passwords.Verify(t.Context(), "x", "$2a$10$other"); err == nil {
		t.Error("a hash of another form was read")
	}
}
