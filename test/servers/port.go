package servers

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
)

// Ports are taken below those that systems give to outgoing connections, so that nobody is on a
// port while its server is down.
const (
	firstPort = 20000
	ports     = 10000
)

// FreeAddress finds an address on 127.0.0.1 that nobody listens on.
func FreeAddress() (string, error) {
	var errs []error
	for range 100 {
		address := fmt.Sprint("127.0.0.1:", firstPort+rand.IntN(ports))
		listener, err := net.Listen("tcp", address)
		if err == nil {
			return address, listener.Close()
		}
		errs = append(errs, err)
	}
	return "", fmt.Errorf("find a free port: %w", errors.Join(errs...))
}

// accepts tells whether somebody accepts connections at the address.
func accepts(ctx context.Context, address string) error {
	var dialer net.Dialer
	connection, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return connection.Close()
}
