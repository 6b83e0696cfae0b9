package checker

import (
	"fmt"
	"slices"
	"time"
)

// Fault is a way to fail.
type Fault string

// The faults.
const (
	FaultKill           Fault = "kill"            // SIGKILL of an instance, and a new start
	FaultFreeze         Fault = "freeze"          // SIGSTOP of an instance, and SIGCONT
	FaultRedisKill      Fault = "redis-kill"      // SIGKILL of Redis, and a new start, empty
	FaultRedisPartition Fault = "redis-partition" // Redis unreachable, and nobody is told
	FaultDatabaseKill   Fault = "database-kill"   // SIGKILL of the database, and a new start
	FaultDatabaseCut    Fault = "database-cut"    // all connections to the database cut
	FaultRollingRestart Fault = "rolling-restart" // SIGTERM and a new start of one instance after the other
)

// Faults are all there are.
func Faults() []Fault {
	return []Fault{
		FaultKill, FaultFreeze, FaultRedisKill, FaultRedisPartition, FaultDatabaseKill, FaultDatabaseCut, FaultRollingRestart,
	}
}

// ParseFault reads the name of a fault.
func ParseFault(name string) (Fault, error) {
	if fault := Fault(name); slices.Contains(Faults(), fault) {
		return fault, nil
	}
	return "", fmt.Errorf("%q is no fault; there are %v", name, Faults())
}

// planned is a fault with its time in the round.
type planned struct {
	at       time.Duration
	fault    Fault
	instance int           // of kill and freeze
	length   time.Duration // how long the failure lasts
}

func (p planned) String() string {
	switch p.fault {
	case FaultKill, FaultFreeze:
		return fmt.Sprintf("%s of instance-%d for %.1f s", p.fault, p.instance+1, p.length.Seconds())
	case FaultRollingRestart, FaultDatabaseCut:
		return string(p.fault)
	}
	return fmt.Sprintf("%s for %.1f s", p.fault, p.length.Seconds())
}

// longest is how long a fault may last.
func longest(fault Fault) time.Duration {
	switch fault {
	case FaultKill, FaultDatabaseKill:
		return 3 * time.Second
	case FaultFreeze:
		return 8 * time.Second
	}
	return 10 * time.Second
}

// plan draws the faults of a round: one every two to five seconds, so that several overlap.
func plan(seed uint64, options Options) []planned {
	random := newRandom(seed, "faults")
	var all []planned
	if len(options.Faults) == 0 {
		return nil
	}
	for at := time.Second + upTo(random, time.Second); at < options.Duration; at += 2*time.Second + upTo(random, 3*time.Second) {
		fault := options.Faults[random.IntN(len(options.Faults))]
		length := 200*time.Millisecond + upTo(random, longest(fault))
		all = append(all, planned{at: at, fault: fault, instance: random.IntN(options.Instances), length: length})
	}
	return all
}
