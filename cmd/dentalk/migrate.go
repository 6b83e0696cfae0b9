package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"dentalk/domain"
)

// callTimeout bounds one call of a store, and the time between two records of an export.
const callTimeout = time.Minute

// migrate copies everything from one store to another, or only compares them.
func (p program) migrate(ctx context.Context, args []string) (err error) {
	set := p.flagSet("migrate", "dentalk migrate moves everything from one store to another, resumes after an interruption and verifies:\n")
	from := set.String("from", "", "the store to read: sqlite:DIR or mongodb://…; no server may run on it")
	to := set.String("to", "", "the store to fill: sqlite:DIR or mongodb://…; empty, or half filled by the same migration")
	verify := set.Bool("verify", false, "change nothing, only compare the two stores")
	if err := parse(set, args); err != nil {
		return err
	}
	m := &migration{out: p.stdout, notes: p.stderr}
	if m.from.place, err = parsePlace("--from", *from); err != nil {
		return err
	}
	if m.to.place, err = parsePlace("--to", *to); err != nil {
		return err
	}
	if m.from.name == m.to.name {
		return fmt.Errorf("%w: --from and --to are the same store", errUsage)
	}
	if err := m.open(ctx, *verify); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.close()) }()
	if !*verify {
		return m.run(ctx)
	}
	if err := m.verify(ctx); ctx.Err() == nil {
		return err
	}
	return errors.New("stopped")
}

// migration is one start of the command.
type migration struct {
	from, to end
	out      io.Writer // the outcome
	notes    io.Writer // the progress
}

// end is one of the two stores.
type end struct {
	place
	store archive
}

func (m *migration) open(ctx context.Context, verify bool) (err error) {
	if m.from.store, err = m.from.open(ctx, true); err != nil {
		return err
	}
	if m.to.store, err = m.to.open(ctx, verify); err != nil {
		return errors.Join(err, m.from.store.Close())
	}
	return nil
}

func (m *migration) close() error {
	return errors.Join(m.from.failed(m.from.store.Close()), m.to.failed(m.to.store.Close()))
}

// run marks the target before its first record and after its last comparison, so that a server never
// starts on a part of the data.
func (m *migration) run(ctx context.Context) error {
	done, err := m.begin(ctx)
	if err != nil {
		return err
	}
	if done {
		fmt.Fprintln(m.notes, "this migration was finished before; nothing is copied again")
		return m.verify(ctx)
	}
	for _, kind := range domain.RecordKinds() {
		if err := m.copy(ctx, kind); err != nil {
			return m.stopped(ctx, err)
		}
	}
	if err := m.verify(ctx); err != nil {
		return m.stopped(ctx, err)
	}
	if err := m.mark(ctx, true); err != nil {
		return m.stopped(ctx, err)
	}
	_, err = fmt.Fprintln(m.out, "all records have moved; take the files along too (files/ of the data dir, or the bucket), then the target is ready for use")
	return err
}

// begin refuses what must not be read or filled, and tells whether the migration was finished before.
func (m *migration) begin(ctx context.Context) (done bool, err error) {
	into, err := m.from.migration(ctx)
	if err != nil {
		return false, err
	}
	if into != nil && !into.Done {
		return false, m.from.failed(fmt.Errorf("a migration from %s into it has not finished", into.From))
	}
	_, count, err := m.from.first(ctx)
	if err != nil {
		return false, err
	}
	if count == 0 { // a server makes an operator at its first start, so this is another store than was meant
		return false, m.from.failed(errors.New("it holds nothing"))
	}
	known, err := m.to.migration(ctx)
	if err != nil {
		return false, err
	}
	if known == nil {
		return false, m.claim(ctx)
	}
	if known.From != m.from.name {
		return false, m.to.failed(fmt.Errorf("it holds data of a migration from %s", known.From))
	}
	return known.Done, nil
}

// claim marks a target that is empty.
func (m *migration) claim(ctx context.Context) error {
	kind, count, err := m.to.first(ctx)
	if err != nil {
		return err
	}
	if count > 0 {
		return m.to.failed(fmt.Errorf("it holds %d %s that no migration has brought; take an empty store", count, kind))
	}
	return m.mark(ctx, false)
}

func (m *migration) mark(ctx context.Context, done bool) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return m.to.failed(m.to.store.SetMigration(ctx, domain.Migration{From: m.from.name, Done: done}))
}

// stopped says how to go on. The command that it names lacks the credentials.
func (m *migration) stopped(ctx context.Context, err error) error {
	if errors.Is(err, errDiffer) {
		return fmt.Errorf("%w; if the source has changed since the copy began, begin anew with an empty target", err)
	}
	if ctx.Err() != nil {
		err = errors.New("stopped")
	}
	return fmt.Errorf("%w; what was copied stays there, go on with the same command: %s", err, m.command())
}

func (m *migration) command() string { return migrateCommand(m.from.name, m.to.name) }

func migrateCommand(from, to string) string {
	return fmt.Sprintf("dentalk migrate --from %s --to %s", from, to)
}

func (e end) migration(ctx context.Context) (*domain.Migration, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	found, err := e.store.Migration(ctx)
	return found, e.failed(err)
}

func (e end) extent(ctx context.Context, kind domain.RecordKind) (domain.Extent, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	extent, err := e.store.Extent(ctx, kind)
	return extent, e.failed(err)
}

// first finds a kind of which the store holds something; none has count 0.
func (e end) first(ctx context.Context) (domain.RecordKind, int64, error) {
	for _, kind := range domain.RecordKinds() {
		extent, err := e.extent(ctx, kind)
		if err != nil || extent.Count > 0 {
			return kind, extent.Count, err
		}
	}
	return "", 0, nil
}
