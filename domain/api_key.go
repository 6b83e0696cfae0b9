package domain

import "time"

// APIKey lets a third party's system call the API, within its scopes.
type APIKey struct {
	ID     ID
	Name   string
	Scopes []string
	APIKeySecret
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
	Hash   string
	Prefix string // its first characters, by which people tell keys apart
}
