package test

import (
	"bufio"
	"bytes"
	"context"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// exitSignal asks a process to end well.
const exitSignal = syscall.SIGTERM

const operatorPassword = "operator's password"

// server is one running process of the binary.
type server struct {
	url    string
	dir    string
	addr   string
	cmd    *exec.Cmd
	exited chan error
	output *lockedBuffer
}

// lockedBuffer collects what a process prints. It is safe for concurrent use.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}

// startServer runs the binary on a data dir until the test ends. Settings are added to the
// environment as NAME=VALUE.
func startServer(t testing.TB, dir string, settings ...string) *server {
	t.Helper()
	return startServerAt(t, "127.0.0.1:0", dir, settings...)
}

// startServerAt listens on an address of before, so that clients find the server again.
func startServerAt(t testing.TB, addr, dir string, settings ...string) *server {
	t.Helper()
	s := &server{dir: dir, cmd: exec.Command(binary, "serve"), exited: make(chan error, 1), output: &lockedBuffer{}}
	s.cmd.Env = append([]string{
		"DENTALK_ADDR=" + addr, "DENTALK_DATA_DIR=" + dir, "DENTALK_OPERATOR_PASSWORD=" + operatorPassword,
		"DENTALK_LOG_LEVEL=" + logLevel(t), "GORACE=halt_on_error=1 exitcode=66",
	}, settings...)
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.cmd.Stderr = s.output
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	for s.url == "" && lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), "dentalk listens on "); ok {
			s.url, s.addr = url, strings.TrimPrefix(url, "http://")
		}
	}
	go func() {
		for lines.Scan() { // drain, so that the process never blocks on its output
		}
		s.exited <- s.cmd.Wait()
	}()
	if s.url == "" {
		t.Fatalf("the server did not start: %v\n%s", <-s.exited, s.output)
	}
	t.Cleanup(func() {
		s.stop(t)
		if t.Failed() && s.output.String() != "" {
			t.Logf("the server printed, besides its requests:\n%s", s.remarks())
		}
	})
	return s
}

// logLevel is debug, so that the search for secrets in the logs sees all there is, but for benchmarks.
func logLevel(t testing.TB) string {
	if _, measured := t.(*testing.B); measured {
		return "info"
	}
	return "debug"
}

// refusedStart runs the binary with settings that it must not start with, and gives what it says.
func refusedStart(t testing.TB, settings ...string) string {
	t.Helper()
	cmd := exec.Command(binary, "serve")
	cmd.Env = append([]string{"DENTALK_ADDR=127.0.0.1:0", "DENTALK_DATA_DIR=" + t.TempDir()}, settings...)
	output, err := cmd.CombinedOutput()
	if err == nil {
		t.Errorf("the server started with %v", settings)
	}
	return string(output)
}

// kill ends the process as a power cut would, between any two of its steps.
func (s *server) kill(t testing.TB) {
	t.Helper()
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-s.exited
	s.exited = nil
}

// stop asks the process to end, and fails the test when it does not end well or when the race
// detector or a panic has spoken.
func (s *server) stop(t testing.TB) {
	t.Helper()
	if s.exited == nil {
		return
	}
	_ = s.cmd.Process.Signal(exitSignal)
	select {
	case err := <-s.exited:
		if err != nil {
			t.Errorf("the server ended with %v:\n%s", err, s.output)
		}
	case <-time.After(time.Minute):
		_ = s.cmd.Process.Signal(syscall.SIGQUIT)
		<-s.exited
		t.Errorf("the server did not end within a minute:\n%s", s.output)
	}
	s.exited = nil
	used.checkNotIn(t, s.url, s.output.String())
	for _, bad := range []string{"DATA RACE", "panic"} {
		if strings.Contains(s.output.String(), bad) {
			t.Errorf("the server printed %q:\n%s", bad, s.remarks())
		}
	}
}

// remarks are what the server printed but for its line about each request.
func (s *server) remarks() string {
	var remarks strings.Builder
	for line := range strings.Lines(s.output.String()) {
		if !strings.Contains(line, "level=DEBUG msg=request ") {
			remarks.WriteString(line)
		}
	}
	return remarks.String()
}

// eventually waits until a condition holds; it fails the test after a long time.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	deadline, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-deadline.Done():
			t.Fatalf("never came: %s", what)
		case <-tick.C:
		}
	}
}
