package sqlitestore

import (
	"context"

	"dentalk/domain"
)

// seedRows writes messages number ?1 to ?2 of a room, by two users in turn, with IDs of 2012. It
// computes rows in the database, since a million of them through AppendMessages takes minutes.
const seedRows = `WITH RECURSIVE n (i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
	INSERT INTO messages (id, room_id, seq, ordinal, sender_ordinal, user_id, user_name, role, type, reply_to,
		created_at, updated_at, enrichment_state, language, translator, translations, enriched_at,
		sentiment, score, confidence, complaint, complaint_confidence, text)
	SELECT printf('50000000%016x', i), ?3, i, i, (i + 1) / 2, iif(i % 2, ?4, ?5), 'Dr. Kim', 'clinic', 'text', '',
		1350000000000 + i, 1350000000000 + i, 'done', 'en', 'glossary', '{"ko":"26번 지르코니아 크라운의 교합을 확인해 주세요."}', i,
		'neutral', 0.1, 0.8, 0, 0.9, 'Please check the occlusion of the zirconia crown on 26, case ' || i || '.'
	FROM n`

const seedAtOnce = 50_000

// Seed gives an empty room a history of count messages of two users.
func Seed(ctx context.Context, s *Store, room, one, other domain.ID, count int) error {
	for from := 1; from <= count; from += seedAtOnce {
		to := min(from+seedAtOnce-1, count)
		_, err := write(ctx, s, func(ctx context.Context, tx *transaction) (struct{}, error) {
			if err := tx.exec(ctx, seedRows, from, to, room, one, other); err != nil {
				return struct{}{}, err
			}
			return struct{}{}, tx.exec(ctx, `UPDATE rooms SET activity_id =
				(SELECT id FROM messages WHERE room_id = ?1 ORDER BY seq DESC LIMIT 1) WHERE id = ?1`, room)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
