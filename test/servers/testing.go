package servers

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"sync"
	"testing"
)

// mongoDBURI names the environment variable that points the tests at a MongoDB of their own.
const mongoDBURI = "DENTALK_TEST_MONGODB_URI"

// shared is the one database of a test process, since its start takes seconds. Main ends it.
var shared struct {
	sync.Mutex
	mongoDB *MongoDBServer
	err     error
	running bool // inside Main
}

// Main runs the tests of a package and then ends the servers that they have shared. It gives the
// exit code.
func Main(m *testing.M) int {
	shared.Lock()
	shared.running = true
	shared.Unlock()
	code := m.Run()
	shared.Lock()
	defer shared.Unlock()
	if shared.mongoDB != nil {
		shared.mongoDB.Stop()
	}
	return code
}

// MongoDB gives the URI of a database for the whole test process, without a database's name: each
// test takes one of its own. TestMain must call Main. The environment variable
// DENTALK_TEST_MONGODB_URI gives another server.
func MongoDB(t testing.TB) string {
	t.Helper()
	if uri := os.Getenv(mongoDBURI); uri != "" {
		return uri
	}
	needMongoDB(t)
	shared.Lock()
	defer shared.Unlock()
	if !shared.running {
		t.Fatal("TestMain must call servers.Main")
	}
	if shared.mongoDB == nil && shared.err == nil {
		shared.mongoDB, shared.err = StartMongoDB(context.Background())
	}
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.mongoDB.URI()
}

// OwnMongoDB gives a database that the test may kill.
func OwnMongoDB(t testing.TB) *MongoDBServer {
	t.Helper()
	needMongoDB(t)
	server, err := StartMongoDB(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return server
}

// Redis gives a Redis that the test may kill.
func Redis(t testing.TB) *RedisServer {
	t.Helper()
	_, err := exec.LookPath(redisProgram)
	need(t, err)
	server, err := StartRedis(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return server
}

// Gateway gives the deployed gateway before instances at these addresses.
func Gateway(t testing.TB, instances ...string) *NginxServer {
	t.Helper()
	_, err := nginxProgram()
	need(t, err)
	server, err := StartGateway(t.Context(), instances...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return server
}

// NewProxy gives a proxy before the target.
func NewProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	proxy, err := StartProxy(target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Close)
	return proxy
}

// NeedAll skips or fails a test that starts all servers by itself when one is missing.
func NeedAll(t testing.TB) {
	t.Helper()
	_, redis := exec.LookPath(redisProgram)
	_, nginx := nginxProgram()
	_, postgreSQL := postgreSQLPrograms()
	need(t, errors.Join(redis, nginx, postgreSQL))
}

func needMongoDB(t testing.TB) {
	t.Helper()
	_, err := postgreSQLPrograms()
	need(t, err)
}

// need skips the test when its server is not installed. In CI it fails: green never means skipped.
func need(t testing.TB, missing error) {
	t.Helper()
	if missing == nil {
		return
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%v; make setup installs it", missing)
	}
	t.Skipf("%v; make setup installs it", missing)
}
