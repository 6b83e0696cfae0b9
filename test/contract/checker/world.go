package checker

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"
)

const (
	clinics      = 4
	labs         = 4
	userPassword = "a user's password"
)

// world is the users and rooms of a round.
type world struct {
	operator *caller
	users    []*caller
	rooms    []string             // ids
	members  map[string][]*caller // by room
	client   *http.Client
}

// roomsOf lists the rooms in which the user takes part.
func (w *world) roomsOf(user *caller) []string {
	if user.isOperator() {
		return w.rooms
	}
	var rooms []string
	for _, room := range w.rooms {
		if slices.Contains(w.members[room], user) {
			rooms = append(rooms, room)
		}
	}
	return rooms
}

// newWorld makes the users and rooms through the API.
func newWorld(ctx context.Context, url string, rooms int, random *rand.Rand) (*world, error) {
	transport := &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: 10 * time.Second}
	w := &world{members: map[string][]*caller{}, client: &http.Client{Transport: transport}}
	w.operator = &caller{url: url, http: w.client, name: "operator"}
	if err := w.operator.logIn(ctx, operatorPassword); err != nil {
		return nil, err
	}
	for n := range clinics + labs {
		role, language := "clinic", "en"
		if n >= clinics {
			role, language = "lab", "ko"
		}
		user, err := w.newUser(ctx, fmt.Sprint(role, "-", n+1), role, language)
		if err != nil {
			return nil, err
		}
		w.users = append(w.users, user)
	}
	for n := range rooms {
		if err := w.newRoom(ctx, n, random); err != nil {
			return nil, err
		}
	}
	return w, nil
}

func (w *world) newUser(ctx context.Context, name, role, language string) (*caller, error) {
	request := map[string]string{"username": name, "password": userPassword, "role": role, "language": language}
	if _, _, err := w.operator.insist(ctx, http.MethodPost, "/v1/users", request, nil); err != nil {
		return nil, err
	}
	user := &caller{url: w.operator.url, http: w.client, name: name}
	return user, user.logIn(ctx, userPassword)
}

// newRoom is of one or two clinics and one or two labs.
func (w *world) newRoom(ctx context.Context, n int, random *rand.Rand) error {
	members := append(draw(w.users[:clinics], 1+random.IntN(2), random), draw(w.users[clinics:], 1+random.IntN(2), random)...)
	ids := make([]string, len(members))
	for i, member := range members {
		ids[i] = member.id
	}
	order := fmt.Sprint("order-", n+1)
	var made room
	request := map[string]any{"orderId": order, "name": order, "participantIds": ids}
	if _, _, err := w.operator.insist(ctx, http.MethodPost, "/v1/rooms", request, &made); err != nil {
		return err
	}
	w.rooms = append(w.rooms, made.ID)
	w.members[made.ID] = members
	return nil
}

func draw(from []*caller, n int, random *rand.Rand) []*caller {
	var drawn []*caller
	for _, i := range random.Perm(len(from))[:n] {
		drawn = append(drawn, from[i])
	}
	return drawn
}

func (c *caller) logIn(ctx context.Context, password string) error {
	var tokens struct {
		AccessToken string
		User        struct{ ID, Role string }
	}
	request := map[string]string{"username": c.name, "password": password}
	if _, _, err := c.insist(ctx, http.MethodPost, "/v1/auth/login", request, &tokens); err != nil {
		return err
	}
	c.token, c.id, c.role = tokens.AccessToken, tokens.User.ID, tokens.User.Role
	return nil
}
