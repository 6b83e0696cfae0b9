package servers_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"dentalk/test/servers"
)

func TestMain(m *testing.M) {
	code := servers.Main(m)
	if err := goleak.Find(); code == 0 && err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func TestRedisComesBackOnTheSamePort(t *testing.T) {
	server := servers.Redis(t)
	client := redis.NewClient(&redis.Options{Addr: server.Addr, MaxRetries: -1, ReadTimeout: time.Second})
	defer client.Close()
	if err := client.Set(t.Context(), "key", "value", 0).Err(); err != nil {
		t.Fatal(err)
	}
	server.Kill()
	if err := client.Ping(t.Context()).Err(); err == nil {
		t.Fatal("a killed Redis answered")
	}
	if err := server.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := client.Get(t.Context(), "key").Err(); err != redis.Nil {
		t.Fatalf("the new Redis is not empty: %v", err)
	}
}

func TestPausedRedisIsSilent(t *testing.T) {
	server := servers.Redis(t)
	if err := server.Pause(); err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(&redis.Options{Addr: server.Addr, MaxRetries: -1, ReadTimeout: 100 * time.Millisecond})
	defer client.Close()
	if err := client.Ping(t.Context()).Err(); err == nil {
		t.Fatal("a paused Redis answered")
	}
	if err := server.Continue(); err != nil {
		t.Fatal(err)
	}
	patient := redis.NewClient(&redis.Options{Addr: server.Addr})
	defer patient.Close()
	if err := patient.Ping(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
}

func TestPartitionHoldsBytesBack(t *testing.T) {
	proxy := servers.NewProxy(t, servers.Redis(t).Addr)
	client := redis.NewClient(&redis.Options{Addr: proxy.Addr, MaxRetries: -1, ReadTimeout: 100 * time.Millisecond})
	defer client.Close()
	if err := client.Ping(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	proxy.Partition()
	if err := client.Set(t.Context(), "late", "1", 0).Err(); err == nil {
		t.Fatal("an answer came through a partition")
	}
	proxy.Heal()
	if err := waitFor(t, func() error { return client.Get(t.Context(), "late").Err() }); err != nil {
		t.Fatalf("what was sent during the partition never arrived: %v", err)
	}
	proxy.Refuse()
	if err := client.Ping(t.Context()).Err(); err == nil {
		t.Fatal("a connection was accepted")
	}
	if err := proxy.Accept(); err != nil {
		t.Fatal(err)
	}
	if err := client.Ping(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
}

func TestGatewayTriesTheNextInstance(t *testing.T) {
	instance := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.Header.Get("X-Forwarded-For"))
	}))
	defer instance.Close()
	nobody, err := servers.FreeAddress()
	if err != nil {
		t.Fatal(err)
	}
	gateway := servers.Gateway(t, nobody, instance.Listener.Addr().String())
	for range 4 {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, gateway.URL(), nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Forwarded-For", "192.0.2.1")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || response.StatusCode != http.StatusOK || string(body) != "127.0.0.1" {
			t.Fatalf("got %d, %q, %v", response.StatusCode, body, err)
		}
	}
	http.DefaultClient.CloseIdleConnections()
}

// waitFor repeats until there is no error, for as long as a slow machine may take.
func waitFor(t *testing.T, try func() error) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		err := try()
		if err == nil || ctx.Err() != nil {
			return err
		}
	}
}
