// Command contract holds the delivery contract against several instances while everything fails
// around them, for as long as wanted:
//
//	go run ./test/contract -seed 7 -duration 30m
//
// A seed that has found something finds it again, as far as the machine's timing allows. The exit
// code is 1 when the contract was broken.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"dentalk/test/contract/checker"
)

// roundLength bounds one round, since FerretDB becomes slow as its collections grow.
const roundLength = 90 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	passed, err := run(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "contract:", err)
	}
	if err != nil || !passed {
		os.Exit(1)
	}
}

func run(ctx context.Context) (bool, error) {
	options := checker.Defaults()
	options.Progress = os.Stderr
	seed := flag.Uint64("seed", uint64(time.Now().UnixNano()%1e6), "of the first round; each further round takes the next one")
	seeds := flag.String("seeds", "", "a range such as 1-10, instead of -seed: one round each")
	duration := flag.Duration("duration", roundLength, "of the writing and the faults of all rounds together")
	faults := flag.String("faults", "", "comma-separated; empty is all of "+fmt.Sprint(checker.Faults()))
	format := flag.String("report", "text", "text or json")
	flag.IntVar(&options.Instances, "instances", options.Instances, "of the server")
	flag.IntVar(&options.Rooms, "rooms", options.Rooms, "in which is written")
	flag.Float64Var(&options.Rate, "rate", options.Rate, "messages a second, of all writers together")
	flag.StringVar(&options.Binary, "binary", "", "a server to check, instead of building one with the race detector")
	flag.Parse()

	var err error
	if options.Faults, err = parseFaults(*faults, options.Faults); err != nil {
		return false, err
	}
	rounds, err := parseSeeds(*seed, *seeds, *duration)
	if err != nil {
		return false, err
	}
	options.Duration = *duration / time.Duration(len(rounds))
	if options.Dir, err = os.MkdirTemp("", "dentalk-contract-"); err != nil {
		return false, fmt.Errorf("make a directory for data and logs: %w", err)
	}
	results, err := play(ctx, options, rounds)
	passed := err == nil
	for _, one := range results {
		passed = passed && one.Passed()
	}
	if passed {
		err = os.RemoveAll(options.Dir)
	} else {
		fmt.Fprintln(os.Stderr, "the instances' logs are in", options.Dir)
	}
	return passed, errors.Join(err, print(results, *format))
}

func play(ctx context.Context, options checker.Options, rounds []uint64) ([]checker.Result, error) {
	cluster, err := checker.NewCluster(ctx, options)
	if err != nil {
		return nil, err
	}
	defer cluster.Stop()
	var results []checker.Result
	for _, seed := range rounds {
		result, err := cluster.Round(ctx, seed)
		results = append(results, result)
		if err != nil {
			return results, fmt.Errorf("seed %d: %w", seed, err)
		}
	}
	return results, nil
}

func print(results []checker.Result, format string) error {
	if format == "json" {
		return json.NewEncoder(os.Stdout).Encode(results)
	}
	checker.Table(os.Stdout, results)
	return nil
}

func parseFaults(list string, all []checker.Fault) ([]checker.Fault, error) {
	if list == "" {
		return all, nil
	}
	if list == "none" {
		return nil, nil
	}
	var faults []checker.Fault
	for _, name := range strings.Split(list, ",") {
		fault, err := checker.ParseFault(name)
		if err != nil {
			return nil, err
		}
		faults = append(faults, fault)
	}
	return faults, nil
}

// parseSeeds gives one seed for each round.
func parseSeeds(first uint64, seeds string, duration time.Duration) ([]uint64, error) {
	last := first + uint64((duration-1)/roundLength)
	if seeds != "" {
		from, to, _ := strings.Cut(seeds, "-")
		var err1, err2 error
		first, err1 = strconv.ParseUint(from, 10, 64)
		last, err2 = strconv.ParseUint(to, 10, 64)
		if err1 != nil || err2 != nil || last < first {
			return nil, fmt.Errorf("-seeds: %q is not a range such as 1-10", seeds)
		}
	}
	var all []uint64
	for seed := first; seed <= last; seed++ {
		all = append(all, seed)
	}
	return all, nil
}
