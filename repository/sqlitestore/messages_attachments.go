package sqlitestore

import (
	"database/sql"

	"dentalk/domain"
)

// attachmentRow is a domain.Attachment as it is stored.
type attachmentRow struct {
	ID          domain.ID `json:"id"`
	Name        string    `json:"name"`
	ContentType string    `json:"contentType"`
	Size        int64     `json:"size"`
	SHA256      string    `json:"sha256"`
}

func encodeAttachments(attachments []domain.Attachment) (sql.NullString, error) {
	rows := make([]attachmentRow, len(attachments))
	for i, attachment := range attachments {
		rows[i] = attachmentRow(attachment)
	}
	return jsonOrNull(rows, len(rows))
}

func readAttachments(column sql.NullString, m *domain.Message) error {
	var rows []attachmentRow
	if err := fromJSON(column, &rows); err != nil {
		return err
	}
	for _, row := range rows {
		m.Attachments = append(m.Attachments, domain.Attachment(row))
	}
	return nil
}
