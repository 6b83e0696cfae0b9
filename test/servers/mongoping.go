package servers

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"time"
)

const pingTimeout = 2 * time.Second

// listDatabases holds that a server that speaks MongoDB's protocol answers, and what lies behind
// it. It needs no driver for one command.
func listDatabases(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	var dialer net.Dialer
	connection, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(pingTimeout)); err != nil {
		return err
	}
	answer, err := roundTrip(connection, listDatabasesCommand())
	if err != nil {
		return fmt.Errorf("list the databases: %w", err)
	}
	// The element ok, a double of 1.
	if !bytes.Contains(answer, []byte("\x01ok\x00\x00\x00\x00\x00\x00\x00\xf0\x3f")) {
		return errors.New("list the databases: the server refuses")
	}
	return nil
}

// listDatabasesCommand is {listDatabases: 1, $db: "admin"} as an OP_MSG.
func listDatabasesCommand() []byte {
	elements := "\x10listDatabases\x00\x01\x00\x00\x00" + "\x02$db\x00\x06\x00\x00\x00admin\x00" + "\x00"
	document := binary.LittleEndian.AppendUint32(nil, uint32(4+len(elements)))
	document = append(document, elements...)
	header := binary.LittleEndian.AppendUint32(nil, uint32(headerSize+4+1+len(document)))
	header = binary.LittleEndian.AppendUint32(header, 1) // request id
	header = binary.LittleEndian.AppendUint32(header, 0) // not an answer
	header = binary.LittleEndian.AppendUint32(header, opMsg)
	header = append(header, 0, 0, 0, 0, 0) // no flags, a section of kind 0
	return append(header, document...)
}
