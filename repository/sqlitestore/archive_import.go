package sqlitestore

import (
	"context"
	"fmt"

	"dentalk/domain"
)

// Import stores records as they are, all or none of them.
func (s *Store) Import(ctx context.Context, kind domain.RecordKind, records []domain.Record) error {
	as, err := archivedAs(kind)
	if err != nil {
		return err
	}
	_, err = write(ctx, s, func(ctx context.Context, tx *transaction) (struct{}, error) {
		for _, record := range records {
			if err := as.insert(ctx, tx, record); err != nil {
				return struct{}{}, fmt.Errorf("record %q: %w", record.Key, err)
			}
		}
		return struct{}{}, nil
	})
	return fail("import "+string(kind), err)
}

func importOrganization(ctx context.Context, tx *transaction, record domain.Record) error {
	return putOrganization(ctx, tx, `INSERT INTO organizations
		(kind, name, language, country, timezone, specialties, notation, created_at, updated_at, id)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`, *record.Organization)
}

func importUser(ctx context.Context, tx *transaction, record domain.Record) error {
	return tx.exec(ctx, insertUser+keepThere, userValues(*record.User)...)
}

func importSession(ctx context.Context, tx *transaction, record domain.Record) error {
	return tx.exec(ctx, insertSession+keepThere, sessionValues(*record.Session)...)
}

func importRefreshToken(ctx context.Context, tx *transaction, record domain.Record) error {
	token := *record.RefreshToken
	return tx.exec(ctx, `INSERT INTO refresh_tokens (hash, session_id, replaced_at)
		VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING`, token.Hash, token.SessionID, orNoTime(token.ReplacedAt))
}

func importRoom(ctx context.Context, tx *transaction, record domain.Record) error {
	room := *record.Room
	there, err := scanValue[bool](tx.row(ctx, "SELECT EXISTS (SELECT 1 FROM rooms WHERE id = ?)", room.ID))
	if err != nil || there {
		return err
	}
	return insertRoom(ctx, tx, room)
}

func importReadMarker(ctx context.Context, tx *transaction, record domain.Record) error {
	marker := *record.ReadMarker
	return tx.exec(ctx, `INSERT INTO read_markers (room_id, user_id, seq, read_at)
		VALUES (?, ?, ?, ?) ON CONFLICT (room_id, user_id) DO NOTHING`,
		marker.RoomID, marker.UserID, marker.Seq, marker.ReadAt.UnixMilli())
}

func importIdempotency(ctx context.Context, tx *transaction, record domain.Record) error {
	r := *record.Idempotency
	return tx.exec(ctx, `INSERT INTO idempotency_keys (caller_id, path, key, fingerprint, answer, expires_at)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (caller_id, path, key) DO NOTHING`,
		r.CallerID, r.Path, r.Key, r.Fingerprint, r.Answer, r.ExpiresAt.UnixMilli())
}
