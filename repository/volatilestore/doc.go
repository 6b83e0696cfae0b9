// Package volatilestore keeps what instances share and may lose: in process, in Redis, and in
// Redis with the process as its stand-in. It also caches sessions in front of a domain.Store.
package volatilestore
