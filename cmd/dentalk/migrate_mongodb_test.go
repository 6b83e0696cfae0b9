package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"dentalk/test/servers"
)

// newDatabase gives the URI of an empty database that is dropped when the test ends.
func newDatabase(t testing.TB) string {
	t.Helper()
	server, query, _ := strings.Cut(servers.MongoDB(t), "?")
	name := "migrate_" + strings.ToLower(rand.Text()[:12])
	t.Cleanup(func() {
		client, err := mongo.Connect(options.Client().ApplyURI(server + "?" + query).SetTimeout(30 * time.Second))
		must(t, err)
		must(t, client.Database(name).Drop(context.Background()))
		must(t, client.Disconnect(context.Background()))
	})
	return server + name + "?" + query
}

// TestMigrateToMongoDBAndBack interrupts both ways, and compares the ends of the journey.
func TestMigrateToMongoDBAndBack(t *testing.T) {
	source, between, back := "sqlite:"+generate(t, 2000), newDatabase(t), "sqlite:"+t.TempDir()
	for _, way := range [][2]string{{source, between}, {between, back}} {
		args := []string{"migrate", "--from", way[0], "--to", "mongodb:" + way[1]}
		if strings.HasPrefix(way[1], "sqlite:") {
			args[4] = way[1]
		}
		ctx, cancel := context.WithCancel(t.Context())
		stderr := &alarm{ring: cancel}
		code := run(ctx, args, nil, &bytes.Buffer{}, stderr)
		outcome{code: code, stderr: stderr.String()}.expect(t, 1, "dentalk: stopped; what was copied stays there")
		o := dentalk(t.Context(), args...).expect(t, 0, "all records have moved")
		t.Logf("%s%s", o.stderr, o.stdout)
	}
	dentalk(t.Context(), "migrate", "--verify", "--from", source, "--to", back).expect(t, 0, "in both")
}
