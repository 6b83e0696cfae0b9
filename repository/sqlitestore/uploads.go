package sqlitestore

import (
	"context"
	"database/sql"
	"time"

	"dentalk/domain"
)

const uploadColumns = `f.id, f.room_id, f.user_id, f.name, f.content_type, f.size, f.sha256, f.created_at, f.shared,
	f.used_at, f.removed_at`

const insertUpload = `INSERT INTO uploads (id, room_id, user_id, name, content_type, size, sha256, created_at, shared,
	used_at, removed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

func scanUploadRecord(row scanner) (domain.UploadRecord, error) {
	var u domain.UploadRecord
	var created int64
	var used, removed sql.NullInt64
	err := row.Scan(&u.ID, &u.RoomID, &u.UserID, &u.Name, &u.ContentType, &u.Size, &u.SHA256, &created, &u.Shared, &used, &removed)
	u.CreatedAt, u.UsedAt, u.RemovedAt = timeOf(created), timeOrZero(used), timeOrZero(removed)
	return u, err
}

func scanUpload(row scanner) (domain.Upload, error) {
	record, err := scanUploadRecord(row)
	return record.Upload, err
}

func uploadValues(u domain.UploadRecord) []any {
	return []any{
		u.ID, u.RoomID, u.UserID, u.Name, u.ContentType, u.Size, u.SHA256, u.CreatedAt.UnixMilli(), u.Shared,
		orNoTime(u.UsedAt), orNoTime(u.RemovedAt),
	}
}

// CreateUpload stores what is known of a file.
func (s *Store) CreateUpload(ctx context.Context, upload domain.Upload) error {
	_, err := write(ctx, s, func(ctx context.Context, tx *transaction) (struct{}, error) {
		return struct{}{}, tx.exec(ctx, insertUpload, uploadValues(domain.UploadRecord{Upload: upload})...)
	})
	return fail("create upload", err)
}

// Upload gives one that was not removed.
func (s *Store) Upload(ctx context.Context, id domain.ID) (domain.Upload, error) {
	found, err := read(ctx, s, func(c *connection) (domain.Upload, error) {
		return one(ctx, c, "attachment", scanUpload, "SELECT "+uploadColumns+" FROM uploads f WHERE f.id = ? AND f.removed_at IS NULL", id)
	})
	return found, fail("read upload", err)
}

// usable are the uploads of a list that a user may put into a message of a room.
const usable = " WHERE id IN (SELECT value FROM json_each(?) AS wanted) AND room_id = ? AND user_id = ? AND removed_at IS NULL"

// UseUploads marks uploads as parts of a message.
func (s *Store) UseUploads(ctx context.Context, roomID, userID domain.ID, ids []domain.ID, shared bool, now time.Time) ([]domain.Upload, error) {
	list, err := listOf(ids)
	if err != nil {
		return nil, err
	}
	used, err := write(ctx, s, func(ctx context.Context, tx *transaction) ([]domain.Upload, error) {
		err := tx.exec(ctx, "UPDATE uploads SET used_at = ?, shared = max(shared, ?)"+usable,
			now.UnixMilli(), shared, list, roomID, userID)
		if err != nil {
			return nil, err
		}
		return all(ctx, tx.connection, scanUpload, "SELECT "+uploadColumns+" FROM uploads f"+usable, list, roomID, userID)
	})
	return used, fail("use uploads", err)
}

// RemoveUploads marks uploads as removed and tells how many.
func (s *Store) RemoveUploads(ctx context.Context, selection domain.UploadSelection, now time.Time) (int, error) {
	condition, value, err := selected(selection)
	if err != nil {
		return 0, err
	}
	removed, err := write(ctx, s, func(ctx context.Context, tx *transaction) (int64, error) {
		return tx.change(ctx, "UPDATE uploads SET removed_at = ? WHERE removed_at IS NULL AND "+condition, now.UnixMilli(), value)
	})
	return int(removed), fail("remove uploads", err)
}

// selected is the condition of the uploads of a selection: none of the empty one.
func selected(selection domain.UploadSelection) (condition string, value any, err error) {
	switch {
	case selection.RoomID != "":
		return "room_id = ?", selection.RoomID, nil
	case selection.UserID != "":
		return "user_id = ?", selection.UserID, nil
	case !selection.UnusedBefore.IsZero():
		return "used_at IS NULL AND created_at < ?", selection.UnusedBefore.UnixMilli(), nil
	}
	list, err := listOf(selection.IDs)
	return "id IN (SELECT value FROM json_each(?) AS wanted)", list, err
}

// RemovedUploads lists in ascending order of ID.
func (s *Store) RemovedUploads(ctx context.Context, limit int) ([]domain.ID, error) {
	found, err := read(ctx, s, func(c *connection) ([]domain.ID, error) {
		return all(ctx, c, scanValue[domain.ID], "SELECT id FROM uploads WHERE removed_at IS NOT NULL ORDER BY id LIMIT ?", limitOf(limit))
	})
	return found, fail("list removed uploads", err)
}

// ForgetUpload deletes the record of a removed upload.
func (s *Store) ForgetUpload(ctx context.Context, id domain.ID) error {
	_, err := write(ctx, s, func(ctx context.Context, tx *transaction) (struct{}, error) {
		return struct{}{}, tx.exec(ctx, "DELETE FROM uploads WHERE id = ? AND removed_at IS NOT NULL", id)
	})
	return fail("forget upload", err)
}
