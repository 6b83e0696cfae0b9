// Package checker holds the delivery contract against several real instances behind the gateway
// while their processes, Redis, the database and the network fail on a schedule drawn from a seed.
package checker
