package sqlitestore

import (
	"context"

	"dentalk/domain"
)

// A record that is there already stays as it is.
const keepThere = " ON CONFLICT (id) DO NOTHING"

func pageKeys(ctx context.Context, c *connection, after string, limit int) ([]domain.Record, error) {
	return all(ctx, c, func(row scanner) (domain.Record, error) {
		key, err := scanKey(row)
		return domain.Record{Key: string(key.ID), APIKey: &key}, err
	}, "SELECT "+keyColumns+" FROM api_keys k WHERE k.id > ? ORDER BY k.id LIMIT ?", after, limit)
}

func importKey(ctx context.Context, tx *transaction, record domain.Record) error {
	values, err := keyValues(*record.APIKey)
	if err != nil {
		return err
	}
	return tx.exec(ctx, insertKey+keepThere, values...)
}

func pageUploads(ctx context.Context, c *connection, after string, limit int) ([]domain.Record, error) {
	return all(ctx, c, func(row scanner) (domain.Record, error) {
		upload, err := scanUploadRecord(row)
		return domain.Record{Key: string(upload.ID), Upload: &upload}, err
	}, "SELECT "+uploadColumns+" FROM uploads f WHERE f.id > ? ORDER BY f.id LIMIT ?", after, limit)
}

func importUpload(ctx context.Context, tx *transaction, record domain.Record) error {
	return tx.exec(ctx, insertUpload+keepThere, uploadValues(*record.Upload)...)
}

func pageAudit(ctx context.Context, c *connection, after string, limit int) ([]domain.Record, error) {
	return all(ctx, c, func(row scanner) (domain.Record, error) {
		entry, err := scanAudit(row)
		return domain.Record{Key: string(entry.ID), Audit: &entry}, err
	}, "SELECT "+auditColumns+" FROM audit_entries WHERE id > ? ORDER BY id LIMIT ?", after, limit)
}

func importAudit(ctx context.Context, tx *transaction, record domain.Record) error {
	values, err := auditValues(*record.Audit)
	if err != nil {
		return err
	}
	return tx.exec(ctx, insertAudit+keepThere, values...)
}

func pageErasures(ctx context.Context, c *connection, after string, limit int) ([]domain.Record, error) {
	return all(ctx, c, func(row scanner) (domain.Record, error) {
		erasure, err := scanErasure(row)
		return domain.Record{Key: string(erasure.ID), Erasure: &erasure}, err
	}, "SELECT "+erasureColumns+" FROM erasures WHERE id > ? ORDER BY id LIMIT ?", after, limit)
}

func importErasure(ctx context.Context, tx *transaction, record domain.Record) error {
	return tx.exec(ctx, insertErasure+keepThere, erasureValues(*record.Erasure)...)
}
