// Package streamstest holds what tests of streams share: a store in memory that can be made to
// fail, a broker that loses, doubles and reorders, a reader of server-sent events, and the suite
// that every broker passes.
package streamstest
