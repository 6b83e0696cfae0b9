package volatilestore

import (
	"time"

	"dentalk/domain"
)

// A bucket is kept as the time at which it is full again. Each thing that is taken moves that time
// by one interval, and it may lie at most a minute ahead. So one number is all there is to store,
// and nothing has to be filled.

// interval is the time in which one is filled in, in microseconds, which a double holds exactly.
func interval(perMinute int) time.Duration {
	return max(time.Microsecond, (time.Minute / time.Duration(perMinute)).Truncate(time.Microsecond))
}

// allowance tells what came of a Take, after which the bucket is filled in fill.
func allowance(taken bool, fill time.Duration, perMinute int) domain.Allowance {
	return domain.Allowance{
		Taken: taken,
		Left:  int(max(0, time.Minute-fill) / interval(perMinute)),
		Wait:  max(0, fill+interval(perMinute)-time.Minute),
		Full:  fill,
	}
}
