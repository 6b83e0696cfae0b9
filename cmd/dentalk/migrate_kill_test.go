package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"dentalk/domain"
)

// messagesVariable says how many messages the killed migrations move; a full run takes 200000.
const messagesVariable = "DENTALK_TEST_MIGRATE_MESSAGES"

func killedMessages(t testing.TB) int {
	t.Helper()
	text, set := os.LookupEnv(messagesVariable)
	if !set {
		return 3000
	}
	count, err := strconv.Atoi(text)
	must(t, err)
	return count
}

// TestKilledMigrationGoesOn kills a real process in the middle of the messages and starts another one.
func TestKilledMigrationGoesOn(t *testing.T) {
	messages := killedMessages(t)
	source := "sqlite:" + generate(t, messages)
	t.Run("sqlite", func(t *testing.T) {
		checkKilled(t, source, messages, func(t *testing.T) string { return "sqlite:" + t.TempDir() })
	})
	t.Run("mongodb", func(t *testing.T) {
		checkKilled(t, source, messages, func(t *testing.T) string { return newDatabase(t) })
	})
}

func checkKilled(t *testing.T, source string, messages int, newTarget func(*testing.T) string) {
	t.Helper()
	target, there := killedMigration(t, source, messages, newTarget)
	begun := time.Now()
	o := dentalk(t.Context(), "migrate", "--from", source, "--to", target).expect(t, 0, "all records have moved")
	t.Logf("resumed and verified in %v:\n%s%s", time.Since(begun).Round(time.Millisecond), o.stderr, o.stdout)
	if strings.Contains(o.stdout, "DIFFER") {
		t.Error("checksums differ")
	}
	look(t, target, func(ctx context.Context, store archive) {
		must(t, refuseHalfMigrated(ctx, store))
		extent, err := store.Extent(ctx, domain.RecordMessage)
		must(t, err)
		if extent.Count != int64(messages) || there >= extent.Count {
			t.Errorf("%d messages after %d", extent.Count, there)
		}
	})
}

// killedMigration gives a target that was left in the middle of the messages, and how many it has. A
// process that was quicker than the kill begins anew.
func killedMigration(t *testing.T, source string, messages int, newTarget func(*testing.T) string) (target string, there int64) {
	t.Helper()
	for range 20 {
		target = newTarget(t)
		begun := time.Now()
		killWhen(t, source, target, messages/2)
		took := time.Since(begun).Round(time.Millisecond)
		look(t, target, func(ctx context.Context, store archive) {
			extent, err := store.Extent(ctx, domain.RecordMessage)
			must(t, err)
			if there = extent.Count; there < int64(messages) && refuseHalfMigrated(ctx, store) == nil {
				t.Error("a server would start on a part of the messages")
			}
		})
		if there < int64(messages) {
			t.Logf("killed after %v with %d of %d messages", took, there, messages)
			return target, there
		}
	}
	t.Fatal("the migration always ends before it is killed")
	return "", 0
}

// killWhen starts the program and kills it as a power cut would when enough messages are copied.
func killWhen(t *testing.T, source, target string, enough int) {
	t.Helper()
	program, err := os.Executable()
	must(t, err)
	command := exec.CommandContext(t.Context(), program, "migrate", "--from", source, "--to", target)
	command.Env = []string{processVariable + "=1"}
	stderr, err := command.StderrPipe()
	must(t, err)
	must(t, command.Start())
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		var copied int
		rest, found := strings.CutPrefix(lines.Text(), "copy messages")
		if _, err := fmt.Sscanf(rest, "%d/", &copied); found && err == nil && copied >= enough {
			break
		}
	}
	must(t, command.Process.Kill())
	if err := command.Wait(); err == nil {
		t.Log("it ended before the kill")
	}
}
