// Package servers starts the real servers that tests need: Redis, a server that speaks MongoDB's
// protocol, one that speaks S3, nginx, and Apertium. Each listens on an address of its own on 127.0.0.1, keeps its files in a
// directory of its own, and can be made to fail. The Start functions are for programs; the
// functions that take a testing.TB end what they started with the test.
package servers
