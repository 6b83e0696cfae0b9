package sqlitestore_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/repository/sqlitestore"
)

// beforeCorrections is the schema that knew neither teeth nor corrections.
const beforeCorrections = 3

const (
	oldOrganization domain.ID = "65f000000000000000000001"
	oldRoom         domain.ID = "65f000000000000000000002"
	oldUser         domain.ID = "65f000000000000000000003"
	oldMessage      domain.ID = "65f000000000000000000004"
	oldSession      domain.ID = "65f000000000000000000005"
)

var oldRows = []string{
	`INSERT INTO users (id, username, username_key, email, role, language, organization_id, password_hash, disabled, created_at, updated_at)
		VALUES ('65f000000000000000000003', 'Lab', 'lab', '', 'lab', 'ko', '', 'hash', 0, 1000, 1000)`,
	`INSERT INTO sessions (id, user_id, created_at, expires_at) VALUES ('65f000000000000000000005', '65f000000000000000000003', 1000, 9000)`,
	`INSERT INTO organizations (id, kind, name, language, country, timezone, created_at, updated_at)
		VALUES ('65f000000000000000000001', 'lab', 'Lab', 'ko', '', '', 1000, 1000)`,
	`INSERT INTO rooms (id, order_id, name, clinic_id, lab_id, status, assignee_id, activity_id, created_at, updated_at)
		VALUES ('65f000000000000000000002', 'order', 'Room', '', '', 'open', '', '65f000000000000000000004', 1000, 1000)`,
	`INSERT INTO messages (id, room_id, seq, ordinal, sender_ordinal, user_id, user_name, role, type, reply_to, created_at, updated_at,
			enrichment_state, enriched_at, translator, language, terms, text, translations)
		VALUES ('65f000000000000000000004', '65f000000000000000000002', 1, 1, 1, '65f000000000000000000003', 'lab', 'lab', 'text', '', 1000, 2000,
			'done', 2000, 'glossary', 'en', '[{"source":"crown","target":"크라운"}]', 'the crown', '{"ko":"크라운"}')`,
}

// TestAnOldDatabaseIsReadAndWritten opens what an older version has left: what it did not know is empty.
func TestAnOldDatabaseIsReadAndWritten(t *testing.T) {
	dir := t.TempDir()
	must(t, sqlitestore.MakeOld(t.Context(), dir, beforeCorrections, oldRows...))
	store := open(t, dir, time.Now)
	organization, err := store.Organization(t.Context(), oldOrganization)
	must(t, err)
	at := time.UnixMilli(1000).UTC()
	same(t, organization, domain.Organization{ID: oldOrganization, Kind: domain.OrganizationLab, Name: "Lab", Language: "ko", CreatedAt: at, UpdatedAt: at})
	session, user, err := store.SessionUser(t.Context(), oldSession, at)
	must(t, err)
	same(t, session, domain.Session{ID: oldSession, UserID: oldUser, CreatedAt: at, ExpiresAt: at.Add(8 * time.Second)})
	same(t, user, domain.User{ID: oldUser, Username: "Lab", Role: domain.RoleLab, Language: "ko", PasswordHash: "hash", CreatedAt: at, UpdatedAt: at})
	message, err := store.Message(t.Context(), oldRoom, oldMessage, domain.Viewer{})
	must(t, err)
	same(t, message, domain.Message{
		ID: oldMessage, RoomID: oldRoom, Seq: 1, UserID: oldUser, UserName: "lab", Role: domain.RoleLab,
		Type: domain.MessageText, Text: "the crown", CreatedAt: at, UpdatedAt: at.Add(time.Second),
		Enrichment: domain.Enrichment{
			State: domain.EnrichmentDone, Translator: "glossary", Language: "en", Translations: map[string]string{"ko": "크라운"},
			Terms: []domain.Term{{Source: "crown", Target: "크라운"}},
		},
	})
	correction := domain.Correction{UserID: oldOrganization, At: at, Verdict: domain.Verdict{Translations: map[string]string{"ko": "그 크라운"}}}
	corrected, err := store.ChangeEnrichment(t.Context(), oldRoom, oldMessage, func(m domain.Message) (domain.Enrichment, error) {
		return m.Enrichment.Correct(correction, nil), nil
	})
	must(t, err)
	message.Enrichment, message.UpdatedAt = message.Enrichment.Correct(correction, nil), corrected.UpdatedAt
	same(t, corrected, message)
	usage, err := store.AddUsage(t.Context(), "2026-03", "deepl", domain.Usage{Calls: 1})
	must(t, err)
	same(t, usage, domain.Usage{Calls: 1})
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
