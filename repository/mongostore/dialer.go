package mongostore

import (
	"context"
	"net"
)

// dialer makes connections that take with them what they have not sent yet when they are given up:
// else the system would go on sending, and an insert that has failed here could be carried out
// long after its time, with an ID that readers have passed.
type dialer struct{ net.Dialer }

// DialContext connects to a server.
func (d *dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	connection, err := d.Dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	if tcp, ok := connection.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // fails on a closed connection only
	}
	return connection, nil
}
