package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime/debug"
)

const usage = `dentalk is a chat server between dental clinics and dental labs.

  dentalk serve     run the server            (dentalk serve --help lists the settings)
  dentalk tail      follow a room in the terminal
  dentalk demo      play realistic conversations through the API and show the outcome
  dentalk migrate   move everything from one store to another
  dentalk user      give an account a new password from the machine itself
  dentalk eval      score the embedded analyser on labelled messages
  dentalk version   tell what this is

`

// program is one start of dentalk: what run was given.
type program struct {
	env    []string
	stdout io.Writer
	stderr io.Writer
}

// run is the whole program, so that tests can call it. It returns the exit code: 0 for success,
// 1 for a failure, 2 for wrong usage.
func run(ctx context.Context, args, env []string, stdout, stderr io.Writer) int {
	p := program{env: env, stdout: stdout, stderr: stderr}
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return 2
	}
	err := p.command(ctx, args[0], args[1:])
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		fmt.Fprintln(stderr, "dentalk:", err)
		return 2
	}
	fmt.Fprintln(stderr, "dentalk:", err)
	return 1
}

// errUsage is the cause of every error that is the command line's fault.
var errUsage = errors.New("wrong usage")

func (p program) command(ctx context.Context, name string, args []string) error {
	switch name {
	case "serve":
		return p.serve(ctx, args)
	case "tail":
		return p.tail(ctx, args)
	case "demo":
		return p.demo(ctx, args)
	case "migrate":
		return p.migrate(ctx, args)
	case "user":
		return p.user(ctx, args)
	case "eval":
		return p.eval(ctx, args)
	case "version", "--version":
		return p.version()
	case "help", "--help", "-h":
		_, err := fmt.Fprint(p.stdout, usage)
		return err
	}
	return fmt.Errorf("%w: there is no command %q; see dentalk help", errUsage, name)
}

func (p program) version() error {
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version + " " + info.GoVersion
	}
	_, err := fmt.Fprintln(p.stdout, "dentalk", version)
	return err
}

// flagSet makes a set of flags whose errors and help go where they belong.
func (p program) flagSet(name, synopsis string) *flag.FlagSet {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(p.stdout)
	set.Usage = func() {
		fmt.Fprintln(p.stdout, synopsis)
		set.PrintDefaults()
	}
	return set
}

// parse reads args; a wrong flag is the command line's fault.
func parse(set *flag.FlagSet, args []string) error {
	err := set.Parse(args)
	if err == nil && set.NArg() > 0 {
		err = fmt.Errorf("%q is one argument too many", set.Arg(0))
	}
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return err
	}
	return fmt.Errorf("%w: %w", errUsage, err)
}
