package streams

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"dentalk/domain"
)

// Encode gives the data of an event as one line of JSON, for operators or for everybody else.
type Encode func(event domain.Event, operator bool) ([]byte, error)

// frame is one event as bytes. It is shared by every connection that gets it and never changed.
type frame struct {
	event domain.EventName
	room  domain.ID
	// seq and id are those of the message of message.created; zero for other events.
	seq int64
	id  domain.ID
	// position is up to where a stream of everything is complete once it has this frame. Empty
	// means that this frame does not move it.
	position domain.ID
	// message, save and state are those of the message of message.created, message.enriched
	// and message.erased.
	message domain.ID
	save
	state domain.EnrichmentState

	bytes  []byte
	body   int  // where the frame begins without its line of id
	data   int  // where its data begins
	follow bool // not a frame, but the wish that the connection follows the room from here on
}

func newFrame(event domain.Event, data []byte) *frame {
	f := &frame{event: event.Name, room: event.RoomID}
	if event.Message != nil {
		f.message, f.save, f.state = event.Message.ID, saveOf(event.Message), event.Message.Enrichment.State
	}
	if event.Name == domain.EventMessageCreated {
		f.seq, f.id = event.Message.Seq, event.Message.ID
	}
	f.bytes = make([]byte, 0, len(data)+len(event.Name)+64)
	if f.id != "" {
		f.bytes = appendID(f.bytes, f.id)
	}
	f.body = len(f.bytes)
	f.bytes = append(append(append(f.bytes, "event: "...), event.Name...), "\ndata: "...)
	f.data = len(f.bytes)
	f.bytes = append(append(f.bytes, data...), "\n\n"...)
	return f
}

// json is the data of the frame.
func (f *frame) json() json.RawMessage { return f.bytes[f.data : len(f.bytes)-2 : len(f.bytes)-2] }

// appendTo writes the frame into buffer. A frame that has an id gets the position, which on a
// stream of everything may be older than the frame's own id.
func (f *frame) appendTo(buffer []byte, position domain.ID) []byte {
	if f.id == "" || position == f.id {
		return append(buffer, f.bytes...)
	}
	return append(appendID(buffer, position), f.bytes[f.body:]...)
}

func appendID(buffer []byte, id domain.ID) []byte {
	return append(append(append(buffer, "id: "...), id...), '\n')
}

// appendEvent writes a frame of the stream's own, which no store knows.
func appendEvent(buffer []byte, name string, data any) []byte {
	text, err := json.Marshal(data)
	if err != nil { // the data are our own plain structs
		panic("streams: encode " + name + ": " + err.Error())
	}
	buffer = append(append(append(buffer, "event: "...), name...), "\ndata: "...)
	return append(append(buffer, text...), "\n\n"...)
}

func appendRetry(buffer []byte, wait time.Duration) []byte {
	buffer = strconv.AppendInt(append(buffer, "retry: "...), wait.Milliseconds(), 10)
	return append(buffer, "\n\n"...)
}

// padding is a comment of 2 kB: proxies that buffer small answers pass the stream on after it.
var padding = ":" + strings.Repeat(" ", 2046) + "\n\n"

// stamp is the API's form of a time.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
