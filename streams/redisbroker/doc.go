// Package redisbroker carries events between instances by Redis Pub/Sub, which promises nothing:
// the hubs repair from the store whatever is lost, doubled or reordered on the way.
//
// Publish never waits for Redis. Events are handed at once to the subscriptions of the same
// process, so that streams of one instance are immediate also while Redis is down, and go through a
// bounded queue to everybody else. What comes back from Redis of this instance's own is dropped.
// Thus own events may overtake those of others that were published earlier; the order within a
// room is the hub's to restore, by seq.
//
// Each topic is a channel of its own, so that Redis sends an event only to the instances that watch
// one of its topics. On a Redis Cluster the sharded commands are used: topics fall into a fixed
// number of partitions, whose number in braces decides the shard, and a subscription holds one
// connection for each partition.
//
// A subscription proves all the time that it is alive: it watches a channel of its own, to which a
// probe is published every second over another connection. A connection that has been without a
// probe for three seconds is given up and made anew, whatever else works.
package redisbroker
