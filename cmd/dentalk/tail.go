package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/r3labs/sse/v2"
	"gopkg.in/cenkalti/backoff.v1"

	"dentalk/domain"
	"dentalk/handlers"
)

// The pause before a lost stream is opened again, unless the server says otherwise. It doubles
// while nothing comes.
const (
	tailRetry        = time.Second
	tailLongestRetry = 30 * time.Second
)

// tail follows a room until ctx ends.
func (p program) tail(ctx context.Context, args []string) error {
	set := p.flagSet("tail", "dentalk tail follows a room in the terminal, through reconnects:\n")
	room := set.String("room", "", "ID of the room")
	server := set.String("server", "http://127.0.0.1:8080", "where the server is")
	token := set.String("token", "", "access token, instead of username and password")
	username := set.String("username", "", "who follows")
	password := set.String("password", "", "the password")
	since := set.String("since", "", "position to begin at; 24 zeros for the beginning of the room")
	if err := parse(set, args); err != nil {
		return err
	}
	if *room == "" || *token == "" && *username == "" {
		return fmt.Errorf("%w: tail needs --room, and --token or --username with --password", errUsage)
	}
	follower := &follower{
		tokenGiven: *token != "",
		stream:     *server + "/v1/rooms/" + url.PathEscape(*room) + "/stream", position: *since, out: p.stdout, notes: p.stderr,
		logIn: func(ctx context.Context) (string, error) {
			if *token != "" {
				return *token, nil
			}
			c, err := logIn(ctx, *server, *username, *password)
			if err != nil {
				return "", err
			}
			return c.token, nil
		},
	}
	return follower.follow(ctx)
}

// follower prints the events of one room.
type follower struct {
	stream   string
	position string // of the last whole frame; never taken from the client, see connect
	out      io.Writer
	notes    io.Writer
	logIn    func(context.Context) (string, error)
	token    string
	// tokenGiven says that there is only that token: when it is refused nothing else can be tried.
	tokenGiven bool
	retry      time.Duration // what the server last asked for
}

// errGivenUp ends the following: coming back cannot help.
var errGivenUp = errors.New("the server does not let us follow this room")

func (f *follower) follow(ctx context.Context) error {
	f.retry = tailRetry
	for ctx.Err() == nil {
		err := f.connect(ctx)
		if errors.Is(err, errGivenUp) {
			return err
		}
		if ctx.Err() != nil {
			return nil
		}
		fmt.Fprintf(f.notes, "stream lost (%v); again in %v\n", reason(err), f.retry)
		select {
		case <-ctx.Done():
		case <-time.After(f.retry):
		}
		f.retry = min(2*f.retry, tailLongestRetry)
	}
	return nil
}

func reason(err error) string {
	if err == nil {
		return "closed"
	}
	return err.Error()
}

// connect follows until the connection ends. The client of r3labs/sse takes an id before its frame
// is whole: a connection cut inside a frame would lose that message. So the position is kept here,
// and given to a new client each time.
func (f *follower) connect(ctx context.Context) error {
	if f.token == "" {
		token, err := f.logIn(ctx)
		var refused *apiError
		if errors.As(err, &refused) && refused.Status < http.StatusInternalServerError && refused.Status != http.StatusTooManyRequests {
			return fmt.Errorf("%w: %w", errGivenUp, err)
		}
		if err != nil {
			return err
		}
		f.token = token
	}
	client := sse.NewClient(f.stream, sse.ClientMaxBufferSize(1<<20))
	client.Headers["Authorization"] = "Bearer " + f.token
	client.ReconnectStrategy = &backoff.StopBackOff{}
	client.ResponseValidator = f.validate
	if f.position != "" {
		client.LastEventID.Store([]byte(f.position))
	}
	return client.SubscribeRawWithContext(ctx, f.event)
}

func (f *follower) validate(_ *sse.Client, response *http.Response) error {
	if response.StatusCode == http.StatusOK {
		return nil
	}
	defer response.Body.Close()
	err := problem(response)
	switch response.StatusCode {
	case http.StatusUnauthorized, http.StatusNoContent:
		if f.tokenGiven {
			return fmt.Errorf("%w: %w", errGivenUp, err)
		}
		f.token = "" // log in again
	case http.StatusForbidden, http.StatusNotFound:
		return fmt.Errorf("%w: %w", errGivenUp, err)
	}
	return err
}

// event prints one event. A frame whose data is not whole is dropped with its id.
func (f *follower) event(frame *sse.Event) {
	var err error
	switch name := domain.EventName(frame.Event); name {
	case domain.EventMessageCreated:
		err = show(frame.Data, func(m handlers.Message) { f.position = m.ID; printMessage(f.out, m) })
	case domain.EventMessageEnriched:
		err = show(frame.Data, func(m handlers.EnrichedMessage) { printEnriched(f.out, m) })
	case domain.EventParticipantJoined, domain.EventParticipantLeft:
		err = show(frame.Data, func(p handlers.RoomParticipant) { fmt.Fprintf(f.out, "      · %s: %s\n", name, plain(p.Username)) })
	case "ready":
		if json.Valid(frame.Data) {
			f.position, f.retry = string(frame.ID), tailRetry
		}
	case "resync":
		fmt.Fprintln(f.notes, "some messages were missed; read the history")
	case "goodbye":
		err = show(frame.Data, f.goodbye)
	}
	if err != nil {
		fmt.Fprintf(f.notes, "frame of %s not understood: %v\n", frame.Event, err)
	}
}

func (f *follower) goodbye(g handlers.Goodbye) {
	f.retry = time.Duration(g.ReconnectInMs) * time.Millisecond
	if g.Reason == "session_ended" {
		f.token = ""
	}
}

func show[T any](data []byte, print func(T)) error {
	var value T
	if err := json.Unmarshal(data, &value); err != nil {
		return err
	}
	print(value)
	return nil
}

func printMessage(w io.Writer, m handlers.Message) {
	fmt.Fprintf(w, "%5d %s %s (%s): %s\n", m.Seq, m.CreatedAt[11:16], m.UserName, m.Role, plain(m.Content.Text))
}

func printEnriched(w io.Writer, m handlers.EnrichedMessage) {
	for _, line := range describe(m.Emotion, m.Complaint, m.Translations, m.Terms) {
		fmt.Fprintf(w, "      ↳ #%d %s\n", m.Seq, plain(line))
	}
}

// plain leaves out what could steer a terminal or turn its writing direction.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsPrint(r):
			return r
		}
		return -1
	}, text)
}
