package handlers_test

import (
	"bufio"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/handlers"
	"dentalk/streams"
	"dentalk/streams/membroker"
)

// unclosed is a store that another one closes.
type unclosed struct{ domain.Store }

func (unclosed) Close() error { return nil }

// stream begins to publish what is written, and serves streams of it.
func (w *erasing) stream() *httptest.Server {
	w.Helper()
	broker, log := membroker.New(), slog.New(slog.DiscardHandler)
	store := streams.NewStore(unclosed{w.store}, broker, log)
	hub, err := streams.NewHub(w.Context(), streams.Config{Store: store, Broker: broker, Encode: handlers.EncodeEvent, Now: w.clock})
	if err != nil {
		w.Fatal(err)
	}
	w.store = store
	w.api = w.instance(func(c *handlers.Config) { c.Hub, c.Chat.Broker = hub, broker })
	server := httptest.NewServer(w.api)
	w.Cleanup(func() {
		hub.Close()
		server.Close()
		if err := store.Close(); err != nil {
			w.Error(err)
		}
	})
	return server
}

// frames is a stream as a client reads it.
type frames struct {
	*testing.T
	lines *bufio.Scanner
}

// follow opens a stream that ends with the test, or when nothing comes for long.
func (w *erasing) follow(server *httptest.Server, path, token string, last domain.ID) *frames {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), time.Minute)
	w.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+path, nil)
	if err != nil {
		w.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	if last != "" {
		request.Header.Set("Last-Event-ID", string(last))
	}
	answer, err := server.Client().Do(request)
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = answer.Body.Close() })
	if answer.StatusCode != http.StatusOK {
		w.Fatalf("%s: %s", path, answer.Status)
	}
	return &frames{T: w.T, lines: bufio.NewScanner(answer.Body)}
}

// next gives the data of the next event with this name. No event before it may tell the secret.
func (f *frames) next(name string) string {
	f.Helper()
	event := ""
	for f.lines.Scan() {
		line := f.lines.Text()
		if strings.Contains(line, secret) {
			f.Errorf("the stream tells %s", line)
		}
		if value, found := strings.CutPrefix(line, "event:"); found {
			event = strings.TrimSpace(value)
		}
		if value, found := strings.CutPrefix(line, "data:"); found && event == name {
			return value
		}
	}
	f.Fatalf("the stream ended before %s: %v", name, f.lines.Err())
	return ""
}

// erased gives the seqs of the next events that tell of an erasure.
func (f *frames) erased(count int) (seqs []int64) {
	f.Helper()
	for range count {
		data := f.next("message.erased")
		var erased handlers.ErasedMessage
		if err := json.Unmarshal([]byte(data), &erased); err != nil {
			f.Fatal(err)
		}
		if erased.ErasedAt == "" || erased.MessageID == "" || erased.RoomID == "" {
			f.Errorf("got %s", data)
		}
		seqs = append(seqs, erased.Seq)
	}
	return seqs
}

func TestStreamsAreToldOfAnErasure(t *testing.T) {
	w := newErasing(t)
	server := w.stream()
	nguyen := w.world.token(w.api, "nguyen")
	last := domain.ID(w.messages[2].ID)
	everything, room := w.follow(server, "/v1/stream", w.token, ""), w.follow(server, w.path()+"/stream", nguyen, "")
	everything.next("ready")
	room.next("ready")
	w.erase(`"roomId":"` + string(w.room.ID) + `"`)

	if diff := cmp.Diff([]int64{1, 2, 3, 4}, everything.erased(4)); diff != "" {
		t.Errorf("live, as an operator (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int64{1, 2, 3}, room.erased(3)); diff != "" {
		t.Errorf("live, as a clinic (-want +got):\n%s", diff)
	}
	for _, path := range []string{"/v1/stream", w.path() + "/stream"} {
		resumed := w.follow(server, path, nguyen, last)
		resumed.next("ready")
		if diff := cmp.Diff([]int64{1, 2, 3}, resumed.erased(3)); diff != "" {
			t.Errorf("%s resumed (-want +got):\n%s", path, diff)
		}
	}
	begun := w.follow(server, w.path()+"/stream", nguyen, domain.ZeroID)
	for range 3 {
		if data := begun.next("message.created"); !strings.Contains(data, `"erasedAt":`) {
			t.Errorf("from the beginning came %s", data)
		}
	}
	var page handlers.EventPage
	w.decode(w.call(w.api, http.MethodGet, w.path()+"/events?after="+string(last), nguyen, ""), http.StatusOK, &page)
	var polled []string
	for _, item := range page.Items {
		polled = append(polled, item.Event)
	}
	if diff := cmp.Diff([]string{"message.erased", "message.erased", "message.erased"}, polled); diff != "" {
		t.Errorf("polled (-want +got):\n%s", diff)
	}
}

func TestAnErasedPersonsStreamsEnd(t *testing.T) {
	w := newErasing(t)
	server := w.stream()
	kim := w.follow(server, "/v1/stream", w.world.token(w.api, "kim"), "")
	kim.next("ready")
	w.erase(`"userId":"` + string(w.kim.ID) + `"`)
	if data := kim.next("goodbye"); !strings.Contains(data, "session_ended") {
		t.Errorf("goodbye says %s", data)
	}
}

func TestFollowingAllRoomsOfAKeyNeedsTheScope(t *testing.T) {
	w := newErasing(t)
	w.stream()
	operator := domain.Caller{Role: domain.RoleOperator}
	for scope, path := range map[string]string{
		domain.ScopeOpsRead: "/v1/events", domain.ScopeRoomsWrite: "/v1/events", domain.ScopeMessagesWrite: w.path() + "/events",
	} {
		_, key, err := w.accounts.CreateAPIKey(t.Context(), operator, domain.NewAPIKey{Name: scope, Scopes: []string{scope}})
		if err != nil {
			t.Fatal(err)
		}
		answer := w.call(w.api, http.MethodGet, path, key, "")
		if scope != domain.ScopeOpsRead {
			w.refused(answer, http.StatusForbidden, "insufficient_scope")
		} else if answer.Code != http.StatusOK {
			t.Errorf("with the scope: %d %s", answer.Code, answer.Body)
		}
	}
}
