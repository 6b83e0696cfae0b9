package main

import (
	"context"
	"iter"
	"time"

	"dentalk/domain"
)

// copyAtOnce bounds a transaction of the target, and what is copied again after an interruption.
const copyAtOnce = 500

// copy brings the records of a kind that are behind the last one that the target has: what is there
// is the beginning of the source, in the order of keys. Where a server may have removed what has
// expired, though it refuses to start, all are looked at again.
func (m *migration) copy(ctx context.Context, kind domain.RecordKind) error {
	source, err := m.from.extent(ctx, kind)
	if err != nil {
		return err
	}
	there, err := m.to.extent(ctx, kind)
	if err != nil {
		return err
	}
	if expires(kind) {
		there = domain.Extent{}
	}
	line := newTransfer(m.notes, "copy "+string(kind), source.Count, there.Count)
	batch := make([]domain.Record, 0, copyAtOnce)
	for record, err := range m.from.export(ctx, kind, there.Last) {
		if err != nil {
			return err
		}
		if batch = append(batch, record); len(batch) < copyAtOnce {
			continue
		}
		if err := m.to.fill(ctx, kind, batch); err != nil {
			return err
		}
		line.add(len(batch))
		batch = batch[:0]
	}
	if err := m.to.fill(ctx, kind, batch); err != nil {
		return err
	}
	line.add(len(batch))
	line.end()
	return nil
}

func expires(kind domain.RecordKind) bool {
	return kind == domain.RecordSession || kind == domain.RecordRefreshToken || kind == domain.RecordIdempotency
}

func (e end) fill(ctx context.Context, kind domain.RecordKind, records []domain.Record) error {
	if len(records) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return e.failed(e.store.Import(ctx, kind, records))
}

// export gives up when the next record does not come within callTimeout: the whole may take hours.
func (e end) export(ctx context.Context, kind domain.RecordKind, after string) iter.Seq2[domain.Record, error] {
	return func(yield func(domain.Record, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		patience := time.AfterFunc(callTimeout, cancel)
		defer patience.Stop()
		for record, err := range e.store.Export(ctx, kind, after) {
			patience.Stop()
			if !yield(record, e.failed(err)) {
				return
			}
			patience.Reset(callTimeout)
		}
	}
}
