package checker

import (
	"io"
	"time"
)

// Options are what a run is made of.
type Options struct {
	Instances int
	Rooms     int
	Rate      float64       // messages a second, of all writers together
	Duration  time.Duration // of the writing and the faults of one round
	Faults    []Fault       // that may be drawn
	Settle    time.Duration // how long a round may take to become quiet after its last fault
	Binary    string        // of the server; built when empty
	Dir       string        // of data and logs
	Progress  io.Writer
}

// Defaults are moderate: FerretDB looks through whole collections for most queries.
func Defaults() Options {
	return Options{
		Instances: 3, Rooms: 8, Rate: 12, Duration: 90 * time.Second, Faults: Faults(),
		Settle: 3 * time.Minute, Progress: io.Discard,
	}
}
