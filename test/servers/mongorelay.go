package servers

import (
	"encoding/binary"
	"fmt"
	"io"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

const (
	headerSize     = 16
	maxMessageSize = 64 << 20
	opMsg          = 2013
	writeTimeout   = 30 * time.Second // of one command that needs its turn
)

// atomicWrites relays MongoDB's protocol and lets one command through at a time that changes
// documents or indexes of a collection, over all connections: FerretDB 1 reads a document and then
// writes it, where MongoDB changes it in one step.
type atomicWrites struct {
	mu    sync.Mutex
	turns map[string]chan struct{} // by collection; each holds a token while a command is under way
}

func newAtomicWrites() *atomicWrites { return &atomicWrites{turns: map[string]chan struct{}{}} }

// relay passes requests and answers on by turns, as drivers send them.
func (a *atomicWrites) relay(l *link) {
	for {
		request, err := readMessage(l.client)
		if err != nil || !l.wait() {
			return
		}
		answer, err := a.exchange(l, request)
		if err != nil || !l.wait() {
			return
		}
		if _, err := l.client.Write(answer); err != nil {
			return
		}
	}
}

func (a *atomicWrites) exchange(l *link, request []byte) ([]byte, error) {
	collection := changedCollection(request)
	if collection == "" {
		return roundTrip(l.server, request)
	}
	turn := a.turnOf(collection)
	select {
	case turn <- struct{}{}:
	case <-l.closed:
		return nil, io.EOF
	}
	defer func() { <-turn }()
	// The turn ends with the server's answer, also when the client has gone: until then the server
	// may be between reading and writing.
	if !l.setBusy(true) {
		return nil, io.EOF
	}
	defer l.setBusy(false)
	_ = l.server.SetDeadline(time.Now().Add(writeTimeout))
	defer func() { _ = l.server.SetDeadline(time.Time{}) }()
	return roundTrip(l.server, request)
}

func (a *atomicWrites) turnOf(collection string) chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	turn := a.turns[collection]
	if turn == nil {
		turn = make(chan struct{}, 1)
		a.turns[collection] = turn
	}
	return turn
}

func roundTrip(server io.ReadWriter, request []byte) ([]byte, error) {
	if _, err := server.Write(request); err != nil {
		return nil, err
	}
	return readMessage(server)
}

// readMessage reads one message with its header.
func readMessage(from io.Reader) ([]byte, error) {
	header := make([]byte, headerSize)
	if _, err := io.ReadFull(from, header); err != nil {
		return nil, err
	}
	size := binary.LittleEndian.Uint32(header)
	if size < headerSize || size > maxMessageSize {
		return nil, fmt.Errorf("a message of %d bytes", size)
	}
	message := make([]byte, size)
	copy(message, header)
	_, err := io.ReadFull(from, message[headerSize:])
	return message, err
}

// changedCollection is the name, with its database's, of the collection in which the message reads
// documents and writes them; it is empty for all other messages.
func changedCollection(message []byte) string {
	const body = headerSize + 4 + 1 // flags, and the kind of the section that drivers send first
	if len(message) < body || binary.LittleEndian.Uint32(message[12:]) != opMsg || message[body-1] != 0 {
		return ""
	}
	command := bson.Raw(message[body:])
	first, err := command.IndexErr(0)
	if err != nil {
		return ""
	}
	switch first.Key() {
	case "update", "findAndModify", "findandmodify", "delete", "create", "createIndexes", "dropIndexes", "drop":
	default:
		return ""
	}
	database, _ := command.Lookup("$db").StringValueOK()
	collection, _ := first.Value().StringValueOK()
	return database + "." + collection
}
