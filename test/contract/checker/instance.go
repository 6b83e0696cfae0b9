package checker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"dentalk/test/servers"
)

// raceExit is the exit code that the race detector is told to use.
const raceExit = 66

// instance is one process of the server, on the same address and data directory whenever it starts.
type instance struct {
	name    string
	address string
	dir     string
	binary  string
	report  *report

	mu      sync.Mutex // held by whoever makes it fail, until it serves again
	env     []string
	process *servers.Process
	log     *os.File
}

// start runs the process until it listens. One that ends before, because the database is down,
// is started again, as a supervisor would.
func (i *instance) start(ctx context.Context) error {
	for {
		err := i.try(ctx)
		if err == nil || !errors.Is(err, servers.ErrEnded) || ctx.Err() != nil || i.sick() {
			return err
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
}

func (i *instance) try(ctx context.Context) error {
	cmd := exec.Command(i.binary, "serve")
	cmd.Env, cmd.Stderr = i.env, io.Writer(i.log)
	process, err := servers.Begin(cmd)
	if err != nil {
		return err
	}
	i.process = process
	return process.Until(ctx, func(ctx context.Context) error { return get(ctx, "http://"+i.address+"/livez") })
}

// sick tells whether the process has printed what no process may, and reports it.
func (i *instance) sick() bool {
	output := i.process.Output()
	for _, bad := range []string{"DATA RACE", "panic:", "fatal error:"} {
		if strings.Contains(output, bad) {
			i.report.violation(violation{Rule: "no instance fails by itself", Detail: i.name + " printed " + bad, Log: strings.Split(output, "\n")})
			return true
		}
	}
	return false
}

// kill ends it between any two of its steps, and starts it again after a while.
func (i *instance) kill(ctx context.Context, down time.Duration) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.process.Kill()
	if err := pause(ctx, down); err != nil {
		return err
	}
	return i.start(ctx)
}

// freeze stops it by SIGSTOP for a while.
func (i *instance) freeze(ctx context.Context, length time.Duration) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if err := i.process.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	err := pause(ctx, length)
	return errors.Join(err, i.process.Signal(syscall.SIGCONT))
}

// restart ends it as a deploy does.
func (i *instance) restart(ctx context.Context) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.end()
	return i.start(ctx)
}

// end asks the process to end and holds that it ends well.
func (i *instance) end() {
	err := i.process.Stop(syscall.SIGTERM)
	if err != nil && !i.sick() {
		i.report.violation(violation{
			Rule: "an instance that is asked to end ends well", Detail: fmt.Sprintf("%s ended with %v", i.name, err),
			Log: strings.Split(i.process.Output(), "\n"),
		})
	}
}

// revive starts it again when it has ended by itself, which is a violation.
func (i *instance) revive(ctx context.Context) error {
	if !i.mu.TryLock() {
		return nil // somebody makes it fail now
	}
	defer i.mu.Unlock()
	select {
	case <-i.process.Exited():
	default:
		return nil
	}
	if !i.sick() {
		i.report.violation(violation{
			Rule: "no instance fails by itself", Detail: fmt.Sprintf("%s ended with %v", i.name, i.process.Result()),
			Log: strings.Split(i.process.Output(), "\n"),
		})
	}
	return i.start(ctx)
}

// ready tells whether it would take requests.
func (i *instance) ready(ctx context.Context) error { return get(ctx, "http://"+i.address+"/readyz") }

// openLog appends what the process prints to a file, from one start to the next.
func (i *instance) openLog() error {
	log, err := os.OpenFile(filepath.Join(i.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("open the log of %s: %w", i.name, err)
	}
	i.log = log
	return nil
}

const probeTimeout = 2 * time.Second

func get(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := oneShot.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %d", url, response.StatusCode)
	}
	return nil
}

// oneShot keeps no connections: what it asks may be gone the next moment.
var oneShot = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// pause waits; it gives the context's error when that ends first.
func pause(ctx context.Context, length time.Duration) error {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
