package repositorytest

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"dentalk/domain"
)

var apiKeyRules = []rule{
	{"a key is found by its ID and its secret", apiKeyStored},
	{"a key that has expired is found by its ID only", apiKeyExpires},
	{"keys are listed by ID, after one and up to a limit", apiKeysListed},
	{"the replaced secret is good until its time", apiKeyRotated},
	{"a secret that was replaced before is good no more", apiKeyRotatedTwice},
	{"the last use of a key is noted", apiKeyTouched},
	{"a key that was deleted is gone", apiKeyDeleted},
	{"an unknown key is not found", apiKeyUnknown},
	{"of rotations at once one is the last", apiKeyRotatedTogether},
}

// apiKey makes a key for the length of life; 0 is for ever.
func (w *world) apiKey(life time.Duration) domain.APIKey {
	w.Helper()
	name := w.name("key")
	key := domain.APIKey{
		ID: w.id(), Name: name, Scopes: []string{domain.ScopeRoomsWrite, domain.ScopeOpsRead}, Secret: secret(name),
		CreatedBy: w.id(), CreatedAt: w.now(),
	}
	if life > 0 {
		key.ExpiresAt = w.now().Add(life)
	}
	w.must(w.store.CreateAPIKey(w.ctx, key))
	return key
}

// secret gives the same one for the same name.
func secret(name string) domain.APIKeySecret {
	digest := sha256.Sum256([]byte(name))
	return domain.APIKeySecret{ID: domain.ID(hex.EncodeToString(digest[:12])), Hash: "hash of " + name, Prefix: "dtk_" + name}
}

func (w *world) storedKey(id domain.ID) domain.APIKey {
	w.Helper()
	key, err := w.store.APIKey(w.ctx, id)
	w.must(err)
	return key
}

// opens checks that the secret opens the key.
func (w *world) opens(secret domain.APIKeySecret, want domain.APIKey) {
	w.Helper()
	key, err := w.store.APIKeyByHash(w.ctx, secret.Hash, w.now())
	w.must(err)
	w.same("key of "+secret.Hash, key, want)
}

func (w *world) noKey(secret domain.APIKeySecret) {
	w.Helper()
	_, err := w.store.APIKeyByHash(w.ctx, secret.Hash, w.now())
	w.fails(err, domain.KindNotFound, "api_key_not_found")
}

func (w *world) rotate(key domain.APIKey, secret domain.APIKeySecret, oldUntil time.Time) domain.APIKey {
	w.Helper()
	rotated, err := w.store.RotateAPIKey(w.ctx, key.ID, secret, oldUntil)
	w.must(err)
	return rotated
}

func apiKeyStored(w *world) {
	bare := domain.APIKey{ID: w.id(), Name: "bare", Secret: secret("bare"), CreatedBy: w.id(), CreatedAt: w.now()}
	w.must(w.store.CreateAPIKey(w.ctx, bare))
	for _, want := range []domain.APIKey{bare, w.apiKey(time.Hour)} {
		w.same("by ID", w.storedKey(want.ID), want)
		w.opens(want.Secret, want)
	}
	w.noKey(domain.APIKeySecret{})
	w.noKey(secret("guessed"))
}

func apiKeyExpires(w *world) {
	key := w.apiKey(time.Hour)
	w.rotate(key, secret("next"), w.now().Add(2*time.Hour))
	w.clock.advance(time.Hour - time.Millisecond)
	want := w.storedKey(key.ID)
	w.opens(key.Secret, want)
	w.opens(secret("next"), want)
	w.clock.advance(time.Millisecond)
	w.noKey(key.Secret)
	w.noKey(secret("next"))
	w.same("by ID", w.storedKey(key.ID), want)
	listed, err := w.store.APIKeys(w.ctx, "", 10)
	w.must(err)
	w.same("listed", listed, []domain.APIKey{want})
}

func apiKeysListed(w *world) {
	var want []domain.APIKey
	for range 5 {
		want = append(want, w.apiKey(0))
	}
	for _, one := range []struct {
		after domain.ID
		limit int
		want  []domain.APIKey
	}{{"", 10, want}, {"", 2, want[:2]}, {want[1].ID, 2, want[2:4]}, {want[4].ID, 2, nil}} {
		got, err := w.store.APIKeys(w.ctx, one.after, one.limit)
		w.must(err)
		w.same("keys", got, one.want)
	}
}

func apiKeyRotated(w *world) {
	want := w.apiKey(0)
	old := want.Secret
	got := w.rotate(want, secret("next"), w.clock.Now().Add(time.Hour))
	want.Secret, want.Replaced, want.ReplacedUntil = secret("next"), old, w.now().Add(time.Hour)
	w.same("answer", got, want)
	w.clock.advance(time.Hour - time.Millisecond)
	w.opens(old, want)
	w.opens(secret("next"), want)
	w.clock.advance(time.Millisecond)
	w.noKey(old)
	w.opens(secret("next"), want)
}

func apiKeyRotatedTwice(w *world) {
	key := w.apiKey(0)
	w.rotate(key, secret("second"), w.now().Add(time.Hour))
	want := w.rotate(key, secret("third"), w.now().Add(time.Hour))
	w.noKey(key.Secret)
	w.opens(secret("second"), want)
	w.opens(secret("third"), want)
	want = w.rotate(key, secret("fourth"), w.now()) // no overlap
	w.noKey(secret("second"))
	w.noKey(secret("third"))
	w.opens(secret("fourth"), want)
}

func apiKeyTouched(w *world) {
	want := w.apiKey(0)
	w.clock.advance(time.Minute)
	w.must(w.store.TouchAPIKey(w.ctx, want.ID, w.clock.Now()))
	want.LastUsedAt = w.now()
	w.same("key", w.storedKey(want.ID), want)
	w.must(w.store.TouchAPIKey(w.ctx, w.id(), w.now()))
}

func apiKeyDeleted(w *world) {
	key, other := w.apiKey(0), w.apiKey(0)
	key = w.rotate(key, secret("next"), w.now().Add(time.Hour))
	got, err := w.store.DeleteAPIKey(w.ctx, key.ID)
	w.must(err)
	w.same("deleted", got, key)
	w.noKey(key.Secret)
	w.noKey(key.Replaced)
	_, err = w.store.APIKey(w.ctx, key.ID)
	w.fails(err, domain.KindNotFound, "api_key_not_found")
	_, err = w.store.DeleteAPIKey(w.ctx, key.ID)
	w.fails(err, domain.KindNotFound, "api_key_not_found")
	w.must(w.store.TouchAPIKey(w.ctx, key.ID, w.now()))
	w.opens(other.Secret, other)
}

func apiKeyUnknown(w *world) {
	w.apiKey(0)
	_, err := w.store.APIKey(w.ctx, w.id())
	w.fails(err, domain.KindNotFound, "api_key_not_found")
	_, err = w.store.RotateAPIKey(w.ctx, w.id(), secret("next"), w.now())
	w.fails(err, domain.KindNotFound, "api_key_not_found")
}

func apiKeyRotatedTogether(w *world) {
	w.rotateTogether(func(int) domain.Store { return w.store })
}

// rotateTogether lets two rotate a key: the one that comes second replaces the secret of the first.
func (w *world) rotateTogether(store func(i int) domain.Store) {
	w.Helper()
	key := w.apiKey(0)
	names := []string{"a", "b"}
	together(len(names), func(i int) {
		if _, err := store(i).RotateAPIKey(w.ctx, key.ID, secret(names[i]), w.now().Add(time.Hour)); err != nil {
			w.Errorf("rotate: %v", err)
		}
	})
	want := w.storedKey(key.ID)
	first, second := secret("a"), secret("b")
	if want.Secret == first {
		first, second = second, first
	}
	w.same("secrets", []domain.APIKeySecret{want.Replaced, want.Secret}, []domain.APIKeySecret{first, second})
	w.noKey(key.Secret)
}
