package servers

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"syscall"
	"time"
)

const redisProgram = "redis-server"

// RedisServer is a Redis that keeps nothing on disk. Its methods are not safe for concurrent use.
type RedisServer struct {
	Addr    string // host:port, the same after a restart
	dir     string
	process *Process
}

// StartRedis runs a Redis until Stop.
func StartRedis(ctx context.Context) (*RedisServer, error) {
	address, err := FreeAddress()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "dentalk-redis-")
	if err != nil {
		return nil, fmt.Errorf("make a directory for Redis: %w", err)
	}
	r := &RedisServer{Addr: address, dir: dir}
	if err := r.start(ctx); err != nil {
		r.Stop()
		return nil, err
	}
	return r, nil
}

// URL is of the form that DENTALK_REDIS_URL takes.
func (r *RedisServer) URL() string { return "redis://" + r.Addr }

func (r *RedisServer) start(ctx context.Context) error {
	host, port, err := net.SplitHostPort(r.Addr)
	if err != nil {
		return fmt.Errorf("read the address of Redis: %w", err)
	}
	cmd := exec.Command(redisProgram, "--bind", host, "--port", port, "--dir", r.dir, "--save", "", "--appendonly", "no")
	if r.process, err = Begin(cmd); err != nil {
		return err
	}
	return r.process.Until(ctx, r.ping)
}

// ping needs no client for one command.
func (r *RedisServer) ping(ctx context.Context) error {
	var dialer net.Dialer
	connection, err := dialer.DialContext(ctx, "tcp", r.Addr)
	if err != nil {
		return err
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(pingTimeout)); err != nil {
		return err
	}
	const want = "+PONG"
	answer := make([]byte, len(want))
	if _, err := io.WriteString(connection, "PING\r\n"); err != nil {
		return err
	}
	if _, err := io.ReadFull(connection, answer); err != nil {
		return err
	}
	if string(answer) != want {
		return fmt.Errorf("ping Redis: it answers %q", answer)
	}
	return nil
}

// Kill ends Redis by SIGKILL.
func (r *RedisServer) Kill() { r.process.Kill() }

// Restart starts Redis on the same port, empty; before that it kills the one that may still run.
func (r *RedisServer) Restart(ctx context.Context) error {
	r.Kill()
	return r.start(ctx)
}

// Pause stops Redis by SIGSTOP: it accepts connections and answers nothing.
func (r *RedisServer) Pause() error { return r.process.Signal(syscall.SIGSTOP) }

// Continue ends a Pause.
func (r *RedisServer) Continue() error { return r.process.Signal(syscall.SIGCONT) }

// Stop ends Redis and removes its files.
func (r *RedisServer) Stop() {
	if r.process != nil {
		_ = r.process.Stop(syscall.SIGTERM)
	}
	_ = os.RemoveAll(r.dir)
}
