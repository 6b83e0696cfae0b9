package handlers

import "context"

// LoginFailed counts a failed login, as a wrong password does.
func (a *API) LoginFailed(ctx context.Context, username, address string) {
	a.throttle.failed(ctx, attempt{username: username, address: address})
}
