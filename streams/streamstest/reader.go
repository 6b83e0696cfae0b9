package streamstest

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Event is one event of a stream as a client sees it.
type Event struct {
	Name string
	ID   string // of this event; empty when it has none
	Data string
	Last string // the last ID received so far
}

// Decode reads the data of the event into target.
func (e Event) Decode(target any) error { return json.Unmarshal([]byte(e.Data), target) }

// Reader reads server-sent events, one after the other.
type Reader struct {
	Response *http.Response
	// Retry is the last retry that came, in milliseconds, as it came.
	Retry string
	// Comments is the number of bytes of comments so far.
	Comments int

	lines *bufio.Reader
	last  string
}

// Open connects to the address; last is the position, or empty.
func Open(ctx context.Context, client *http.Client, address, last string) (*Reader, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	if last != "" {
		request.Header.Set("Last-Event-ID", last)
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("open stream: %w", err)
	}
	return &Reader{Response: response, lines: bufio.NewReader(response.Body), last: last}, nil
}

// NewReader reads from any source.
func NewReader(source io.Reader) *Reader { return &Reader{lines: bufio.NewReader(source)} }

// Next gives the next event; io.EOF at the end of the stream.
func (r *Reader) Next() (Event, error) {
	var event Event
	for {
		line, err := r.lines.ReadString('\n')
		if err != nil {
			return Event{}, err
		}
		line = strings.TrimSuffix(line, "\n")
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case line == "" && event.Data != "":
			event.Last = r.last
			return event, nil
		case line == "":
			event = Event{}
		case field == "":
			r.Comments += len(line)
		case field == "event":
			event.Name = value
		case field == "data":
			event.Data += value
		case field == "id":
			event.ID, r.last = value, value
		case field == "retry":
			r.Retry = value
		}
	}
}

// Until reads up to the first event of this name.
func (r *Reader) Until(name string) (Event, error) {
	for {
		event, err := r.Next()
		if err != nil || event.Name == name {
			return event, err
		}
	}
}

// Close ends the connection.
func (r *Reader) Close() error { return r.Response.Body.Close() }
