package domain

import "time"

// APIKey lets a third party's system call the API, within its scopes.
type APIKey struct {
	ID     ID
	Name   string
	Scopes []string
	Secret APIKeySecret
	// Replaced is the secret before the last rotation, good until ReplacedUntil; empty when there
	// is none.
	Replaced      APIKeySecret
	ReplacedUntil time.Time
	CreatedBy     ID // operator
	CreatedAt     time.Time
	ExpiresAt     time.Time // zero: never
	LastUsedAt    time.Time // up to a minute behind; zero: never
}

// APIKeySecret is what is kept of a secret.
type APIKeySecret struct {
	ID     ID // with which the streams of those who call with it end
	Hash   string
	Prefix string // its first characters, by which people tell keys apart
}

// secretWith gives the secret with this hash, by which the key was found.
func (k APIKey) secretWith(hash string) APIKeySecret {
	if hash == k.Replaced.Hash {
		return k.Replaced
	}
	return k.Secret
}

// expires tells when the secret does; the zero time is never.
func (k APIKey) expires(secretID ID) time.Time {
	if secretID == k.Replaced.ID && (k.ExpiresAt.IsZero() || k.ReplacedUntil.Before(k.ExpiresAt)) {
		return k.ReplacedUntil
	}
	return k.ExpiresAt
}

// GoodSecrets gives those with which the key can be used at this time: none when it has expired.
func (k APIKey) GoodSecrets(now time.Time) []APIKeySecret {
	if !k.ExpiresAt.IsZero() && !k.ExpiresAt.After(now) {
		return nil
	}
	if k.ReplacedUntil.After(now) {
		return []APIKeySecret{k.Secret, k.Replaced}
	}
	return []APIKeySecret{k.Secret}
}
