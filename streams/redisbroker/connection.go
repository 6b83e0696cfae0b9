package redisbroker

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// channelsAtOnce is how many channels one command names.
const channelsAtOnce = 500

var (
	errSilent = errors.New("no probe has come through the connection")
	errEnded  = errors.New("the subscription was ended by Redis")
)

// connection is one connection of a link, from its making to its loss.
type connection struct {
	link     *link
	probe    string        // the channel of this connection's own
	opened   chan struct{} // closed when Redis has opened the channel of the probe
	isOpen   bool          // opened is closed; belongs to read
	commands *redis.PubSub
}

// connect makes a connection and serves it until it is lost, which the error explains.
func (l *link) connect(ctx context.Context) error {
	var random [8]byte
	rand.Read(random[:]) // never fails
	c := &connection{link: l, opened: make(chan struct{})}
	c.probe = l.server().channelIn(l.partition, "probe:"+hex.EncodeToString(random[:]))
	commands, err := l.server().open(ctx, c.probe)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	c.commands = commands
	l.mu.Lock()
	l.channels.reset()
	l.mu.Unlock()
	return c.serve(ctx)
}

// serve reads in this goroutine. Another one writes, since a connection whose other end takes
// nothing must not keep the reading from noticing; a third one closes, which ends a read.
func (c *connection) serve(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var group sync.WaitGroup
	group.Go(func() {
		<-ctx.Done()
		_ = c.commands.Close() // the connection is lost anyway
	})
	group.Go(func() {
		defer cancel()
		c.write(ctx)
	})
	err := c.read(ctx)
	cancel()
	group.Wait()
	return err
}

// read ends when the connection is lost. PubSub would connect again by itself and not tell.
func (c *connection) read(ctx context.Context) error {
	probed := time.Now()
	for {
		received, err := c.commands.ReceiveTimeout(ctx, probePatience)
		if err != nil {
			return fmt.Errorf("receive: %w", err)
		}
		switch one := received.(type) {
		case *redis.Subscription:
			if !c.answered(one) {
				return errEnded
			}
		case *redis.Message:
			if one.Channel == c.probe {
				probed = time.Now()
				c.link.probed()
			} else {
				c.link.heard(one)
			}
		}
		if time.Since(probed) > probePatience {
			return errSilent
		}
	}
}

// answered takes the confirmation of a command; false means that nothing was asked.
func (c *connection) answered(one *redis.Subscription) bool {
	if one.Channel == c.probe {
		again := c.isOpen // PubSub has connected anew behind our back
		if again || one.Kind != "subscribe" && one.Kind != "ssubscribe" {
			return false
		}
		c.isOpen = true
		close(c.opened)
		return true
	}
	c.link.mu.Lock()
	expected := c.link.channels.answer(one.Channel)
	c.link.mu.Unlock()
	c.link.look()
	return expected
}

func (l *link) heard(message *redis.Message) {
	l.mu.Lock()
	one := l.channels.byName[message.Channel]
	l.mu.Unlock()
	if one != nil {
		l.subscription.heard(one.topic, message.Payload)
	}
}

// write subscribes and probes until the context ends or a write fails. The first probe waits until
// Redis has opened its channel.
func (c *connection) write(ctx context.Context) {
	ticker := time.NewTicker(betweenProbes)
	defer ticker.Stop()
	opened := c.opened
	for c.ask(ctx) == nil {
		select {
		case <-ctx.Done():
			return
		case <-c.link.changed:
		case <-opened:
			opened = nil
			c.sendProbe(ctx)
		case <-ticker.C:
			if opened == nil {
				c.sendProbe(ctx)
			}
		}
	}
}

func (c *connection) ask(ctx context.Context) error {
	c.link.mu.Lock()
	subscribe, unsubscribe := c.link.channels.ask()
	c.link.mu.Unlock()
	server := c.link.server()
	for names := range slices.Chunk(subscribe, channelsAtOnce) {
		if err := server.subscribe(ctx, c.commands, names...); err != nil {
			return err
		}
	}
	for names := range slices.Chunk(unsubscribe, channelsAtOnce) {
		if err := server.unsubscribe(ctx, c.commands, names...); err != nil {
			return err
		}
	}
	return nil
}

// sendProbe goes the way of any command. When it fails, no probe comes back: that is what tells.
func (c *connection) sendProbe(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	server := c.link.server()
	if server.publish(ctx, server.client, c.probe, "").Err() == nil {
		c.link.subscription.broker.metrics.probesSent.Inc()
	}
}
