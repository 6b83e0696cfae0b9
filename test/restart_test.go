package test

import (
	"bytes"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/handlers"
)

// TestRestart finds everything again on the same data dir: sessions, rooms, history, enrichment,
// markers, and open clients that resume.
func TestRestart(t *testing.T) {
	dir := t.TempDir()
	first := startServer(t, dir)
	operator := first.operator(t)
	clinic, lab := first.member(t, operator, "clinic", "clinic", "en"), first.member(t, operator, "lab", "lab", "ko")
	room := operator.room("restart", clinic, lab)
	follower := lab.subscribe(t, "/v1/rooms/"+room.ID+"/stream").ready()
	clinic.post(room.ID, "The zirconia crown is two weeks late and nobody answers.")
	lab.must("PUT", "/v1/rooms/"+room.ID+"/read", `{"seq":1}`, http.StatusNoContent, nil)
	eventually(t, "the enrichment", func() bool { return clinic.history(room.ID)[0].Enrichment.State != "pending" })
	before, views := clinic.history(room.ID), rooms(lab)
	first.stop(t)

	second := startServerAt(t, first.addr, dir)
	if diff := cmp.Diff(before, clinic.history(room.ID)); diff != "" {
		t.Errorf("the history has changed:\n%s", diff)
	}
	if diff := cmp.Diff(views, rooms(lab)); diff != "" {
		t.Errorf("the rooms have changed:\n%s", diff)
	}
	clinic.post(room.ID, "Hello again.")
	checkReceived(t, follower, clinic.history(room.ID))
	if strings.Contains(second.output.String(), "made now") {
		t.Error("a second operator was made")
	}
}

func rooms(c *caller) []handlers.Room {
	c.t.Helper()
	var page handlers.RoomPage
	c.must("GET", "/v1/rooms", nil, http.StatusOK, &page)
	return page.Items
}

func TestDataDirInUse(t *testing.T) {
	dir := t.TempDir()
	startServer(t, dir)
	second := exec.Command(binary, "serve", "--data-dir", dir, "--addr", "127.0.0.1:0")
	second.Env = []string{}
	var output bytes.Buffer
	second.Stderr = &output
	if err := second.Run(); err == nil || second.ProcessState.ExitCode() != 1 {
		t.Fatalf("a second server on the same data dir ended with %v", err)
	}
	if lines := strings.Split(strings.TrimSpace(output.String()), "\n"); len(lines) != 1 || !strings.Contains(lines[0], "in use by another process") || !strings.Contains(lines[0], dir) {
		t.Errorf("got %q", output.String())
	}
}

func TestFirstOperatorIsPrintedOnce(t *testing.T) {
	dir := t.TempDir()
	greeting := func() string {
		command := exec.Command(binary, "serve", "--data-dir", dir, "--addr", "127.0.0.1:0")
		command.Env = []string{}
		stdout, err := command.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		buffer := make([]byte, 4096)
		n, err := stdout.Read(buffer)
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Process.Signal(exitSignal); err != nil {
			t.Fatal(err)
		}
		if err := command.Wait(); err != nil {
			t.Fatal(err)
		}
		return string(buffer[:n])
	}
	if first := greeting(); !strings.Contains(first, "operator / ") {
		t.Errorf("the first start does not tell how to log in: %s", first)
	}
	if second := greeting(); strings.Contains(second, "operator / ") {
		t.Errorf("the second start tells a password: %s", second)
	}
}

func TestBadSettings(t *testing.T) {
	for _, test := range []struct {
		env  []string
		want []string
	}{
		{[]string{"DENTALK_HEARTBEAT=99ms"}, []string{`DENTALK_HEARTBEAT: "99ms"`}},
		{[]string{"DENTALK_HEARTBEAT=soon"}, []string{`DENTALK_HEARTBEAT: "soon"`}},
		{[]string{"DENTALK_ADRR=:1", "DENTALK_REGISTRATION=perhaps"}, []string{"DENTALK_ADRR: there is no such setting", `DENTALK_REGISTRATION: "perhaps"`}},
		{[]string{"DENTALK_REDIS_URL=redis://localhost"}, []string{"DENTALK_JWT_SECRET: "}},
		{[]string{"DENTALK_REDIS_URL=http://localhost", "DENTALK_MONGODB_URI=localhost"}, []string{"DENTALK_REDIS_URL: ", "DENTALK_MONGODB_URI: "}},
		{[]string{"DENTALK_OPERATOR_USERNAME=no spaces"}, []string{`DENTALK_OPERATOR_USERNAME: "no spaces" must begin with`}},
		{[]string{"DENTALK_JWT_SECRET=short"}, []string{"DENTALK_JWT_SECRET: "}},
		{[]string{"DENTALK_JWT_SECRET_FILE=/does/not/exist"}, []string{"DENTALK_JWT_SECRET_FILE: "}},
	} {
		command := exec.Command(binary, "serve", "--data-dir", t.TempDir())
		command.Env = test.env
		output, err := command.CombinedOutput()
		if err == nil {
			t.Errorf("%v: the server started", test.env)
		}
		for _, want := range test.want {
			if !strings.Contains(string(output), want) {
				t.Errorf("%v: got %q, want it to name %q", test.env, output, want)
			}
		}
	}
}
