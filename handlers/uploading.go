package handlers

import (
	"sync"
	"time"

	"dentalk/domain"
)

const (
	// maxUploads is how many uploads may be under way on this instance: each holds disk space.
	maxUploads = 64
	// maxUploadsOfUser is how many of them may be one user's, so that nobody takes all.
	maxUploadsOfUser = 4
)

// uploading counts the uploads under way. The zero value is ready. It is safe for concurrent use.
type uploading struct {
	mu    sync.Mutex
	users map[domain.ID]int
	all   int
}

// enter begins an upload, which lasts until leave is called.
func (u *uploading) enter(user domain.ID) (leave func(), err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.users[user] >= maxUploadsOfUser {
		return nil, &domain.Error{
			Kind: domain.KindRateLimited, Code: "too_many_uploads", Detail: "Too many uploads at once; wait until one has ended.", RetryAfter: 5 * time.Second,
			Limit: maxUploadsOfUser,
		}
	}
	if u.all >= maxUploads {
		return nil, domain.Unavailable("Too many uploads are under way.")
	}
	if u.users == nil {
		u.users = make(map[domain.ID]int)
	}
	u.users[user]++
	u.all++
	return func() { u.leave(user) }, nil
}

func (u *uploading) leave(user domain.ID) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.all--
	if u.users[user]--; u.users[user] == 0 {
		delete(u.users, user)
	}
}
