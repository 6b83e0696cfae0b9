package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"dentalk/domain"
)

// keysAtOnce bounds how many expired records one transaction deletes.
const keysAtOnce = 200

func scanRecord(row scanner) (domain.IdempotencyRecord, error) {
	var r domain.IdempotencyRecord
	var expires int64
	if err := row.Scan(&r.CallerID, &r.Path, &r.Key, &r.Fingerprint, &r.Answer, &expires); err != nil {
		return domain.IdempotencyRecord{}, err
	}
	r.ExpiresAt = timeOf(expires)
	return r, nil
}

// ReserveKey stores the record, or gives the one that holds its key.
func (s *Store) ReserveKey(ctx context.Context, record domain.IdempotencyRecord, now time.Time) (*domain.IdempotencyRecord, error) {
	existing, err := write(ctx, s, func(ctx context.Context, tx *transaction) (*domain.IdempotencyRecord, error) {
		return reserve(ctx, tx, record, now)
	})
	return existing, fail("reserve idempotency key", err)
}

func reserve(ctx context.Context, tx *transaction, record domain.IdempotencyRecord, now time.Time) (*domain.IdempotencyRecord, error) {
	existing, err := scanRecord(tx.row(ctx, `SELECT caller_id, path, key, fingerprint, answer, expires_at
		FROM idempotency_keys WHERE caller_id = ? AND path = ? AND key = ? AND expires_at > ?`,
		record.CallerID, record.Path, record.Key, now.UnixMilli()))
	if err == nil {
		return &existing, nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	// An expired record of the same key, if it is still there, gives way.
	return nil, tx.exec(ctx, `INSERT OR REPLACE INTO idempotency_keys
		(caller_id, path, key, fingerprint, answer, expires_at) VALUES (?, ?, ?, ?, ?, ?)`,
		record.CallerID, record.Path, record.Key, record.Fingerprint, record.Answer, record.ExpiresAt.UnixMilli())
}

// CompleteKey stores the answer of a reserved record. One that expired meanwhile is KindNotFound.
func (s *Store) CompleteKey(ctx context.Context, record domain.IdempotencyRecord) error {
	_, err := write(ctx, s, func(ctx context.Context, tx *transaction) (struct{}, error) {
		changed, err := tx.change(ctx, `UPDATE idempotency_keys SET answer = ?, expires_at = ?
			WHERE caller_id = ? AND path = ? AND key = ? AND fingerprint = ? AND answer IS NULL`,
			record.Answer, record.ExpiresAt.UnixMilli(), record.CallerID, record.Path, record.Key, record.Fingerprint)
		if err == nil && changed == 0 {
			err = domain.NotFound("idempotency key")
		}
		return struct{}{}, err
	})
	return fail("complete idempotency key", err)
}

// ReleaseKey forgets a record that has no answer yet.
func (s *Store) ReleaseKey(ctx context.Context, record domain.IdempotencyRecord) error {
	_, err := write(ctx, s, func(ctx context.Context, tx *transaction) (struct{}, error) {
		return struct{}{}, tx.exec(ctx, `DELETE FROM idempotency_keys
			WHERE caller_id = ? AND path = ? AND key = ? AND fingerprint = ? AND answer IS NULL`,
			record.CallerID, record.Path, record.Key, record.Fingerprint)
	})
	return fail("release idempotency key", err)
}

// RemoveExpiredKeys deletes what has expired, in small transactions.
func (s *Store) RemoveExpiredKeys(ctx context.Context, now time.Time) error {
	for {
		removed, err := write(ctx, s, func(ctx context.Context, tx *transaction) (int64, error) {
			return tx.change(ctx, `DELETE FROM idempotency_keys WHERE (caller_id, path, key) IN
				(SELECT caller_id, path, key FROM idempotency_keys WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)`,
				now.UnixMilli(), keysAtOnce)
		})
		if err != nil || removed < keysAtOnce {
			return fail("remove expired idempotency keys", err)
		}
	}
}

// ForgetAnswers looks at all records: they are those of a day, and an erasure is rare.
func (s *Store) ForgetAnswers(ctx context.Context, about domain.ID) error {
	forgotten, err := write(ctx, s, func(ctx context.Context, tx *transaction) (int64, error) {
		return tx.change(ctx, "DELETE FROM idempotency_keys WHERE caller_id = ?1 OR instr(path, ?1) > 0 OR instr(answer, ?1) > 0", about)
	})
	s.leaveTraces(forgotten > 0 || err != nil)
	return fail("forget answers", err)
}
