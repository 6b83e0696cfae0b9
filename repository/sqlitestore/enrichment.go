package sqlitestore

import (
	"context"
	"crypto/rand"
	"database/sql"
	"slices"
	"strings"
	"time"

	"dentalk/domain"
)

func scanTask(row scanner) (domain.EnrichmentTask, error) {
	var task domain.EnrichmentTask
	var err error
	task.Message, err = scanMessage(row, &task.Attempt)
	return task, err
}

const (
	taskRows   = "SELECT " + messageColumns + ", m.enrichment_attempts + 1 FROM messages m"
	pendingDue = " WHERE m.enrichment_state = 'pending' AND m.enrichment_due <= ?"

	oldestDue = taskRows + pendingDue + " ORDER BY m.enrichment_due LIMIT ?"
	// INDEXED BY, because along messages_due the whole backlog may lie in between.
	newestUnclaimed = taskRows + " INDEXED BY messages_unclaimed" + pendingDue +
		" AND m.enrichment_attempts = 0 ORDER BY m.enrichment_due DESC LIMIT ?"
)

// ClaimEnrichments takes pending messages that are due.
func (s *Store) ClaimEnrichments(ctx context.Context, claim domain.Claim) ([]domain.EnrichmentTask, error) {
	due := oldestDue
	if claim.First {
		due = newestUnclaimed
	}
	tasks, err := write(ctx, s, func(ctx context.Context, tx *transaction) ([]domain.EnrichmentTask, error) {
		now := tx.now()
		tasks, err := all(ctx, tx.connection, scanTask, due, now.UnixMilli(), limitOf(claim.Limit))
		if err != nil {
			return nil, err
		}
		token, spoken := rand.Text(), make(map[domain.ID][]string)
		for i := range tasks {
			task := &tasks[i]
			task.Lease = token
			if err := tx.addTargets(ctx, task, spoken); err != nil {
				return nil, err
			}
			err := tx.exec(ctx, "UPDATE messages SET enrichment_lease = ?, enrichment_attempts = ?, enrichment_due = ? WHERE id = ?",
				token, task.Attempt, now.Add(claim.Lease).UnixMilli(), task.Message.ID)
			if err != nil {
				return nil, err
			}
		}
		return tasks, nil
	})
	return tasks, fail("claim enrichments", err)
}

// addTargets fills the languages in; spoken remembers those of the rooms that were read.
func (tx *transaction) addTargets(ctx context.Context, task *domain.EnrichmentTask, spoken map[domain.ID][]string) error {
	languages, ok := spoken[task.Message.RoomID]
	if !ok {
		var err error
		languages, err = all(ctx, tx.connection, scanValue[string],
			"SELECT language FROM participants WHERE room_id = ?", task.Message.RoomID)
		if err != nil {
			return err
		}
		for i := range languages {
			languages[i] = baseLanguage(languages[i])
		}
		slices.Sort(languages)
		languages = slices.Compact(languages)
		spoken[task.Message.RoomID] = languages
	}
	own := baseLanguage(task.Message.Enrichment.Language)
	for _, language := range languages {
		if language != own && language != "" {
			task.Targets = append(task.Targets, language)
		}
	}
	return nil
}

// baseLanguage is the language of a tag without script and region: nobody needs a translation
// from American into British English.
func baseLanguage(tag string) string {
	base, _, _ := strings.Cut(tag, "-")
	return base
}

// NextEnrichment tells when the next pending message is due.
func (s *Store) NextEnrichment(ctx context.Context) (time.Time, error) {
	next, err := read(ctx, s, func(c *connection) (time.Time, error) {
		due, err := scanValue[sql.NullInt64](c.row(ctx, "SELECT min(enrichment_due) FROM messages WHERE enrichment_state = 'pending'"))
		if err != nil || !due.Valid {
			return time.Time{}, err
		}
		return timeOf(due.Int64), nil
	})
	return next, fail("read next enrichment", err)
}
