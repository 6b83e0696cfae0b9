package domain

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	maxKeyName = 100
	// MaxKeyOverlap is how long a replaced secret may stay good at most.
	MaxKeyOverlap = 7 * 24 * time.Hour
	// DefaultKeyOverlap is how long it stays good when nobody says otherwise.
	DefaultKeyOverlap = 24 * time.Hour
)

// NewAPIKey is a key to be made.
type NewAPIKey struct {
	Name      string
	Scopes    []string
	ExpiresAt time.Time // zero: never
}

// Check validates k for a key that is made now and returns it in canonical spelling.
func (k NewAPIKey) Check(now time.Time) (NewAPIKey, error) {
	var v validation
	k.Name = strings.TrimSpace(k.Name)
	v.line("name", k.Name, 1, maxKeyName)
	v.scopes(k.Scopes)
	if !k.ExpiresAt.IsZero() && !k.ExpiresAt.After(now) {
		v.add("expiresAt", "out_of_range", "must be in the future")
	}
	return k, v.err()
}

func (v *validation) scopes(scopes []string) {
	if len(scopes) == 0 {
		v.add("scopes", "required", "must name at least one of "+strings.Join(Scopes(), ", "))
	}
	for i, scope := range scopes {
		field := fmt.Sprintf("scopes[%d]", i)
		if !slices.Contains(Scopes(), scope) {
			v.add(field, "invalid", "must be one of "+strings.Join(Scopes(), ", "))
		} else if slices.Contains(scopes[:i], scope) {
			v.add(field, "duplicate", "is named more than once")
		}
	}
}
