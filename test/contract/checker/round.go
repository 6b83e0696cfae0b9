package checker

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// setUp bounds what comes before the writing.
const setUp = 2 * time.Minute

// follower is a subscriber or a poller.
type follower interface {
	run(ctx context.Context)
	watch() *observer
}

// round is one run of everything on one seed.
type round struct {
	cluster *Cluster
	seed    uint64
	report  *report
	ledger  *ledger
	world   *world

	followers []follower
	readers   []*reader
	writers   []*writer
	saboteur  *saboteur
	begun     time.Time
	final     map[string][]message // the histories as settle has left them
}

// Round runs the seed on a new database and checks the contract. An error means that there is
// no result; a broken contract is in the result.
func (c *Cluster) Round(ctx context.Context, seed uint64) (Result, error) {
	r := &round{
		cluster: c, seed: seed, report: &report{out: c.options.Progress}, ledger: newLedger(), saboteur: newSaboteur(c), begun: time.Now(),
	}
	database := fmt.Sprintf("contract_%d_%d", seed, r.begun.UnixMilli())
	err := c.begin(ctx, database, r.report)
	if err == nil {
		err = r.run(ctx)
	}
	c.end()
	return r.result(), err
}

func (r *round) run(ctx context.Context) (err error) {
	prepare, cancel := context.WithTimeout(ctx, setUp)
	defer cancel()
	if r.world, err = newWorld(prepare, r.cluster.gateway.URL(), r.cluster.options.Rooms, r.random("rooms")); err != nil {
		return fmt.Errorf("make users and rooms: %w", err)
	}
	defer r.world.client.CloseIdleConnections()
	r.assemble()

	var group sync.WaitGroup
	defer group.Wait()
	following, stop := context.WithCancel(ctx)
	defer stop()
	for _, one := range r.followers {
		group.Go(func() { one.run(following) })
	}
	if err := until(prepare, r.notReady); err != nil {
		return fmt.Errorf("wait for the subscribers: %w", err)
	}
	group.Go(func() { r.tellProgress(following) })
	group.Go(func() { r.reviveInstances(following) })
	if err := r.disturb(ctx); err != nil {
		return err
	}
	settled := r.settle(ctx)
	if err := r.check(ctx); err != nil {
		return err
	}
	return settled
}

// disturb lets writers, readers and faults work, and returns when all of them are done.
func (r *round) disturb(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, r.cluster.options.Duration+r.cluster.options.Settle)
	defer cancel()
	writing := make(chan struct{})
	end := time.AfterFunc(r.cluster.options.Duration, func() { close(writing) })
	defer end.Stop()
	var group sync.WaitGroup
	for _, one := range r.writers {
		group.Go(func() { one.run(ctx, writing) })
	}
	for _, one := range r.readers {
		group.Go(func() { one.run(ctx, writing) })
	}
	err := r.saboteur.run(ctx, plan(r.seed, r.cluster.options))
	group.Wait()
	return err
}

// assemble makes everybody who takes part: a stream of everything, a reader and a writer for each
// user, two streams for each room, the operator's, and two long polls.
func (r *round) assemble() {
	w := r.world
	for _, user := range append(w.users, w.operator) {
		rooms := w.roomsOf(user)
		if len(rooms) == 0 {
			continue
		}
		everything := r.subscriber(user, "")
		every := time.Duration(float64(len(w.users)+1) / r.cluster.options.Rate * float64(time.Second))
		r.writers = append(r.writers, &writer{
			caller: user, rooms: rooms, random: r.random("writer " + user.name), every: every, ledger: r.ledger, report: r.report,
		})
		if !user.isOperator() {
			r.readers = append(r.readers, newReader(user, rooms, everything.observer, r.random("reader "+user.name), r.report))
		}
	}
	for n, room := range w.rooms {
		members := w.members[room]
		r.subscriber(members[0], room)
		r.subscriber(members[len(members)-1], room)
		if n == 0 {
			r.subscriber(w.operator, room)
			r.poller(members[0], room)
			r.poller(members[len(members)-1], "")
		}
	}
}

func (r *round) subscriber(user *caller, room string) *subscriber {
	name := fmt.Sprintf("stream %d of %s", len(r.followers)+1, user.name)
	one := newSubscriber(name, user, room, r.random(name), r.report)
	r.followers = append(r.followers, one)
	return one
}

func (r *round) poller(user *caller, room string) {
	name := fmt.Sprintf("poll %d of %s", len(r.followers)+1, user.name)
	r.followers = append(r.followers, newPoller(name, user, room, r.random(name), r.report))
}

func (r *round) random(name string) *rand.Rand { return newRandom(r.seed, name) }

// reviveInstances looks whether one has ended by itself.
func (r *round) reviveInstances(ctx context.Context) {
	for pause(ctx, time.Second) == nil {
		for _, one := range r.cluster.instances {
			if err := one.revive(ctx); err != nil && ctx.Err() == nil {
				r.report.violation(violation{Rule: "no instance fails by itself", Detail: fmt.Sprintf("%s does not start: %v", one.name, err)})
			}
		}
	}
}
