package test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"

	"dentalk/handlers"
)

// caller is one user of the API in a test.
type caller struct {
	t     testing.TB
	url   string
	token string
	http  *http.Client
	user  handlers.User
}

// reply is what the server answered.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// anonymous is a caller without credentials.
func (s *server) anonymous(t testing.TB) *caller {
	t.Helper()
	return &caller{t: t, url: s.url, http: httpClient(t)}
}

// operator is the first operator.
func (s *server) operator(t testing.TB) *caller {
	t.Helper()
	return s.logIn(t, "operator", operatorPassword)
}

func (s *server) logIn(t testing.TB, username, password string) *caller {
	t.Helper()
	c := s.anonymous(t)
	var tokens handlers.Tokens
	c.must("POST", "/v1/auth/login", handlers.LoginRequest{Username: username, Password: password}, http.StatusOK, &tokens)
	c.token, c.user = tokens.AccessToken, tokens.User
	return c
}

const userPassword = "a user's password"

// member makes a user of a role and logs in as it.
func (s *server) member(t testing.TB, operator *caller, username, role, language string) *caller {
	t.Helper()
	request := handlers.CreateUserRequest{Username: username, Password: userPassword, Role: role, Language: &language}
	operator.must("POST", "/v1/users", request, http.StatusCreated, nil)
	return s.logIn(t, username, userPassword)
}

// room makes a room of an order.
func (c *caller) room(order string, participants ...*caller) handlers.Room {
	c.t.Helper()
	ids := []string{}
	for _, participant := range participants {
		ids = append(ids, participant.user.ID)
	}
	var room handlers.Room
	c.must("POST", "/v1/rooms", map[string]any{"orderId": order, "name": order, "participantIds": ids}, http.StatusCreated, &room)
	return room
}

func (c *caller) post(room, text string) handlers.Message {
	c.t.Helper()
	var message handlers.Message
	c.must("POST", "/v1/rooms/"+room+"/messages", handlers.PostMessageRequest{Text: text}, http.StatusCreated, &message)
	return message
}

// history reads the whole room, page by page.
func (c *caller) history(room string) []handlers.Message {
	c.t.Helper()
	var all []handlers.Message
	var seq int64
	for {
		var page handlers.MessagePage
		c.must("GET", fmt.Sprintf("/v1/rooms/%s/messages?after=%d&limit=200", room, seq), nil, http.StatusOK, &page)
		all = append(all, page.Items...)
		if !page.HasMoreAfter {
			return all
		}
		seq = page.Items[len(page.Items)-1].Seq
	}
}

// must calls and fails the test unless the status is the expected one.
func (c *caller) must(method, path string, body any, status int, result any, headers ...string) reply {
	c.t.Helper()
	r, err := c.call(method, path, body, headers...)
	if err != nil {
		c.t.Fatal(err)
	}
	if r.status != status {
		c.t.Fatalf("%s %s: got %d, want %d: %s", method, path, r.status, status, r.body)
	}
	if result != nil {
		c.decode(r, status, result)
	}
	return r
}

// refused calls and fails the test unless the answer is a problem with this status and code.
func (c *caller) refused(method, path string, body any, status int, code string, headers ...string) handlers.Problem {
	c.t.Helper()
	var problem handlers.Problem
	r := c.must(method, path, body, status, &problem, headers...)
	if problem.Code != code || problem.Instance != r.header.Get("X-Request-Id") {
		c.t.Fatalf("%s %s: got %s, want code %s and the request's id", method, path, r.body, code)
	}
	return problem
}

// call sends one request. A body that is a string or bytes is sent as it is, anything else as JSON.
// Headers are pairs of name and value.
func (c *caller) call(method, path string, body any, headers ...string) (reply, error) {
	var content io.Reader
	switch typed := body.(type) {
	case nil:
	case string:
		content = bytes.NewReader([]byte(typed))
	case []byte:
		content = bytes.NewReader(typed)
	default:
		encoded, err := json.Marshal(body)
		if err != nil {
			return reply{}, err
		}
		content = bytes.NewReader(encoded)
	}
	if sent, ok := content.(*bytes.Reader); ok {
		text, _ := io.ReadAll(sent)
		used.read(c.url, text)
		_, _ = sent.Seek(0, io.SeekStart)
	}
	request, err := http.NewRequest(method, c.url+path, content)
	if err != nil {
		return reply{}, err
	}
	if content != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := c.http.Do(request)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	used.read(c.url, answer)
	for _, cookie := range response.Cookies() {
		used.add(c.url, cookie.Value)
	}
	return reply{status: response.StatusCode, header: response.Header, body: answer}, err
}

// decode fails the test unless the reply has this status, and reads its body.
func (c *caller) decode(r reply, status int, result any) {
	c.t.Helper()
	if r.status != status {
		c.t.Errorf("got %d, want %d: %s", r.status, status, r.body)
		return
	}
	if err := json.Unmarshal(r.body, result); err != nil {
		c.t.Errorf("%v: %s", err, r.body)
	}
}
