package mongostore

import (
	"errors"
	"fmt"
	"net"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"
)

const (
	defaultDatabase = "dentalk"
	appName         = "dentalk"
	// timeout bounds every call whose context has no deadline, with its retries.
	timeout = 5 * time.Second
	// poolSize is enough for 16 calls under way at once: at 2 ms each, 8,000 a second.
	poolSize = 16
)

// errURI does not tell the URI, which may hold a password; nor do the driver's errors about it.
var errURI = errors.New("the URI of MongoDB is not valid: it must be like mongodb://user:password@host:27017/database")

// connect makes the client and gives the URI's database. No connection is made yet.
func connect(uri string) (*mongo.Database, error) {
	parsed, err := connstring.ParseAndValidate(uri)
	if lookup := (*net.DNSError)(nil); errors.As(err, &lookup) {
		return nil, fmt.Errorf("find the servers of MongoDB: %w", lookup)
	}
	if err != nil {
		return nil, errURI
	}
	settings := options.Client().ApplyURI(uri).SetAppName(appName).SetTimeout(timeout).
		SetWriteConcern(safe()).SetReadConcern(readconcern.Majority()).
		SetReadPreference(readpref.Primary()). // what was written is read back, such as a lease's token
		SetRetryWrites(true).SetRetryReads(true).SetDialer(&dialer{})
	if settings.MaxPoolSize == nil {
		settings.SetMaxPoolSize(poolSize)
	}
	client, err := mongo.Connect(settings)
	if err != nil {
		return nil, errURI
	}
	if parsed.Database == "" {
		parsed.Database = defaultDatabase
	}
	return client.Database(parsed.Database), nil
}

// safe is acknowledged by the majority after it is in their journals: it survives the loss of any
// one machine.
func safe() *writeconcern.WriteConcern {
	concern, journal := writeconcern.Majority(), true
	concern.Journal = &journal
	return concern
}
