package streams

import "dentalk/domain"

// hasUser tells whether the user has a connection here.
func (r *registry) hasUser(id domain.ID) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return len(r.users[id]) > 0
}

// addUser and removeUser tell of a person's first and last connection; r.mu is held.
func (r *registry) addUser(c *connection) {
	user := c.request.Viewer.UserID
	first := len(r.users[user]) == 0
	addTo(r.users, user, c)
	if first && c.request.isPerson() {
		r.changed(user)
	}
}

func (r *registry) removeUser(c *connection) {
	user := c.request.Viewer.UserID
	removeFrom(r.users, user, c)
	if len(r.users[user]) == 0 && c.request.isPerson() {
		r.changed(user)
	}
}
