package servers_test

import (
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"dentalk/test/servers"
)

func connect(t *testing.T, uri string) *mongo.Client {
	t.Helper()
	client, err := mongo.Connect(options.Client().ApplyURI(uri).SetTimeout(10 * time.Second).
		SetServerSelectionTimeout(time.Second).SetRetryReads(false).SetRetryWrites(false))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Disconnect(t.Context()) })
	return client
}

func TestUpdatesAreAtomic(t *testing.T) {
	const writers, each = 8, 25
	client := connect(t, servers.MongoDB(t))
	counters := client.Database("servers_atomic").Collection("counters")
	if _, err := counters.InsertOne(t.Context(), bson.M{"_id": "one", "n": 0}); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for range each {
				if _, err := counters.UpdateByID(t.Context(), "one", bson.M{"$inc": bson.M{"n": 1}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	var counter struct{ N int }
	if err := counters.FindOne(t.Context(), bson.M{"_id": "one"}).Decode(&counter); err != nil {
		t.Fatal(err)
	}
	if counter.N != writers*each {
		t.Errorf("%d updates were lost", writers*each-counter.N)
	}
	if err := client.Database("servers_atomic").Drop(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestKilledDatabaseKeepsWhatWasCommitted(t *testing.T) {
	server := servers.OwnMongoDB(t)
	client := connect(t, server.URI())
	documents := client.Database("servers_kill").Collection("documents")
	for n := range 20 {
		if _, err := documents.InsertOne(t.Context(), bson.M{"_id": n}); err != nil {
			t.Fatal(err)
		}
	}
	server.Kill()
	if _, err := documents.InsertOne(t.Context(), bson.M{"_id": 20}); err == nil {
		t.Fatal("a killed database answered")
	}
	if err := server.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	count := func() (n int64, err error) {
		err = waitFor(t, func() error { n, err = documents.CountDocuments(t.Context(), bson.M{}); return err })
		return n, err
	}
	if n, err := count(); err != nil || n != 20 {
		t.Fatalf("%d documents are left of 20: %v", n, err)
	}
	server.Proxy.Refuse()
	if _, err := documents.CountDocuments(t.Context(), bson.M{}); err == nil {
		t.Fatal("a database that refuses connections answered")
	}
	if err := server.Proxy.Accept(); err != nil {
		t.Fatal(err)
	}
	if n, err := count(); err != nil || n != 20 {
		t.Fatalf("%d documents are left of 20: %v", n, err)
	}
}
