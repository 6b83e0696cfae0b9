package domain

import "time"

// Session is one login of a user. It lives until it is ended or expires; its access tokens, its
// cookie, its stream tickets and its open streams end with it.
type Session struct {
	ID         ID
	UserID     ID
	CreatedAt  time.Time
	ExpiresAt  time.Time
	LastUsedAt time.Time // up to a few minutes behind
	Client     Client    // that used it last
}
