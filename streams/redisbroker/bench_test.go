package redisbroker_test

import (
	"testing"

	"dentalk/domain"
	"dentalk/streams/membroker"
	"dentalk/streams/redisbroker"
)

// BenchmarkPublishAndReceive carries messages one by one to a subscription of another instance, with
// at most inFlight on the way.
func BenchmarkPublishAndReceive(b *testing.B) {
	b.Run("in the process", func(b *testing.B) {
		broker := membroker.New()
		publishAndReceive(b, broker, broker)
	})
	b.Run("through Redis", func(b *testing.B) {
		one, other := newPair(b, newServer(b).url())
		publishAndReceive(b, one, other)
	})
	b.Run("through a Redis Cluster", func(b *testing.B) {
		url, _ := newCluster(b)
		one, other := newPair(b, url)
		publishAndReceive(b, one, other)
	})
}

func publishAndReceive(b *testing.B, from, to domain.Broker) {
	b.Helper()
	const inFlight = redisbroker.QueueEvents / 4
	free := make(chan struct{}, inFlight)
	for range inFlight {
		free <- struct{}{}
	}
	subscription := to.Subscribe(func(domain.Event) { free <- struct{}{} })
	defer subscription.Close()
	if err := subscription.Watch(b.Context(), domain.RoomTopic("r")); err != nil {
		b.Fatal(err)
	}
	event := created("r", 1)
	b.ReportAllocs()
	for b.Loop() {
		<-free
		if err := from.Publish(b.Context(), event); err != nil {
			b.Fatal(err)
		}
	}
	for range inFlight {
		<-free
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkPublish is what a writer waits for.
func BenchmarkPublish(b *testing.B) {
	broker := newBroker(b, newServer(b).url())
	event := created("r", 1)
	b.ReportAllocs()
	for b.Loop() {
		_ = broker.Publish(b.Context(), event) // a full queue is as quick
	}
}
