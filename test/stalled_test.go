package test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestStalledReader lets one reader among 100 stop reading. The others get everything meanwhile,
// the server's memory stays bounded, and the stalled one is closed and can resume.
func TestStalledReader(t *testing.T) {
	const readers, messages, writers = 99, 420, 6
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	room := operator.room("stalled")
	path := "/v1/rooms/" + room.ID + "/stream"
	stalled := stall(t, operator, path)
	followers := make([]*subscriber, readers)
	for i := range followers {
		followers[i] = operator.subscribe(t, path).ready()
	}
	before := residentMemory(t, s)

	text := strings.Repeat("가나다라마바사아", 480) // about 11 kB a message
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for range messages / writers {
				postText(operator, room.ID, text)
			}
		})
	}
	group.Wait()
	for i, follower := range followers {
		eventually(t, fmt.Sprint("all messages at reader ", i), func() bool { return follower.count("message.created") >= messages })
		if connects := follower.count("ready"); connects != 1 {
			t.Errorf("reader %d was dropped because another stalled: %d connects", i, connects)
		}
	}
	logDelays(t, followers)
	grown := residentMemory(t, s) - before
	t.Logf("memory grew by %d MB while %d MB were fanned out", grown>>20, readers*messages*11/1000)
	if grown > 400<<20 {
		t.Errorf("memory grew by %d MB", grown>>20)
	}
	end := untilClosed(t, stalled)
	t.Logf("the stalled reader's stream ended after %d messages", end)
	if end >= messages {
		t.Errorf("the stalled reader was never closed")
	}
}

// logDelays tells how long messages took from their commit to the readers that did not stall.
func logDelays(t *testing.T, followers []*subscriber) {
	t.Helper()
	var delays []time.Duration
	for _, follower := range followers {
		for _, message := range follower.received() {
			delays = append(delays, message.delay)
		}
	}
	slices.Sort(delays)
	t.Logf("delay of %d deliveries: median %v, 99 %% under %v, all under %v",
		len(delays), delays[len(delays)/2], delays[len(delays)*99/100], delays[len(delays)-1])
}

func postText(c *caller, room, text string) {
	r, err := c.call("POST", "/v1/rooms/"+room+"/messages", map[string]string{"text": text})
	if err != nil {
		c.t.Error(err)
		return
	}
	if r.status != http.StatusCreated {
		c.t.Errorf("got %d: %s", r.status, r.body)
	}
}

// stall opens a stream over a socket with a small receive buffer, reads its first event, and stops.
func stall(t *testing.T, c *caller, path string) *bufio.Reader {
	t.Helper()
	dialer := net.Dialer{Control: func(_, _ string, raw syscall.RawConn) error {
		return raw.Control(func(fd uintptr) {
			_ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096)
		})
	}}
	connection, err := dialer.DialContext(t.Context(), "tcp", strings.TrimPrefix(c.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	fmt.Fprintf(connection, "GET %s HTTP/1.1\r\nHost: dentalk\r\nAuthorization: Bearer %s\r\n\r\n", path, c.token)
	reader := bufio.NewReaderSize(connection, 4096)
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(line, "event: ready") {
			return reader
		}
	}
}

// untilClosed reads what is left and counts the messages.
func untilClosed(t *testing.T, reader *bufio.Reader) int {
	t.Helper()
	messages := 0
	for {
		line, err := reader.ReadString('\n')
		if strings.HasPrefix(line, "event: message.created") {
			messages++
		}
		if err != nil {
			return messages
		}
	}
}

// residentMemory reads the process's resident set from the kernel.
func residentMemory(t *testing.T, s *server) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(status))
	kilobytes, err := strconv.Atoi(fields[slices.Index(fields, "VmRSS:")+1])
	if err != nil {
		t.Fatal(err)
	}
	return kilobytes << 10
}
