package sqlitestore

import (
	"context"
	"database/sql"
	"strings"

	"dentalk/domain"
)

const auditColumns = "id, at, action, actor_id, actor_role, address, request_id, room_id, user_id, target_id, detail"

const insertAudit = "INSERT INTO audit_entries (" + auditColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

func scanAudit(row scanner) (domain.AuditEntry, error) {
	var e domain.AuditEntry
	var at int64
	var detail sql.NullString
	err := row.Scan(&e.ID, &at, &e.Action, &e.ActorID, &e.ActorRole, &e.Address, &e.RequestID, &e.RoomID, &e.UserID, &e.TargetID, &detail)
	if err != nil {
		return domain.AuditEntry{}, err
	}
	e.At = timeOf(at)
	return e, fromJSON(detail, &e.Detail)
}

func auditValues(e domain.AuditEntry) ([]any, error) {
	detail, err := jsonOrNull(e.Detail, len(e.Detail))
	return []any{
		e.ID, e.At.UnixMilli(), e.Action, e.ActorID, e.ActorRole, e.Address, e.RequestID, e.RoomID, e.UserID, e.TargetID, detail,
	}, err
}

// AppendAudit stores an entry.
func (s *Store) AppendAudit(ctx context.Context, entry domain.AuditEntry) error {
	values, err := auditValues(entry)
	if err != nil {
		return err
	}
	_, err = write(ctx, s, func(ctx context.Context, tx *transaction) (struct{}, error) {
		return struct{}{}, tx.exec(ctx, insertAudit, values...)
	})
	return fail("append audit entry", err)
}

// AuditEntries lists in descending order of ID.
func (s *Store) AuditEntries(ctx context.Context, query domain.AuditQuery) ([]domain.AuditEntry, error) {
	text, args := auditStatement(query)
	found, err := read(ctx, s, func(c *connection) ([]domain.AuditEntry, error) {
		return all(ctx, c, scanAudit, text, args...)
	})
	return found, fail("list audit entries", err)
}

// auditStatement has one text for each set of filters. The index of an ID or the action, or else the
// table itself, gives the order, and the part of it that the times are in.
func auditStatement(query domain.AuditQuery) (text string, args []any) {
	first, end := query.IDs()
	where := []string{"id >= ? AND id < ?"}
	args = []any{first, orLast(end)}
	limit := func(condition string, value any) {
		where, args = append(where, condition), append(args, value)
	}
	if query.RoomID != "" {
		limit("room_id <> '' AND room_id = ?", query.RoomID)
	}
	if query.UserID != "" {
		limit("user_id <> '' AND user_id = ?", query.UserID)
	}
	if query.ActorID != "" {
		limit("actor_id = ?", query.ActorID)
	}
	if query.Action != "" {
		limit("action = ?", query.Action)
	}
	if !query.From.IsZero() {
		limit("at >= ?", query.From.UnixMilli())
	}
	if !query.To.IsZero() {
		limit("at < ?", query.To.UnixMilli())
	}
	return "SELECT " + auditColumns + " FROM audit_entries WHERE " + strings.Join(where, " AND ") + " ORDER BY id DESC LIMIT ?",
		append(args, limitOf(query.Limit))
}
