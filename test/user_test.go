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
