package test

import (
	"net/http"
	"strings"
	"testing"
)

// TestTooLongHeadersAreProblems, as every refusal is.
func TestTooLongHeadersAreProblems(t *testing.T) {
	operator := startServer(t, t.TempDir()).operator(t)
	long := strings.Repeat("x", 9<<10)
	operator.refused("GET", "/v1/rooms?orderId="+long, nil, http.StatusRequestURITooLong, "uri_too_long")
	operator.refused("GET", "/v1/rooms", nil, http.StatusRequestHeaderFieldsTooLarge, "headers_too_large", "X-Long", long, "X-Longer", long)
	operator.must("GET", "/v1/rooms", nil, http.StatusOK, nil)
}
