package servers

import (
	"fmt"
	"net"
	"sync"
)

// Proxy passes TCP connections on to a server, and is the place where the network fails. It is
// safe for concurrent use.
type Proxy struct {
	Addr   string // host:port, the same after Refuse
	target string
	relay  func(link *link)

	mu       sync.Mutex
	listener net.Listener // nil while it refuses
	links    map[*link]struct{}
	open     chan struct{} // closed while bytes may pass
	group    sync.WaitGroup
}

// StartProxy listens on a free port until Close.
func StartProxy(target string) (*Proxy, error) { return startProxy(target, (*link).relay) }

func startProxy(target string, relay func(*link)) (*Proxy, error) {
	address, err := FreeAddress()
	if err != nil {
		return nil, err
	}
	open := make(chan struct{})
	close(open)
	p := &Proxy{Addr: address, target: target, relay: relay, links: map[*link]struct{}{}, open: open}
	return p, p.Accept()
}

// Accept listens again after Refuse.
func (p *Proxy) Accept() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != nil {
		return nil
	}
	listener, err := net.Listen("tcp", p.Addr)
	if err != nil {
		return fmt.Errorf("listen for the proxy: %w", err)
	}
	p.listener = listener
	p.group.Go(func() { p.serve(listener) })
	return nil
}

// Refuse cuts all connections and refuses new ones.
func (p *Proxy) Refuse() {
	p.mu.Lock()
	if p.listener != nil {
		_ = p.listener.Close()
		p.listener = nil
	}
	p.mu.Unlock()
	p.Cut()
}

// Cut ends all connections.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for link := range p.links {
		link.close()
	}
}

// Partition lets no byte pass, also not the end of a connection, and tells nobody: what a network
// does that drops packets. Connections are still accepted, and are silent.
func (p *Proxy) Partition() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.open:
		p.open = make(chan struct{})
	default:
	}
}

// Heal ends a Partition. What was sent meanwhile arrives now, as after retransmissions.
func (p *Proxy) Heal() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.open:
	default:
		close(p.open)
	}
}

// Close ends the proxy and waits for its goroutines.
func (p *Proxy) Close() {
	p.Refuse()
	p.group.Wait()
}

func (p *Proxy) serve(listener net.Listener) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return // closed
		}
		p.group.Go(func() { p.pass(client, listener) })
	}
}

// pass serves one connection, unless the listener that took it was closed meanwhile.
func (p *Proxy) pass(client net.Conn, listener net.Listener) {
	link := &link{proxy: p, client: client, closed: make(chan struct{})}
	p.mu.Lock()
	if p.listener != listener {
		p.mu.Unlock()
		_ = client.Close()
		return
	}
	p.links[link] = struct{}{}
	p.mu.Unlock()
	defer p.forget(link)
	if link.wait() && link.dial() == nil {
		p.relay(link)
		_ = link.server.Close()
	}
}

func (p *Proxy) forget(link *link) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.links, link)
	link.close()
}
