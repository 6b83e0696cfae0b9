// Package sqlitestore is the embedded store: a domain.Store in one SQLite file, for an instance
// that runs alone and has nothing else installed.
//
// One goroutine writes. It takes everything that waits, runs it in one transaction and commits
// once, so that many writers share the cost of one fsync. Readers have connections of their own
// and, the journal being write-ahead, never wait for the writer.
package sqlitestore
