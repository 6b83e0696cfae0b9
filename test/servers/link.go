package servers

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

const dialTimeout = time.Second

// link is one connection through a proxy.
type link struct {
	proxy  *Proxy
	client net.Conn

	mu     sync.Mutex
	server net.Conn // nil until dial
	busy   bool     // the server must not be cut off now
	closed chan struct{}
}

func (l *link) dial() error {
	server, err := net.DialTimeout("tcp", l.proxy.target, dialTimeout)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.server = server
	select {
	case <-l.closed:
		return errors.Join(net.ErrClosed, server.Close())
	default:
		return nil
	}
}

// close ends both sides. A busy server is left to the relay, which closes it at its end.
func (l *link) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.closed:
		return
	default:
	}
	close(l.closed)
	_ = l.client.Close()
	if l.server != nil && !l.busy {
		_ = l.server.Close()
	}
}

// setBusy tells false when the link is closed already.
func (l *link) setBusy(busy bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.busy = busy
	select {
	case <-l.closed:
		return false
	default:
		return true
	}
}

// wait waits until bytes may pass; it tells false when the link was closed first.
func (l *link) wait() bool {
	l.proxy.mu.Lock()
	open := l.proxy.open
	l.proxy.mu.Unlock()
	select {
	case <-open:
		return true
	case <-l.closed:
		return false
	}
}

// relay copies bytes both ways until either side ends.
func (l *link) relay() {
	var group sync.WaitGroup
	group.Go(func() { l.copy(l.server, l.client) })
	l.copy(l.client, l.server)
	group.Wait()
}

func (l *link) copy(to io.Writer, from io.Reader) {
	defer l.close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if !l.wait() {
			return
		}
		if _, failed := to.Write(buffer[:n]); failed != nil || err != nil {
			return
		}
	}
}
