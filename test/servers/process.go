package servers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"syscall"
	"time"
)

const (
	startTimeout = time.Minute
	stopTimeout  = 20 * time.Second
	betweenTries = 20 * time.Millisecond
)

// Process is one run of a program. Its methods are safe for concurrent use.
type Process struct {
	cmd    *exec.Cmd
	output *tail
	exited chan struct{} // closed when the process has ended
	result error         // how; read it after exited
}

// Begin starts the command in a process group of its own, so that an interrupt from the terminal
// leaves the end to whoever started it. What it prints goes also to the command's own Stderr.
func Begin(cmd *exec.Cmd) (*Process, error) {
	p := &Process{cmd: cmd, output: &tail{}, exited: make(chan struct{})}
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	dieWithParent(cmd.SysProcAttr)
	var output io.Writer = p.output
	if cmd.Stderr != nil {
		output = io.MultiWriter(p.output, cmd.Stderr)
	}
	cmd.Stdout, cmd.Stderr = output, output
	// Children of a killed process may hold its output open for a while.
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	go func() {
		p.result = cmd.Wait()
		close(p.exited)
	}()
	return p, nil
}

// Signal sends a signal.
func (p *Process) Signal(signal syscall.Signal) error {
	if err := p.cmd.Process.Signal(signal); err != nil {
		return fmt.Errorf("send %v to %s: %w", signal, p.cmd.Path, err)
	}
	return nil
}

// Kill ends the process between any two of its steps.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill()
	<-p.exited
}

// Stop asks the process to end by a signal, and kills it when it takes too long. It gives how the
// process ended.
func (p *Process) Stop(signal syscall.Signal) error {
	_ = p.cmd.Process.Signal(syscall.SIGCONT)
	_ = p.cmd.Process.Signal(signal)
	select {
	case <-p.exited:
	case <-time.After(stopTimeout):
		p.Kill()
	}
	return p.result
}

// Exited is closed when the process has ended.
func (p *Process) Exited() <-chan struct{} { return p.exited }

// Result is how the process ended; it waits for that.
func (p *Process) Result() error {
	<-p.exited
	return p.result
}

// Output is the end of what the process has printed.
func (p *Process) Output() string { return p.output.String() }

// ErrEnded says that a process ended instead of serving.
var ErrEnded = errors.New("it ended")

// Until waits until the process answers as it should. A process that ends first is ErrEnded.
func (p *Process) Until(ctx context.Context, answers func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(betweenTries)
	defer tick.Stop()
	for {
		err := answers(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.exited:
			return fmt.Errorf("start %s: %w: %v\n%s", p.cmd.Path, ErrEnded, p.result, p.output)
		case <-ctx.Done():
			return fmt.Errorf("start %s: %w: %w\n%s", p.cmd.Path, ctx.Err(), err, p.output)
		case <-tick.C:
		}
	}
}
