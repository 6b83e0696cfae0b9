package volatilestore_test

import (
	"context"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"dentalk/repository/volatilestore"
	"dentalk/test/servers"
)

// patience is how long a test waits for something that must happen.
const patience = 60 * time.Second

func newClient(t *testing.T, url string) redis.UniversalClient {
	t.Helper()
	client, err := volatilestore.NewClient(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	return client
}

// startCluster makes a cluster of three masters and gives its URL.
func startCluster(t *testing.T) string {
	t.Helper()
	needRedis(t)
	var addrs []string
	for range 3 {
		addrs = append(addrs, startNode(t))
	}
	create := exec.Command("redis-cli", append(append([]string{"--cluster", "create"}, addrs...), "--cluster-yes")...)
	if output, err := create.CombinedOutput(); err != nil {
		t.Fatalf("create cluster: %v: %s", err, output)
	}
	for _, addr := range addrs {
		client := newClient(t, "redis://"+addr)
		eventually(t, "the cluster is formed", func() bool {
			info, err := client.ClusterInfo(context.Background()).Result()
			return err == nil && strings.Contains(info, "cluster_state:ok")
		})
	}
	return "redis://" + addrs[0] + "?addr=" + addrs[1] + "&addr=" + addrs[2]
}

// needRedis skips on a machine without Redis, but not in CI: green never means skipped.
func needRedis(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err == nil {
		return
	}
	if os.Getenv("CI") != "" {
		t.Fatal("redis-server is not installed, and CI needs it")
	}
	t.Skip("redis-server is not installed")
}

// startNode starts one Redis for a cluster and gives its address.
func startNode(t *testing.T) string {
	t.Helper()
	addr, port := freeAddress(t)
	busPort := port
	for busPort == port {
		_, busPort = freeAddress(t)
	}
	process, err := servers.Begin(exec.Command("redis-server", "--bind", "127.0.0.1", "--port", port, "--dir", t.TempDir(),
		"--save", "", "--appendonly", "no", "--cluster-enabled", "yes", "--cluster-port", busPort))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(process.Kill)
	client := newClient(t, "redis://"+addr)
	eventually(t, "redis-server answers", func() bool { return client.Ping(context.Background()).Err() == nil })
	return addr
}

func freeAddress(t *testing.T) (addr, port string) {
	t.Helper()
	addr, err := servers.FreeAddress()
	if err != nil {
		t.Fatal(err)
	}
	if _, port, err = net.SplitHostPort(addr); err != nil {
		t.Fatal(err)
	}
	return addr, port
}

// eventually waits for a condition.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(patience)
	for !condition() {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("never happened: %s", what)
		}
	}
}
