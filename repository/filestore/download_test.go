package filestore_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestFilesAreServedWithRanges(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		store := p.open(t)
		put(t, store, id(1), []byte("0123456789"))
		for ranges, want := range map[string]struct {
			status int
			body   string
		}{
			"":            {http.StatusOK, "0123456789"},
			"bytes=0-2":   {http.StatusPartialContent, "012"},
			"bytes=4-6":   {http.StatusPartialContent, "456"},
			"bytes=7-":    {http.StatusPartialContent, "789"},
			"bytes=-1":    {http.StatusPartialContent, "9"},
			"bytes=10-11": {http.StatusRequestedRangeNotSatisfiable, "invalid range: failed to overlap\n"},
		} {
			request := httptest.NewRequest(http.MethodGet, "/", nil)
			request.Header.Set("Range", ranges)
			answer := httptest.NewRecorder()
			http.ServeContent(answer, request, "scan.stl", time.Time{}, open(t, store, id(1)))
			if answer.Code != want.status || answer.Body.String() != want.body {
				t.Errorf("%q: got %d %q", ranges, answer.Code, answer.Body)
			}
		}
	})
}
