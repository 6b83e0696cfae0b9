package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/repository/sqlitestore"
)

// outcome is how the program ended.
type outcome struct {
	code           int
	stdout, stderr string
}

func dentalk(ctx context.Context, args ...string) outcome {
	var stdout, stderr bytes.Buffer
	code := run(ctx, args, nil, &stdout, &stderr)
	return outcome{code, stdout.String(), stderr.String()}
}

// expect checks the exit code, and that one of the outputs has each text.
func (o outcome) expect(t testing.TB, code int, texts ...string) outcome {
	t.Helper()
	if o.code != code {
		t.Fatalf("exit code %d, want %d\n%s%s", o.code, code, o.stdout, o.stderr)
	}
	for _, text := range texts {
		if !strings.Contains(o.stdout+o.stderr, text) {
			t.Fatalf("nothing says %q:\n%s%s", text, o.stdout, o.stderr)
		}
	}
	return o
}

func migrate(t testing.TB, from, to string, more ...string) outcome {
	t.Helper()
	return dentalk(t.Context(), append([]string{"migrate", "--from", "sqlite:" + from, "--to", "sqlite:" + to}, more...)...)
}

func TestMigrateMovesEverything(t *testing.T) {
	source, target := generate(t, 1200), filepath.Join(t.TempDir(), "made", "by", "migrate")
	first := migrate(t, source, target).expect(t, 0, "all records have moved; take the files along", "messages                 1200       1200", " 1200/1200")
	if strings.Contains(first.stdout, "DIFFER") || strings.Contains(first.stderr, "\r") {
		t.Errorf("got %s%s", first.stdout, first.stderr)
	}
	migrate(t, source, target).expect(t, 0, "was finished before", "in both")
	migrate(t, target, filepath.Join(t.TempDir(), "back")).expect(t, 0, "all records have moved")
	migrate(t, source, target, "--verify").expect(t, 0, "in both")
}

// serve starts a server that is to refuse; one that does not is ended after a while.
func serve(t testing.TB, dir string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	return dentalk(ctx, "serve", "--data-dir", dir, "--addr", "127.0.0.1:0")
}

// TestMigrateNamesWhatDiffers changes a room of the target behind its back.
func TestMigrateNamesWhatDiffers(t *testing.T) {
	source, target := generate(t, 600), t.TempDir()
	migrate(t, source, target).expect(t, 0)
	change(t, target, func(ctx context.Context, store *sqlitestore.Store) {
		views, err := store.RoomViews(ctx, domain.RoomQuery{All: true, Limit: 100})
		must(t, err)
		for _, view := range views {
			if view.OrderID == "ORD-3" {
				_, err := store.UpdateRoom(ctx, view.ID, domain.RoomChange{Name: new("renamed")}, view.UpdatedAt)
				must(t, err)
			}
		}
	})
	for _, more := range [][]string{nil, {"--verify"}} {
		o := migrate(t, source, target, more...).expect(t, 1, "of order ORD-3 differs", "the stores differ: rooms; rooms named above: 1", "DIFFER")
		if strings.Contains(o.stdout, "ORD-4") {
			t.Errorf("a room that is the same is named:\n%s", o.stdout)
		}
	}
	// A target that was finished stays so, whatever was written to it since.
	change(t, target, func(ctx context.Context, store *sqlitestore.Store) { must(t, refuseHalfMigrated(ctx, store)) })
}

// TestMigrateComparesCorrectionsGlossaryAndUsage goes on with the target after the migration.
func TestMigrateComparesCorrectionsGlossaryAndUsage(t *testing.T) {
	source, target := generate(t, 100), t.TempDir()
	migrate(t, source, target).expect(t, 0)
	change(t, target, func(ctx context.Context, store *sqlitestore.Store) {
		for record, err := range store.Export(ctx, domain.RecordMessage, "") {
			must(t, err)
			_, err = store.ChangeEnrichment(ctx, record.Message.RoomID, record.Message.ID, func(m domain.Message) (domain.Enrichment, error) {
				return m.Enrichment.Correct(domain.Correction{UserName: "operator"}, nil), nil
			})
			must(t, err)
			break
		}
		extent, err := store.Extent(ctx, domain.RecordGlossary)
		must(t, err)
		must(t, store.AppendGlossaryChange(ctx, domain.GlossaryChange{Version: extent.Count + 1, At: time.Now()}))
		_, err = store.AddUsage(ctx, "2026-01", "papago", domain.Usage{Calls: 1})
		must(t, err)
	})
	migrate(t, source, target, "--verify").expect(t, 1, "the stores differ: messages, glossary changes, usage; rooms named above: 1")
}

func TestMigrateRefuses(t *testing.T) {
	source, other, empty, bare := generate(t, 10), generate(t, 10), t.TempDir(), t.TempDir()
	change(t, bare, func(context.Context, *sqlitestore.Store) {})
	migrate(t, bare, empty).expect(t, 1, "--from: it holds nothing")
	absent := filepath.Join(empty, "absent")
	migrate(t, source, source+"/.").expect(t, 2, "the same store")
	migrate(t, absent, empty).expect(t, 1, "--from: there is no store")
	migrate(t, source, absent, "--verify").expect(t, 1, "--to: there is no store")
	migrate(t, source, other).expect(t, 1, "--to: it holds 20 organizations")
	target := t.TempDir()
	migrate(t, source, target).expect(t, 0)
	migrate(t, other, target).expect(t, 1, "--to: it holds data of a migration from sqlite:")
	change(t, other, func(ctx context.Context, store *sqlitestore.Store) {
		migrate(t, other, empty).expect(t, 1, "--from: data dir", "is in use by another process", "stop its server first")
		must(t, store.SetMigration(ctx, domain.Migration{From: "sqlite:/old"}))
	})
	migrate(t, other, empty).expect(t, 1, "--from: a migration from sqlite:/old into it has not finished")
	if sqlitestore.Exists(absent) {
		t.Error("a refusal has made a store")
	}
}

func TestMigrateUsage(t *testing.T) {
	for _, test := range []struct{ from, to, want string }{
		{"", "sqlite:x", "--from must be sqlite:DIR"},
		{"sqlite:", "sqlite:x", "--from must be sqlite:DIR"},
		{"sqlite:x", "x", "--to must be sqlite:DIR"},
		{"sqlite:x", "postgres://user:secret@host/db", "--to must be sqlite:DIR"},
		{"sqlite:x", "mongodb:user:secret@host", "--to must be sqlite:DIR"},
		{"sqlite:x", "mongodb://user:secret@/db", "--to names no host"},
		{"mongodb://user:secret@a,B/?ssl=1", "mongodb:mongodb://b,a/dentalk", "the same store"},
	} {
		o := dentalk(t.Context(), "migrate", "--from", test.from, "--to", test.to).expect(t, 2, test.want)
		if strings.Contains(o.stderr, "secret") {
			t.Errorf("the password is in %q", o.stderr)
		}
	}
}

// alarm interrupts when the copy of messages is at half, as somebody does who presses Ctrl-C.
type alarm struct {
	bytes.Buffer
	ring func()
}

func (a *alarm) Write(p []byte) (int, error) {
	if bytes.HasPrefix(p, []byte("copy messages")) && bytes.Contains(p, []byte(" 1000/2000")) {
		a.ring()
	}
	return a.Buffer.Write(p)
}

func TestMigrateInterruptedGoesOn(t *testing.T) {
	source, target := generate(t, 2000), t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	stderr := &alarm{ring: cancel}
	args := []string{"migrate", "--from", "sqlite:" + source, "--to", "sqlite:" + target}
	code := run(ctx, args, nil, &bytes.Buffer{}, stderr)
	outcome{code: code, stderr: stderr.String()}.expect(t, 1, "stopped; what was copied stays there, go on with the same command: dentalk migrate --from sqlite:"+source)

	change(t, target, func(ctx context.Context, store *sqlitestore.Store) {
		extent, err := store.Extent(ctx, domain.RecordMessage)
		must(t, err)
		if extent.Count < 1000 || extent.Count == 2000 {
			t.Errorf("%d messages were copied, want about half of 2000", extent.Count)
		}
	})
	serve(t, target).expect(t, 1, "a migration into this store has not finished", "dentalk migrate --from sqlite:"+source)
	migrate(t, target, t.TempDir()).expect(t, 1, "--from: a migration from")
	migrate(t, source, target).expect(t, 0, "all records have moved")
	change(t, target, func(ctx context.Context, store *sqlitestore.Store) { must(t, refuseHalfMigrated(ctx, store)) })
}

// TestMigrateNeedsTheSameSource goes on after the source has changed: the difference is found.
func TestMigrateNeedsTheSameSource(t *testing.T) {
	source, target := generate(t, 300), t.TempDir()
	change(t, target, func(ctx context.Context, store *sqlitestore.Store) {
		must(t, store.SetMigration(ctx, domain.Migration{From: "sqlite:" + source}))
		change(t, source, func(ctx context.Context, from *sqlitestore.Store) {
			for record, err := range from.Export(ctx, domain.RecordUser, "") {
				must(t, err)
				must(t, store.Import(ctx, domain.RecordUser, []domain.Record{record}))
				_, err = from.UpdateUser(ctx, record.User.ID, domain.UserChange{Disabled: new(true)}, record.User.UpdatedAt)
				must(t, err)
				break
			}
		})
	})
	migrate(t, source, target).expect(t, 1, "the stores differ: users", "begin anew with an empty target")
	serve(t, target).expect(t, 1, "has not finished")
}

// TestMigrateBringsBackWhatExpired goes on with a target of which a server has removed sessions.
func TestMigrateBringsBackWhatExpired(t *testing.T) {
	source, target := generate(t, 10), t.TempDir()
	change(t, target, func(ctx context.Context, store *sqlitestore.Store) {
		must(t, store.SetMigration(ctx, domain.Migration{From: "sqlite:" + source}))
		change(t, source, func(ctx context.Context, from *sqlitestore.Store) {
			var last domain.Record
			for record, err := range from.Export(ctx, domain.RecordSession, "") {
				must(t, err)
				last = record
			}
			must(t, store.Import(ctx, domain.RecordSession, []domain.Record{last}))
		})
	})
	migrate(t, source, target).expect(t, 0, "all records have moved")
}
