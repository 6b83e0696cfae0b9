package streams_test

import (
	"context"
	"net"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/streams"
)

func TestAStalledReaderIsClosedAndDelaysNobody(t *testing.T) {
	const readers, messages, atOnce = 99, 400, 20
	w := newWorld(t, func(c *streams.Config) {
		c.QueueEvents, c.QueueBytes, c.WriteTimeout = 100, 1<<20, 3*time.Second
	})
	w.pads = strings.Repeat("x", 2<<10) // so that the stalled one's socket is soon full
	room := w.room("ann")
	stalled := w.stall(room)
	defer stalled.Close()

	var progress [readers]chan int64
	var group sync.WaitGroup
	for i := range progress {
		progress[i] = make(chan int64, messages)
		reader, _ := w.opened(who("user", "ann", "room", string(room)), "")
		group.Go(func() {
			defer close(progress[i])
			for seq := int64(1); seq <= messages; seq++ {
				event, err := reader.Next()
				if err != nil || decode(t, event).Seq != seq {
					t.Errorf("reader %d at %d: %v %s", i, seq, err, event.Data)
					return
				}
				progress[i] <- seq
			}
		})
	}
	for sent := 0; sent < messages; sent += atOnce {
		w.post(room, texts(sent+1, sent+atOnce)...)
		for i := range progress { // the others are no faster than this machine allows
			for seq := range progress[i] {
				if seq == int64(sent+atOnce) {
					break
				}
			}
		}
	}
	group.Wait()
	eventually(t, "the stalled one is closed", func() bool { return w.hub.Connections() == readers })
}

// stall opens a stream and never reads from it.
func (w *world) stall(room domain.ID) net.Conn {
	w.t.Helper()
	w.small.Store(true)
	defer w.small.Store(false)
	conn, err := net.Dial("tcp", w.server.Listener.Addr().String())
	if err != nil {
		w.t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
		w.t.Fatal(err)
	}
	if _, err := conn.Write([]byte("GET /?user=ann&room=" + string(room) + " HTTP/1.1\r\nHost: x\r\n\r\n")); err != nil {
		w.t.Fatal(err)
	}
	eventually(w.t, "the stalled one is connected", func() bool { return w.hub.Connections() == 1 })
	return conn
}

// gate is a response whose writes wait until it is opened.
type gate struct {
	recorder
	opened chan struct{}
	stuck  chan struct{}
	once   sync.Once
}

func (g *gate) Write(b []byte) (int, error) {
	if strings.Contains(string(b), "message.created") {
		g.once.Do(func() { close(g.stuck) })
		<-g.opened
	}
	return g.recorder.Write(b)
}

func newGate() *gate {
	return &gate{recorder: recorder{header: map[string][]string{}}, opened: make(chan struct{}), stuck: make(chan struct{})}
}

// serveGate serves a stream to a gate; the channel is closed at its end.
func (w *world) serveGate(g *gate, request streams.Request) <-chan struct{} {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := w.hub.Serve(context.Background(), g, request); err != nil {
			w.t.Errorf("Serve: %v", err)
		}
	}()
	return ended
}

func TestAQueueThatOverflowsIsThrownAwayAndTheClientTold(t *testing.T) {
	w := newWorld(t, func(c *streams.Config) { c.QueueEvents = 10 })
	w.pads = strings.Repeat("x", 1<<20)
	room := w.room("ann")
	g := newGate()
	ended := w.serveGate(g, streams.Request{Viewer: domain.Viewer{UserID: "ann"}, Room: room})
	eventually(t, "the stream is ready", func() bool { return g.count("event: ready") == 1 })
	w.post(room, "first")
	<-g.stuck
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range 50 {
		w.post(room, strconv.Itoa(i))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 8<<20 {
		t.Errorf("a reader that does not read holds %d bytes", grown)
	}
	close(g.opened)
	<-ended
	if text := g.text(); !strings.Contains(text, `"reason":"slow"`) || g.count("message.created") != 1 {
		t.Errorf("%d messages, want one and a goodbye", g.count("message.created"))
	}
}

func TestAnOverflowWhileJoiningIsReadFromTheStore(t *testing.T) {
	w := newWorld(t, func(c *streams.Config) { c.QueueEvents = 10 })
	room := w.room("ann")
	w.post(room, texts(1, 300)...)
	g := newGate()
	ended := w.serveGate(g, streams.Request{Viewer: domain.Viewer{UserID: "ann"}, Room: room, LastEventID: string(domain.ZeroID)})
	<-g.stuck // in the replay
	for i := 301; i <= 350; i++ {
		w.enrich(w.post(room, strconv.Itoa(i))[0])
	}
	close(g.opened)
	eventually(t, "everything has come", func() bool { return g.count("event: message.created") == 350 && g.count(`"seq":350`) >= 1 })
	eventually(t, "the enrichments that were thrown away are repeated", func() bool { return g.count("event: message.enriched") >= 50 })
	w.post(room, "live")
	eventually(t, "the stream is live", func() bool { return g.count(`"text":"live"`) == 1 })
	wantInOrder(t, g.text(), 351)
	w.hub.Close()
	<-ended
}

// wantInOrder checks that the messages 1..n came, each once, in order.
func wantInOrder(t *testing.T, text string, n int) {
	t.Helper()
	seq := 0
	for _, frame := range strings.Split(text, "\n\n") {
		if !strings.Contains(frame, "event: message.created") {
			continue
		}
		seq++
		if !strings.Contains(frame, `"seq":`+strconv.Itoa(seq)+",") {
			t.Fatalf("frame %d is %s", seq, frame)
		}
	}
	if seq != n {
		t.Errorf("%d messages, want %d", seq, n)
	}
}
