package redisbroker_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"dentalk/test/servers"
)

// patience is how long a test waits for something that must happen.
const patience = 60 * time.Second

// redisServer is a real Redis that can be killed, started again and stopped for a while.
type redisServer struct {
	t       testing.TB
	address string
	command []string
	process *servers.Process
	client  *redis.Client
}

// newServer starts a Redis; without one installed the test is skipped, or fails in CI.
func newServer(t testing.TB, arguments ...string) *redisServer {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("redis-server is not installed")
		}
		t.Skip("redis-server is not installed")
	}
	address, port := freeAddress(t)
	busPort := port // between the nodes of a cluster
	for busPort == port {
		_, busPort = freeAddress(t)
	}
	s := &redisServer{t: t, address: address}
	s.command = append([]string{
		"--port", port, "--cluster-port", busPort, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", t.TempDir(), "--loglevel", "warning",
	}, arguments...)
	s.client = redis.NewClient(&redis.Options{Addr: s.address})
	t.Cleanup(func() { s.client.Close() })
	s.start()
	t.Cleanup(func() { s.kill() }) // the one that runs then
	return s
}

func freeAddress(t testing.TB) (address, port string) {
	t.Helper()
	address, err := servers.FreeAddress()
	if err != nil {
		t.Fatal(err)
	}
	if _, port, err = net.SplitHostPort(address); err != nil {
		t.Fatal(err)
	}
	return address, port
}

func (s *redisServer) url() string { return "redis://" + s.address }

func (s *redisServer) start() {
	s.t.Helper()
	process, err := servers.Begin(exec.Command("redis-server", s.command...))
	if err != nil {
		s.t.Fatal(err)
	}
	s.process = process
	eventually(s.t, "Redis answers", func() bool { return s.client.Ping(context.Background()).Err() == nil })
}

func (s *redisServer) kill() { s.process.Kill() }

func (s *redisServer) signal(signal syscall.Signal) {
	s.t.Helper()
	if err := s.process.Signal(signal); err != nil {
		s.t.Fatal(err)
	}
}

func (s *redisServer) do(arguments ...any) string {
	s.t.Helper()
	answer, err := s.client.Do(s.t.Context(), arguments...).Result()
	if err != nil {
		s.t.Fatalf("%v: %v", arguments, err)
	}
	return fmt.Sprint(answer)
}

// newCluster starts three masters and gives the address of the cluster.
func newCluster(t testing.TB) (url string, nodes []*redisServer) {
	t.Helper()
	create := []string{"--cluster", "create"}
	for range 3 {
		node := newServer(t, "--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", "--cluster-node-timeout", "2000")
		nodes, create = append(nodes, node), append(create, node.address)
	}
	if output, err := exec.Command("redis-cli", append(create, "--cluster-yes")...).CombinedOutput(); err != nil {
		t.Fatalf("make a cluster: %v: %s", err, output)
	}
	for _, node := range nodes {
		eventually(t, "the cluster is whole", func() bool { return strings.Contains(node.do("CLUSTER", "INFO"), "cluster_state:ok") })
	}
	return "redis+cluster://" + nodes[0].address + "?addr=" + nodes[1].address, nodes
}

// eventually waits for a condition.
func eventually(t testing.TB, what string, condition func() bool) {
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
