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
)

// patience is how long a test waits for something that must happen.
const patience = 60 * time.Second

// redisServer is a real Redis that can be killed, started again and stopped for a while.
type redisServer struct {
	t       testing.TB
	address string
	command []string
	process *exec.Cmd
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
	port := freePort(t)
	s := &redisServer{t: t, address: "127.0.0.1:" + port}
	s.command = append([]string{
		"--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", t.TempDir(), "--loglevel", "warning",
	}, arguments...)
	s.client = redis.NewClient(&redis.Options{Addr: s.address})
	t.Cleanup(func() {
		s.kill()
		s.client.Close()
	})
	s.start()
	return s
}

func freePort(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port
}

func (s *redisServer) url() string { return "redis://" + s.address }

func (s *redisServer) start() {
	s.t.Helper()
	s.process = exec.Command("redis-server", s.command...)
	if err := s.process.Start(); err != nil {
		s.t.Fatalf("start redis-server: %v", err)
	}
	eventually(s.t, "Redis answers", func() bool { return s.client.Ping(context.Background()).Err() == nil })
}

func (s *redisServer) kill() {
	if s.process == nil {
		return
	}
	_ = s.process.Process.Kill()
	_ = s.process.Wait() // it was killed: an error is what is expected
	s.process = nil
}

func (s *redisServer) signal(signal syscall.Signal) {
	s.t.Helper()
	if err := s.process.Process.Signal(signal); err != nil {
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
		node := newServer(t, "--cluster-enabled", "yes", "--cluster-port", freePort(t), "--cluster-config-file", "nodes.conf", "--cluster-node-timeout", "2000")
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
