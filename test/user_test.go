package test

import (
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"dentalk/handlers"
)

// TestForgottenPasswordOfTheOnlyOperator is mended from the machine, with the server stopped.
func TestForgottenPasswordOfTheOnlyOperator(t *testing.T) {
	dir := t.TempDir()
	s := startServer(t, dir)
	old := s.operator(t)
	s.stop(t)
	output, err := exec.Command(binary, "user", "password", "operator", "--data-dir", dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	_, rest, _ := strings.Cut(string(output), "operator / ")
	password, _, _ := strings.Cut(rest, " ")
	s = startServerAt(t, s.addr, dir)
	s.logIn(t, "operator", password)
	s.anonymous(t).refused("POST", "/v1/auth/login", handlers.LoginRequest{Username: "operator", Password: operatorPassword}, http.StatusUnauthorized, "invalid_credentials")
	old.refused("GET", "/v1/me", nil, http.StatusUnauthorized, "session_ended")
	if output, err := exec.Command(binary, "user", "password", "nobody", "--data-dir", t.TempDir()).CombinedOutput(); err == nil || !strings.Contains(string(output), "no such user") {
		t.Errorf("got %v: %s", err, output)
	}
}

// TestADisabledOperator is enabled from the machine, also when nobody else could do it.
func TestADisabledOperator(t *testing.T) {
	dir := t.TempDir()
	s := startServer(t, dir)
	first := s.operator(t)
	first.must("POST", "/v1/users", map[string]string{"username": "second", "password": userPassword, "role": "operator"}, http.StatusCreated, nil)
	s.logIn(t, "second", userPassword).must("PATCH", "/v1/users/"+first.user.ID, `{"disabled":true}`, http.StatusOK, nil)
	s.stop(t)
	output, err := exec.Command(binary, "user", "password", "operator", "--data-dir", dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	_, rest, _ := strings.Cut(string(output), "operator / ")
	password, _, _ := strings.Cut(rest, " ")
	s = startServerAt(t, s.addr, dir)
	s.logIn(t, "operator", password).must("GET", "/v1/users", nil, http.StatusOK, nil)
}
