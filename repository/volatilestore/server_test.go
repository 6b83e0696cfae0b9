package volatilestore_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"dentalk/repository/volatilestore"
)

// patience is how long a test waits for something that must happen.
const patience = 60 * time.Second

// server is a redis-server of the test's own, on a port that it keeps over restarts.
type server struct {
	t       *testing.T
	port    int
	more    []string // arguments
	command *exec.Cmd
}

// startRedis skips on a machine without Redis, but not in CI: green never means skipped.
func startRedis(t *testing.T, more ...string) *server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("redis-server is not installed, and CI needs it")
		}
		t.Skip("redis-server is not installed")
	}
	s := &server{t: t, port: freePort(t), more: append([]string{"--dir", t.TempDir()}, more...)}
	s.start()
	t.Cleanup(s.kill)
	return s
}

// freePort finds one whose number leaves room for that of a cluster's bus.
func freePort(t *testing.T) int {
	t.Helper()
	for {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := listener.Addr().(*net.TCPAddr).Port
		if err := listener.Close(); err != nil {
			t.Fatal(err)
		}
		if port < 55_000 {
			return port
		}
	}
}

func (s *server) start() {
	s.t.Helper()
	arguments := append([]string{"--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"}, s.more...)
	s.command = exec.Command("redis-server", arguments...)
	if err := s.command.Start(); err != nil {
		s.t.Fatal(err)
	}
	client := s.client()
	eventually(s.t, "redis-server answers", func() bool { return client.Ping(context.Background()).Err() == nil })
}

func (s *server) kill() {
	if s.command == nil {
		return
	}
	_ = s.command.Process.Kill() // it may have ended by itself
	_ = s.command.Wait()
	s.command = nil
}

func (s *server) addr() string { return fmt.Sprintf("127.0.0.1:%d", s.port) }

func (s *server) client() redis.UniversalClient { return newClient(s.t, "redis://"+s.addr()) }

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
	var addrs []string
	for range 3 {
		addrs = append(addrs, startRedis(t, "--cluster-enabled", "yes").addr())
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
