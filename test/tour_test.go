package test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestTour pastes the README's five-minute tour into a shell, line by line, as a newcomer does.
func TestTour(t *testing.T) {
	s := startServer(t, t.TempDir())
	script := strings.ReplaceAll(tour(t), "http://127.0.0.1:8080", s.url)
	script = strings.ReplaceAll(script, "bin/dentalk", binary)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	shell := exec.CommandContext(ctx, "bash", "-eu", "-o", "pipefail", "-c", script)
	shell.Env = append(os.Environ(), "PASSWORD="+operatorPassword)
	var output bytes.Buffer
	shell.Stdout, shell.Stderr = &output, &output
	if err := shell.Run(); err != nil {
		t.Fatalf("the tour fails: %v\n%s\n\nscript:\n%s", err, output.String(), script)
	}
	for _, want := range []string{"event: ready", "event: message.created", `"state": "partial"`, `"target": "크라운"`, `"detected": true`, `"seq": 2`} {
		if !strings.Contains(output.String(), want) {
			t.Errorf("the tour's output lacks %s:\n%s", want, output.String())
		}
	}
}

// tour gives the shell lines of the README's tour.
func tour(t *testing.T) string {
	t.Helper()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(readme), "## Five-minute tour")
	if !found {
		t.Fatal("the README has no five-minute tour")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var script strings.Builder
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(section, -1) {
		script.WriteString(block[1])
	}
	if script.Len() == 0 {
		t.Fatal("the tour has no commands")
	}
	return script.String()
}
