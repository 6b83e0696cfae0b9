package streams

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"dentalk/domain"
)

const (
	// presenceLives is how many renewals a user's presence outlives.
	presenceLives = 3
	// presenceAtOnce is how many users one call of the presence store may name.
	presenceAtOnce = 500
)

// presences tells the presence store which users have connections here, and everybody who shares a
// room with one of them when the first opens anywhere, or the last has been closed for a while.
type presences struct {
	hub   *Hub
	store domain.PresenceStore
	wake  chan struct{} // of capacity 1

	mu      sync.Mutex
	changed map[domain.ID]struct{} // users whose first connection has opened, or last one closed

	// The rest belongs to the goroutine of run.
	present map[domain.ID]time.Time // since when all connections are closed; zero: one is open
	renewed time.Time
	well    bool // the last call of the store succeeded
}

// startPresences does nothing without a presence store.
func (h *Hub) startPresences(ctx context.Context) {
	if h.config.Presences == nil {
		return
	}
	p := &presences{
		hub: h, store: h.config.Presences, wake: make(chan struct{}, 1), changed: make(map[domain.ID]struct{}),
		present: make(map[domain.ID]time.Time), renewed: time.Now(), well: true,
	}
	h.connections.changed = p.notice
	h.zone.acquire(ctx, domain.TopicPresence)
	h.group.Go(p.run)
}

// notice never waits: the registry's lock is held.
func (p *presences) notice(user domain.ID) {
	p.mu.Lock()
	p.changed[user] = struct{}{}
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func (p *presences) take() map[domain.ID]struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	changed := p.changed
	p.changed = make(map[domain.ID]struct{})
	return changed
}

// run looks at what has changed until the hub closes.
func (p *presences) run() {
	ctx, config := p.hub.running, p.hub.config
	ticker := time.NewTicker(max(min(config.PresenceGrace, config.PresenceRenewal)/4, time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			p.leave(context.WithoutCancel(ctx))
			return
		case <-p.wake:
		case <-ticker.C:
		}
		p.come(ctx)
		p.part(ctx)
		if time.Since(p.renewed) >= config.PresenceRenewal {
			p.renewed = time.Now()
			p.renew(ctx)
		}
	}
}

// come notes what has changed, and tells of those who had no connection anywhere.
func (p *presences) come(ctx context.Context) {
	var fresh []domain.ID
	for user := range p.take() {
		_, known := p.present[user]
		switch open := p.hub.connections.hasUser(user); {
		case open && !known:
			fresh = append(fresh, user)
			p.present[user] = time.Time{}
		case open:
			p.present[user] = time.Time{} // back in time: nobody notices
		case known:
			p.present[user] = time.Now()
		}
	}
	p.arrived(ctx, fresh)
}

// arrived tells of those of the users who had no connection anywhere.
func (p *presences) arrived(ctx context.Context, users []domain.ID) {
	now := domain.Milliseconds(p.hub.config.Now())
	var here []domain.Presence
	for _, user := range p.connect(ctx, presenceLives*p.hub.config.PresenceRenewal, users) {
		here = append(here, domain.Presence{UserID: user, Connected: true, LastSeenAt: now})
	}
	p.tell(ctx, here)
}

// renew also tells of those whom the store has lost meanwhile: somebody may have been told that
// they were gone. And it tells of those whom an instance that died has left behind.
func (p *presences) renew(ctx context.Context) {
	p.arrived(ctx, p.users())
	bounded, cancel := context.WithTimeout(ctx, brokerTimeout)
	defer cancel()
	expired, err := p.store.Expired(bounded, p.hub.config.Now(), presenceAtOnce)
	p.report(err)
	p.tell(ctx, expired)
}

// part tells of those whose connections have been closed for the grace and who have none anywhere.
func (p *presences) part(ctx context.Context) {
	var gone []domain.Presence
	for user, since := range p.present {
		if since.IsZero() || time.Since(since) < p.hub.config.PresenceGrace {
			continue
		}
		delete(p.present, user)
		if p.disconnect(ctx, user) {
			gone = append(gone, domain.Presence{UserID: user, LastSeenAt: domain.Milliseconds(p.hub.config.Now())})
		}
	}
	p.tell(ctx, gone)
}

// leave gives those who are sent away when the hub closes the time of the grace to come back
// elsewhere.
func (p *presences) leave(ctx context.Context) { p.connect(ctx, p.hub.config.PresenceGrace, p.users()) }

func (p *presences) users() []domain.ID { return slices.Collect(maps.Keys(p.present)) }

// connect notes the users for the length of life and gives those who had no connection anywhere.
func (p *presences) connect(ctx context.Context, life time.Duration, users []domain.ID) (fresh []domain.ID) {
	for some := range slices.Chunk(users, presenceAtOnce) {
		bounded, cancel := context.WithTimeout(ctx, brokerTimeout)
		found, err := p.store.Connect(bounded, p.hub.config.Now(), life, p.hub.config.Instance, some...)
		cancel()
		if p.report(err); err != nil {
			return fresh
		}
		fresh = append(fresh, found...)
	}
	return fresh
}

func (p *presences) disconnect(ctx context.Context, user domain.ID) (last bool) {
	ctx, cancel := context.WithTimeout(ctx, brokerTimeout)
	defer cancel()
	last, err := p.store.Disconnect(ctx, p.hub.config.Now(), p.hub.config.Instance, user)
	p.report(err)
	return last && err == nil
}

// report logs the first failure in a row.
func (p *presences) report(err error) {
	if err != nil && p.well && !errors.Is(err, context.Canceled) {
		p.hub.config.Log.Warn("presence cannot be noted", "error", err)
	}
	p.well = err == nil
}
