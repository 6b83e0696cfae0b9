package test

import (
	"bufio"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"dentalk/handlers"
	"dentalk/test/servers"
)

// gateway gives the deployed gateway before the instances as if it were a server.
func (i *instances) gateway(t *testing.T) *server {
	t.Helper()
	var addresses []string
	for _, one := range i.all {
		addresses = append(addresses, one.addr)
	}
	return &server{url: servers.Gateway(t, addresses...).URL()}
}

// TestGatewayHoldsNothingBack posts a message only after the one before has come through.
func TestGatewayHoldsNothingBack(t *testing.T) {
	gateway := startInstances(t, 2, "DENTALK_HEARTBEAT=100ms").gateway(t)
	operator := gateway.operator(t)
	room := operator.room("gateway")
	stream := operator.subscribe(t, "/v1/rooms/"+room.ID+"/stream").ready()
	everything := operator.subscribe(t, "/v1/stream").ready()
	for n := range 10 {
		operator.post(room.ID, fmt.Sprint("message ", n))
		for _, one := range []*subscriber{stream, everything} {
			eventually(t, "the message", func() bool { return one.count("message.created") > n })
		}
	}
	eventually(t, "heartbeats", func() bool { return stream.count("ping") > 20 })
	if connects := stream.count("ready"); connects != 1 {
		t.Errorf("the stream was cut: %d connects", connects)
	}
}

// TestGatewayDoesNotCompressStreams asks for compression and reads the first frame of an idle stream.
func TestGatewayDoesNotCompressStreams(t *testing.T) {
	gateway := startInstances(t, 1).gateway(t)
	operator := gateway.operator(t)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, gateway.url+"/v1/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+operator.token)
	request.Header.Set("Accept-Encoding", "gzip")
	response, err := streamTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if encoding := response.Header.Get("Content-Encoding"); encoding != "" {
		t.Fatalf("the stream is encoded as %s", encoding)
	}
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "event: ready") {
			return
		}
	}
	t.Fatalf("the stream ended before ready: %v", lines.Err())
}

// TestGatewayOutlivesAnInstance kills one of two while writers post through the gateway.
func TestGatewayOutlivesAnInstance(t *testing.T) {
	const writers, each = 4, 20
	instances := startInstances(t, 2)
	gateway := instances.gateway(t)
	operator := gateway.operator(t)
	room := operator.room("outlives")
	stream := operator.subscribe(t, "/v1/rooms/"+room.ID+"/stream").ready()
	var group sync.WaitGroup
	for writer := range writers {
		group.Go(func() {
			for n := range each {
				postUntilAcknowledged(operator, room.ID, fmt.Sprintf("%d-%d", writer, n))
			}
		})
	}
	eventually(t, "some messages", func() bool { return stream.count("message.created") > writers })
	instances.all[0].kill(t)
	group.Wait()
	history := operator.history(room.ID)
	checkGapless(t, history)
	checkKeysOnce(t, history)
	if len(history) != writers*each {
		t.Errorf("the history has %d messages, want %d", len(history), writers*each)
	}
	checkReceived(t, stream, history)
}

// TestGatewayLogsNoTickets opens streams with a ticket, with and without an instance, and reads both logs.
func TestGatewayLogsNoTickets(t *testing.T) {
	instances := startInstances(t, 1)
	nginx := servers.Gateway(t, instances.all[0].addr)
	gateway := &server{url: nginx.URL()}
	operator := gateway.operator(t)
	room := operator.room("ticket")
	var ticket handlers.StreamTicket
	operator.must("POST", "/v1/stream-tickets", nil, http.StatusCreated, &ticket)
	paths := []string{"/v1/stream", "/v1/rooms/" + room.ID + "/stream"}
	open := func(path string, want int) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, gateway.url+path+"?ticket="+ticket.Ticket, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := streamTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("%s: got %d, want %d", path, response.StatusCode, want)
		}
	}
	for _, path := range paths {
		open(path, http.StatusOK)
	}
	instances.all[0].kill(t)
	for _, path := range paths {
		open(path, http.StatusServiceUnavailable)
	}
	var log string
	eventually(t, "the streams are in the log", func() bool {
		read, err := nginx.AccessLog()
		if err != nil {
			t.Fatal(err)
		}
		log = read
		return strings.Count(log, `"GET /v1/stream HTTP/1.1" `) == 2 && strings.Count(log, `"GET `+paths[1]+` HTTP/1.1" `) == 2
	})
	for _, one := range []string{log, nginx.Log()} {
		if strings.Contains(one, ticket.Ticket) || strings.Contains(one, "ticket=") {
			t.Errorf("a ticket is in the log:\n%s", one)
		}
	}
}

// TestGatewayLetsFilesThrough uploads more than nginx takes where nothing is said.
func TestGatewayLetsFilesThrough(t *testing.T) {
	const triangles = 600_000 // 29 MiB
	gateway := startInstances(t, 1).gateway(t)
	operator := gateway.operator(t)
	clinic := gateway.member(t, operator, "clinic", "clinic", "en")
	room := operator.room("large", clinic)
	scan := make([]byte, 84+50*triangles)
	copy(scan[80:], []byte{triangles & 0xff, triangles >> 8 & 0xff, triangles >> 16})
	upload(t, clinic, room.ID, "scan.stl", scan, http.StatusCreated)
}

// TestGatewayWithoutInstances answers in the API's form.
func TestGatewayWithoutInstances(t *testing.T) {
	nobody, err := servers.FreeAddress()
	if err != nil {
		t.Fatal(err)
	}
	gateway := &server{url: servers.Gateway(t, nobody).URL()}
	gateway.anonymous(t).refused("GET", "/readyz", nil, http.StatusServiceUnavailable, "unavailable")
}
