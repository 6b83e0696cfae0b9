package rest

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// longestWish bounds what a provider may ask for.
const longestWish = 24 * time.Hour

// retryAfter is how long the provider wants to be left alone: Retry-After-Ms, else Retry-After in
// seconds or as a date, which is compared with the provider's own clock where it tells it.
func retryAfter(header http.Header) time.Duration {
	if wish, ok := parseWish(header.Get("Retry-After-Ms"), time.Millisecond); ok {
		return wish
	}
	value := header.Get("Retry-After")
	if wish, ok := parseWish(value, time.Second); ok {
		return wish
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return min(max(until.Sub(now), 0), longestWish)
}

func parseWish(value string, unit time.Duration) (time.Duration, bool) {
	number, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(number) || number < 0 {
		return 0, false
	}
	return time.Duration(min(number*float64(unit), float64(longestWish))), true
}
