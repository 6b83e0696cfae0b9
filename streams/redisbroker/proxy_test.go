package redisbroker_test

import (
	"bytes"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// proxy carries connections to Redis and can swallow what Redis sends to those subscribers that
// are connected at that time.
type proxy struct {
	listener net.Listener
	target   string
	group    sync.WaitGroup

	mu          sync.Mutex
	connections []*proxied
}

type proxied struct {
	client, server net.Conn
	subscriber     atomic.Bool
	swallows       atomic.Bool
}

func newProxy(t testing.TB, target string) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: listener, target: target}
	p.group.Go(p.accept)
	t.Cleanup(p.close)
	return p
}

func (p *proxy) address() string { return p.listener.Addr().String() }

func (p *proxy) close() {
	p.listener.Close()
	p.mu.Lock()
	for _, one := range p.connections {
		one.client.Close()
		one.server.Close()
	}
	p.mu.Unlock()
	p.group.Wait()
}

// swallow begins, for the subscribers of now.
func (p *proxy) swallow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, one := range p.connections {
		one.swallows.Store(one.subscriber.Load())
	}
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil {
			client.Close()
			continue
		}
		one := &proxied{client: client, server: server}
		p.mu.Lock()
		p.connections = append(p.connections, one)
		p.mu.Unlock()
		p.group.Go(func() { one.copy(one.server, one.client, one.look) })
		p.group.Go(func() { one.copy(one.client, one.server, one.swallow) })
	}
}

func (o *proxied) copy(to io.WriteCloser, from io.Reader, filter func([]byte) []byte) {
	defer to.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		if _, err := to.Write(filter(buffer[:n])); err != nil {
			return
		}
	}
}

func (o *proxied) look(sent []byte) []byte {
	if bytes.Contains(sent, []byte("subscribe")) {
		o.subscriber.Store(true)
	}
	return sent
}

func (o *proxied) swallow(received []byte) []byte {
	if o.swallows.Load() {
		return nil
	}
	return received
}
