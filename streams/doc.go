// Package streams is everything between 'committed' and 'bytes of a frame': a store that publishes
// after each commit, the hub that fans events out to the open streams of one instance, the replay
// of what a stream has missed, the repair of what a broker lost, and the framing of server-sent
// events.
//
// The store is the truth and the broker only a hint. Within a room the seq of each message tells a
// duplicate from a gap, and every gap is filled from the store before anything later is delivered.
// A slow reader never delays another one: each connection has a bounded queue of its own, and the
// goroutine that serves the request is the only one that writes to it.
//
// Locks are taken in this order, and never the other way round: Hub.mu, room.mu, connection.mu,
// queue.mu. The lock of the lingering polls is taken with none of these held. The broker is never called with one of them held, since it delivers into them.
package streams
