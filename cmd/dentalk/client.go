package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"dentalk/handlers"
)

// client calls the API as one user. It is safe for concurrent use once it is logged in.
type client struct {
	server string
	token  string
	http   *http.Client
}

func newClient(server, token string) *client {
	return &client{server: strings.TrimRight(server, "/"), token: token, http: &http.Client{Timeout: 30 * time.Second}}
}

// logIn gives a client of the user.
func logIn(ctx context.Context, server, username, password string) (*client, error) {
	c := newClient(server, "")
	var tokens handlers.Tokens
	request := handlers.LoginRequest{Username: username, Password: password}
	if err := c.call(ctx, http.MethodPost, "/v1/auth/login", request, &tokens); err != nil {
		return nil, fmt.Errorf("log in as %s: %w", username, err)
	}
	c.token = tokens.AccessToken
	return c, nil
}

// call sends body as JSON, unless it is nil, and reads the answer into result, unless it is nil.
func (c *client) call(ctx context.Context, method, path string, body, result any) error {
	request, err := c.request(ctx, method, path, body)
	if err != nil {
		return err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return fmt.Errorf("call the server: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode >= 400 {
		return problem(response)
	}
	if result == nil {
		return nil
	}
	if err := json.NewDecoder(response.Body).Decode(result); err != nil {
		return fmt.Errorf("read the answer of %s %s: %w", method, path, err)
	}
	return nil
}

func (c *client) request(ctx context.Context, method, path string, body any) (*http.Request, error) {
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("encode request: %w", err)
		}
		content = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.server+path, content)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	return request, nil
}

// apiError is a problem that the server has told.
type apiError struct{ handlers.Problem }

func (e *apiError) Error() string {
	text := fmt.Sprintf("the server answers %d %s: %s", e.Status, e.Code, e.Detail)
	for _, field := range e.Errors {
		text += " " + field.Field + " " + field.Detail + "."
	}
	return text
}

func problem(response *http.Response) error {
	var failure apiError
	if err := json.NewDecoder(response.Body).Decode(&failure.Problem); err != nil {
		return fmt.Errorf("the server answers %s", response.Status)
	}
	return &failure
}
