package domain

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/sync/semaphore"
)

// The cost of argon2id follows OWASP's password storage cheat sheet:
// 19 MiB, two passes, one lane.
const (
	argonMemory  = 19 * 1024 // KiB
	argonPasses  = 2
	argonLanes   = 1
	argonKeySize = 32
	argonSalt    = 16
)

// Passwords hashes and verifies passwords with argon2id. At most a fixed number of hashes are
// computed at once, so that a flood of logins cannot take all memory. It is safe for concurrent use.
type Passwords struct {
	slots *semaphore.Weighted
	// decoy is verified when a user does not exist, so that the answer takes as long.
	decoy string
}

// NewPasswords allows atOnce computations at a time, of 19 MiB each.
func NewPasswords(atOnce int) *Passwords {
	salt := make([]byte, argonSalt)
	return &Passwords{slots: semaphore.NewWeighted(int64(atOnce)), decoy: encodeHash(salt, argonKey("", salt))}
}

// Hash gives the PHC string of the password with a random salt. It waits for a free slot and gives
// KindUnavailable when the context ends first.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, argonSalt)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("read salt: %w", err)
	}
	key, err := p.key(ctx, password, salt)
	if err != nil {
		return "", err
	}
	return encodeHash(salt, key), nil
}

// Verify tells whether the password is the hash's. An empty hash is never matched, but takes as
// long as any other.
func (p *Passwords) Verify(ctx context.Context, password, hash string) (bool, error) {
	known := hash != ""
	if !known {
		hash = p.decoy
	}
	salt, want, err := decodeHash(hash)
	if err != nil {
		return false, err
	}
	got, err := p.key(ctx, password, salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

func (p *Passwords) key(ctx context.Context, password string, salt []byte) ([]byte, error) {
	if err := p.slots.Acquire(ctx, 1); err != nil {
		return nil, Unavailable("Too many logins at once; try again in a moment.")
	}
	defer p.slots.Release(1)
	return argonKey(password, salt), nil
}

func argonKey(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(password), salt, argonPasses, argonMemory, argonLanes, argonKeySize)
}

func encodeHash(salt, key []byte) string {
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, argonMemory, argonPasses, argonLanes, encode(salt), encode(key))
}

// decodeHash reads hashes of the present cost only; when the cost is raised, old ones need a branch.
func decodeHash(hash string) (salt, key []byte, err error) {
	cost := fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, argonMemory, argonPasses, argonLanes)
	rest, ok := strings.CutPrefix(hash, cost)
	saltText, keyText, ok2 := strings.Cut(rest, "$")
	if !ok || !ok2 {
		return nil, nil, fmt.Errorf("password hash has another form than %s…", cost)
	}
	if salt, err = base64.RawStdEncoding.DecodeString(saltText); err != nil {
		return nil, nil, fmt.Errorf("decode salt: %w", err)
	}
	if key, err = base64.RawStdEncoding.DecodeString(keyText); err != nil {
		return nil, nil, fmt.Errorf("decode key: %w", err)
	}
	return salt, key, nil
}
