package redisbroker

import (
	"encoding/json"
	"errors"
	"fmt"

	"dentalk/domain"
)

// wireVersion must rise with every change of domain.Event or of what it holds that an instance of
// the version before would misread; a field that is added is no such change. An instance drops what
// is not of its version, so that during a rolling deploy the two catch up from the store.
const wireVersion = 1

var (
	errVersion   = errors.New("the event is of another version")
	errMalformed = errors.New("the event cannot be read")
)

// envelope is an event on its way. From and N, which counts the events of its publisher from 1,
// tell events apart. The names of the event's fields on the wire are those of the Go structs.
type envelope struct {
	V     int          `json:"v"`
	From  string       `json:"from"`
	N     uint64       `json:"n"`
	Event domain.Event `json:"event"`
}

func encode(from string, n uint64, event domain.Event) ([]byte, error) {
	data, err := json.Marshal(envelope{V: wireVersion, From: from, N: n, Event: event})
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", event.Name, err)
	}
	return data, nil
}

// beginning is how everything that encode gives for this publisher begins, and nothing else.
func beginning(from string) string {
	quoted, err := json.Marshal(from)
	if err != nil {
		panic("redisbroker: encode a string: " + err.Error()) // every string can be
	}
	return fmt.Sprintf(`{"v":%d,"from":%s,`, wireVersion, quoted)
}

// decode gives an event that holds everything that its name promises, or errVersion or
// errMalformed: whoever can publish at Redis must not be able to crash an instance.
func decode(payload []byte) (envelope, error) {
	var version struct {
		V int `json:"v"`
	}
	var e envelope
	if err := json.Unmarshal(payload, &e); err != nil {
		if json.Unmarshal(payload, &version) == nil && version.V != wireVersion {
			return envelope{}, errVersion
		}
		return envelope{}, fmt.Errorf("%w: %w", errMalformed, err)
	}
	if e.V != wireVersion {
		return envelope{}, errVersion
	}
	if e.From == "" || e.N == 0 || !complete(e.Event) {
		return envelope{}, errMalformed
	}
	return e, nil
}

func complete(event domain.Event) bool {
	switch event.Name {
	case domain.EventMessageCreated, domain.EventMessageEnriched, domain.EventMessageErased:
		return event.Message != nil
	case domain.EventRoomCreated, domain.EventRoomUpdated:
		return event.Room != nil
	case domain.EventReceiptRead:
		return event.Receipt != nil
	case domain.EventTyping:
		return event.Participant != nil
	case domain.EventPresence:
		return event.Participant != nil && event.Presence != nil
	case domain.EventParticipantJoined, domain.EventParticipantLeft:
		return event.Room != nil && event.Participant != nil
	default:
		return event.Name != ""
	}
}
