// Package mongostore is a domain.Store on MongoDB, for any number of instances on one database.
//
// Nothing but documents coordinates the instances. The number of a message is decided by the
// unique index on room and seq: who loses takes the next number. Everything else is changed by
// updates of one document under a condition. There are no transactions, and every operation runs
// on a cluster that is sharded by room as well.
//
// The tests run against FerretDB 1, which differs from MongoDB in ways that the store may not rely
// on: it names neither the index nor the update that failed, has neither partial nor expiring
// indexes, of the accumulators of aggregations only $sum and $count, stops an ordered insert only
// within 100 documents, and scans the collection for everything but equality. docs/mongodb.md says
// more.
package mongostore
