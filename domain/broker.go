package domain

import "context"

// Broker carries events between instances. It is only a hint: an implementation may lose, double
// and reorder events, and whoever receives them repairs that from the store.
type Broker interface {
	// Publish hands the events, in order, to the subscriptions that watch one of their topics.
	// It never waits for a receiver beyond what the context allows. An error means that some may
	// not have left; the caller goes on, since the store holds the truth.
	Publish(ctx context.Context, events ...Event) error
	// Subscribe makes a subscription that watches nothing yet. Events are handed to deliver, which
	// must not block; it may be called by several goroutines at once, until Close has returned.
	Subscribe(deliver func(Event)) Subscription
}

// Subscription is one instance's ear at the broker. It is safe for concurrent use.
type Subscription interface {
	// Watch adds topics. When it returns, events published from then on are delivered as far as
	// the broker delivers at all.
	Watch(ctx context.Context, topics ...Topic) error
	Unwatch(topics ...Topic)
	// Healthy tells whether events are expected to arrive. While it is false, whoever relies on
	// the subscription compares with the store more often.
	Healthy() bool
	// Close ends the deliveries and waits for those under way.
	Close()
}
