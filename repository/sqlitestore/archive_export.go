package sqlitestore

import (
	"context"
	"database/sql"
	"iter"
	"strings"

	"dentalk/domain"
)

// exportPage bounds the records of an export that are in memory.
const exportPage = 256

// The keys of records that have no ID, as domain.Record spells them.
const (
	markerKey      = "room_id || '/' || user_id"
	idempotencyKey = "caller_id || char(10) || path || char(10) || key"
)

// Export reads page after page, all of one snapshot.
func (s *Store) Export(ctx context.Context, kind domain.RecordKind, after string) iter.Seq2[domain.Record, error] {
	return func(yield func(domain.Record, error) bool) {
		as, err := archivedAs(kind)
		if err == nil {
			_, err = readSnapshot(ctx, s, func(c *connection) (struct{}, error) {
				return struct{}{}, as.export(ctx, c, after, yield)
			})
		}
		if err != nil {
			yield(domain.Record{}, fail("export "+string(kind), err))
		}
	}
}

// export ends without an error when the consumer stops, so that it is called no more.
func (a archived) export(ctx context.Context, c *connection, after string, yield func(domain.Record, error) bool) error {
	for {
		records, err := a.page(ctx, c, after, exportPage)
		if err != nil {
			return err
		}
		for _, record := range records {
			if !yield(record, nil) {
				return nil
			}
			after = record.Key
		}
		if len(records) < exportPage {
			return nil
		}
	}
}

func pageOrganizations(ctx context.Context, c *connection, after string, limit int) ([]domain.Record, error) {
	return all(ctx, c, func(row scanner) (domain.Record, error) {
		o, err := scanOrganization(row)
		return domain.Record{Key: string(o.ID), Organization: &o}, err
	}, "SELECT "+organizationColumns+" FROM organizations WHERE id > ? ORDER BY id LIMIT ?", after, limit)
}

func pageUsers(ctx context.Context, c *connection, after string, limit int) ([]domain.Record, error) {
	return all(ctx, c, func(row scanner) (domain.Record, error) {
		u, err := scanUser(row)
		return domain.Record{Key: string(u.ID), User: &u}, err
	}, "SELECT "+userColumns+" FROM users u WHERE u.id > ? ORDER BY u.id LIMIT ?", after, limit)
}

func pageSessions(ctx context.Context, c *connection, after string, limit int) ([]domain.Record, error) {
	return all(ctx, c, func(row scanner) (domain.Record, error) {
		var record domain.SessionRecord
		var ended sql.NullInt64
		session, err := scanSession(row, &ended)
		record.Session, record.EndedAt = session, timeOrZero(ended)
		return domain.Record{Key: string(session.ID), Session: &record}, err
	}, "SELECT "+sessionColumns+", s.ended_at FROM sessions s WHERE s.id > ? ORDER BY s.id LIMIT ?", after, limit)
}

func pageRefreshTokens(ctx context.Context, c *connection, after string, limit int) ([]domain.Record, error) {
	return all(ctx, c, func(row scanner) (domain.Record, error) {
		var token domain.RefreshTokenRecord
		var replaced sql.NullInt64
		err := row.Scan(&token.Hash, &token.SessionID, &replaced)
		token.ReplacedAt = timeOrZero(replaced)
		return domain.Record{Key: token.Hash, RefreshToken: &token}, err
	}, "SELECT hash, session_id, replaced_at FROM refresh_tokens WHERE hash > ? ORDER BY hash LIMIT ?", after, limit)
}

func pageRooms(ctx context.Context, c *connection, after string, limit int) ([]domain.Record, error) {
	records, err := all(ctx, c, func(row scanner) (domain.Record, error) {
		room, err := scanRoom(row)
		return domain.Record{Key: string(room.ID), Room: &room}, err
	}, "SELECT "+roomColumns+" FROM rooms r WHERE r.id > ? ORDER BY r.id LIMIT ?", after, limit)
	if err != nil {
		return nil, err
	}
	for _, record := range records {
		if record.Room.Participants, err = participantsOf(ctx, c, record.Room.ID); err != nil {
			return nil, err
		}
	}
	return records, nil
}

func pageMessages(ctx context.Context, c *connection, after string, limit int) ([]domain.Record, error) {
	return all(ctx, c, func(row scanner) (domain.Record, error) {
		var m domain.MessageRecord
		var due, enriched sql.NullInt64
		var err error
		m.Message, err = scanMessage(row, &due, &m.EnrichmentAttempts, &enriched)
		if m.EnrichedAt = timeOrZero(enriched); m.Enrichment.State == domain.EnrichmentPending {
			m.EnrichmentDue = timeOrZero(due)
		}
		return domain.Record{Key: string(m.ID), Message: &m}, err
	}, "SELECT "+messageColumns+`, m.enrichment_due, m.enrichment_attempts, m.enriched_at
		FROM messages m WHERE m.id > ? ORDER BY m.id LIMIT ?`, after, limit)
}

func pageReadMarkers(ctx context.Context, c *connection, after string, limit int) ([]domain.Record, error) {
	room, user, _ := strings.Cut(after, "/")
	return all(ctx, c, func(row scanner) (domain.Record, error) {
		var key string
		var marker domain.ReadMarkerRecord
		var readAt int64
		err := row.Scan(&key, &marker.RoomID, &marker.UserID, &marker.Seq, &readAt)
		marker.ReadAt = timeOf(readAt)
		return domain.Record{Key: key, ReadMarker: &marker}, err
	}, "SELECT "+markerKey+`, room_id, user_id, seq, read_at FROM read_markers
		WHERE (room_id, user_id) > (?, ?) ORDER BY room_id, user_id LIMIT ?`, room, user, limit)
}

func pageIdempotency(ctx context.Context, c *connection, after string, limit int) ([]domain.Record, error) {
	caller, rest, _ := strings.Cut(after, "\n")
	path, key, _ := strings.Cut(rest, "\n")
	return all(ctx, c, func(row scanner) (domain.Record, error) {
		var r domain.IdempotencyRecord
		var name string
		var expires int64
		err := row.Scan(&name, &r.CallerID, &r.Path, &r.Key, &r.Fingerprint, &r.Answer, &expires)
		r.ExpiresAt = timeOf(expires)
		return domain.Record{Key: name, Idempotency: &r}, err
	}, "SELECT "+idempotencyKey+`, caller_id, path, key, fingerprint, answer, expires_at FROM idempotency_keys
		WHERE (caller_id, path, key) > (?, ?, ?) ORDER BY caller_id, path, key LIMIT ?`, caller, path, key, limit)
}
