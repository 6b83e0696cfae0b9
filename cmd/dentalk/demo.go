package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"dentalk/handlers"
)

// demo plays the conversations through the real API, against a server that is already running or
// one of its own that forgets everything.
func (p program) demo(ctx context.Context, args []string) error {
	set := p.flagSet("demo", "dentalk demo plays realistic conversations through the API and shows a room's enriched history:\n")
	server := set.String("server", "", "a running server; when empty, one is started for the demo, with its data in a temporary folder")
	username := set.String("username", "operator", "an operator of the running server")
	password := set.String("password", "", "the operator's password")
	order := set.String("order", "ORD-24140", "which order's room to show at the end")
	if err := parse(set, args); err != nil {
		return err
	}
	if *server != "" && *password == "" {
		return fmt.Errorf("%w: a running server needs --password, that of the operator", errUsage)
	}
	if *server != "" {
		return p.play(ctx, *server, *username, *password, *order)
	}
	return p.withOwnServer(ctx, func(ctx context.Context, server, password string) error {
		return p.play(ctx, server, "operator", password, *order)
	})
}

// withOwnServer runs a server on a free port for as long as use takes.
func (p program) withOwnServer(ctx context.Context, use func(ctx context.Context, server, password string) error) error {
	dir, err := os.MkdirTemp("", "dentalk-demo-")
	if err != nil {
		return fmt.Errorf("make a temporary folder: %w", err)
	}
	defer os.RemoveAll(dir)
	password := rand.Text()
	s, err := resolve(settingsTable(), map[string]string{
		"addr": "127.0.0.1:0", "data-dir": dir, "operator-password": password, "log-level": "error",
	}, nil)
	if err != nil {
		return err
	}
	house, listener, err := s.open(ctx, p.stderr)
	if err != nil {
		return err
	}
	defer house.close()
	ctx, stop := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- house.run(ctx, listener) }()
	err = use(ctx, address(listener), password)
	stop()
	return errors.Join(err, <-served)
}

// performance is one playing of a script.
type performance struct {
	out      io.Writer
	server   string
	operator *client
	suffix   string // makes names new on a server on which the demo was played before
	users    map[string]handlers.User
	clients  map[string]*client
	rooms    map[string]handlers.Room
}

func (p program) play(ctx context.Context, server, username, password, order string) error {
	s, err := readScript(conversations)
	if err != nil {
		return err
	}
	operator, err := logIn(ctx, server, username, password)
	if err != nil {
		return err
	}
	show := &performance{
		out: p.stdout, server: server, operator: operator, suffix: "-" + strings.ToLower(rand.Text()[:4]),
		users: map[string]handlers.User{}, clients: map[string]*client{}, rooms: map[string]handlers.Room{},
	}
	if err := show.prepare(ctx, s); err != nil {
		return err
	}
	if err := show.talk(ctx, s.messages); err != nil {
		return err
	}
	return show.showRooms(ctx, s.rooms, order)
}

func (f *performance) prepare(ctx context.Context, s script) error {
	steps := newProgress(f.out, "people and rooms", len(s.organizations)+len(s.users)+len(s.rooms))
	organizations := map[string]string{}
	for _, line := range s.organizations {
		var made handlers.Organization
		err := f.operator.call(ctx, http.MethodPost, "/v1/organizations", handlers.CreateOrganizationRequest{
			Kind: line.Type, Name: line.Name, Language: line.Language, Country: line.Country, Timezone: line.Timezone, Specialties: line.Specialties,
		}, &made)
		if err != nil {
			return fmt.Errorf("make organization %s: %w", line.Name, err)
		}
		organizations[line.ID] = made.ID
		steps.step()
	}
	for _, line := range s.users {
		if err := f.enter(ctx, line, organizations[line.Organization]); err != nil {
			return err
		}
		steps.step()
	}
	for _, line := range s.rooms {
		if err := f.open(ctx, line); err != nil {
			return err
		}
		steps.step()
	}
	return nil
}

// enter makes a user's account and logs in with it.
func (f *performance) enter(ctx context.Context, line scriptLine, organization string) error {
	password := rand.Text()
	var user handlers.User
	err := f.operator.call(ctx, http.MethodPost, "/v1/users", handlers.CreateUserRequest{
		Username: line.ID + f.suffix, Password: password, Role: line.Role, Language: &line.Language, OrganizationID: organization,
	}, &user)
	if err != nil {
		return fmt.Errorf("make user %s: %w", line.ID, err)
	}
	f.users[line.ID] = user
	f.clients[line.ID], err = logIn(ctx, f.server, user.Username, password)
	return err
}

func (f *performance) open(ctx context.Context, line scriptLine) error {
	request := map[string]any{"orderId": line.OrderID + f.suffix, "name": line.Name}
	var participants []string
	for _, name := range line.Participants {
		participants = append(participants, f.users[name].ID)
	}
	request["participantIds"] = participants
	var room handlers.Room
	if err := f.operator.call(ctx, http.MethodPost, "/v1/rooms", request, &room); err != nil {
		return fmt.Errorf("make room %s: %w", line.OrderID, err)
	}
	f.rooms[line.OrderID] = room
	return nil
}

// talk posts the messages in their order, each as its sender.
func (f *performance) talk(ctx context.Context, messages []scriptLine) error {
	steps := newProgress(f.out, "messages", len(messages))
	for number, line := range messages {
		path := "/v1/rooms/" + f.rooms[line.OrderID].ID + "/messages"
		request := handlers.PostMessageRequest{Text: line.Text, ClientMessageID: fmt.Sprint("demo-", number)}
		if err := f.clients[line.From].call(ctx, http.MethodPost, path, request, nil); err != nil {
			return fmt.Errorf("post as %s: %w", line.From, err)
		}
		steps.step()
	}
	return nil
}

// showRooms prints a table of all rooms and one room's history, once nothing is pending any more.
func (f *performance) showRooms(ctx context.Context, rooms []scriptLine, order string) error {
	histories := map[string][]handlers.Message{}
	steps := newProgress(f.out, "enriched", len(rooms))
	for _, line := range rooms {
		history, err := f.enriched(ctx, f.rooms[line.OrderID].ID)
		if err != nil {
			return err
		}
		histories[line.OrderID] = history
		steps.step()
	}
	printRooms(f.out, rooms, histories)
	room, ok := f.rooms[order]
	if !ok {
		return fmt.Errorf("%w: the conversations have no order %s", errUsage, order)
	}
	printHistory(f.out, room.Name, histories[order])
	return nil
}

// enriched reads a room's history, waiting by long poll while some of it is pending.
func (f *performance) enriched(ctx context.Context, room string) ([]handlers.Message, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		var page handlers.MessagePage
		if err := f.operator.call(ctx, http.MethodGet, "/v1/rooms/"+room+"/messages?limit=200", nil, &page); err != nil {
			return nil, fmt.Errorf("read history: %w", err)
		}
		if !pending(page.Items) {
			return page.Items, nil
		}
		wait := "/v1/rooms/" + room + "/events?wait=5&after=" + url.QueryEscape(page.Position)
		if err := f.operator.call(ctx, http.MethodGet, wait, nil, nil); err != nil {
			return nil, fmt.Errorf("wait for the enrichment: %w", err)
		}
	}
}

func pending(messages []handlers.Message) bool {
	for _, message := range messages {
		if message.Enrichment.State == "pending" {
			return true
		}
	}
	return false
}
