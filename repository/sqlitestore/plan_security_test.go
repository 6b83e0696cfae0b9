package sqlitestore_test

import (
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/repository/sqlitestore"
)

// exerciseSecurity runs every query about sessions, keys, uploads, the audit log and erasures.
func exerciseSecurity(t *testing.T, store *sqlitestore.Store, made domain.Room, message domain.ID) {
	t.Helper()
	ctx, now, id := t.Context(), time.Now(), message
	user := domain.User{ID: made.Participants[0].UserID, Username: "clinic", Role: domain.RoleClinic, CreatedAt: now, UpdatedAt: now}
	must(t, store.CreateUser(ctx, user))
	session := domain.Session{ID: id, UserID: user.ID, CreatedAt: now, ExpiresAt: now.Add(time.Hour)}
	must(t, store.CreateSession(ctx, session, "token"))
	_, err := store.RotateRefreshToken(ctx, "token", "next", now)
	must(t, err)
	_, err = store.Sessions(ctx, user.ID, "", 10, now)
	must(t, err)
	_, err = store.LiveSessions(ctx, []domain.ID{id}, now)
	must(t, err)
	must(t, store.TouchSession(ctx, id, domain.Client{}, now))
	_, err = store.EndUserSessions(ctx, user.ID, "", now)
	must(t, err)
	reset := domain.PasswordReset{Hash: "reset", ExpiresAt: now.Add(time.Hour)}
	_, err = store.UpdateUser(ctx, user.ID, domain.UserChange{Reset: &reset}, now)
	must(t, err)
	_, err = store.RedeemPasswordReset(ctx, user.ID, "reset", "new", now)
	must(t, err)
	must(t, store.RemoveExpiredKeys(ctx, now))
	must(t, store.ForgetAnswers(ctx, user.ID))
	exerciseKeys(t, store, id)
	exerciseUploads(t, store, made, id)
	exerciseAudit(t, store, id)
	exerciseErasures(t, store, made, message)
}

func exerciseKeys(t *testing.T, store *sqlitestore.Store, id domain.ID) {
	t.Helper()
	ctx, now := t.Context(), time.Now()
	must(t, store.CreateAPIKey(ctx, domain.APIKey{ID: id, Secret: domain.APIKeySecret{ID: id, Hash: "hash"}, CreatedAt: now}))
	_, err := store.APIKeyByHash(ctx, "hash", now)
	must(t, err)
	_, err = store.APIKeys(ctx, "", 10)
	must(t, err)
	_, err = store.RotateAPIKey(ctx, id, domain.APIKeySecret{ID: domain.ZeroID, Hash: "next"}, now)
	must(t, err)
	must(t, store.TouchAPIKey(ctx, id, now))
	_, err = store.DeleteAPIKey(ctx, id)
	must(t, err)
}

func exerciseUploads(t *testing.T, store *sqlitestore.Store, made domain.Room, id domain.ID) {
	t.Helper()
	ctx, now, user := t.Context(), time.Now(), made.Participants[0].UserID
	must(t, store.CreateUpload(ctx, domain.Upload{Attachment: domain.Attachment{ID: id}, RoomID: made.ID, UserID: user, CreatedAt: now}))
	_, err := store.Upload(ctx, id)
	must(t, err)
	_, err = store.UseUploads(ctx, made.ID, user, []domain.ID{id}, true, now)
	must(t, err)
	for _, selection := range []domain.UploadSelection{{UnusedBefore: now}, {RoomID: made.ID}, {UserID: user}, {IDs: []domain.ID{id}}} {
		_, err := store.RemoveUploads(ctx, selection, now)
		must(t, err)
	}
	_, err = store.RemovedUploads(ctx, 10)
	must(t, err)
	must(t, store.ForgetUpload(ctx, id))
}

func exerciseAudit(t *testing.T, store *sqlitestore.Store, id domain.ID) {
	t.Helper()
	must(t, store.AppendAudit(t.Context(), domain.AuditEntry{ID: id, At: time.Now()}))
	for _, query := range []domain.AuditQuery{
		{}, {Action: domain.AuditLogin}, {ActorID: id}, {RoomID: id}, {UserID: id}, {From: time.Now()}, {To: time.Now()},
		{From: time.Now(), To: time.Now()}, {ActorID: id, From: time.Now(), To: time.Now()}, {Action: domain.AuditLogin, ActorID: id}, {ActorID: id, RoomID: id, UserID: id, To: time.Now()},
	} {
		query.Limit = 10
		_, err := store.AuditEntries(t.Context(), query)
		must(t, err)
	}
}

func exerciseErasures(t *testing.T, store *sqlitestore.Store, made domain.Room, message domain.ID) {
	t.Helper()
	ctx, now, user := t.Context(), time.Now(), made.Participants[0].UserID
	must(t, store.CreateErasure(ctx, domain.Erasure{ID: message, CreatedAt: now}))
	_, err := store.PendingErasures(ctx, now, 10)
	must(t, err)
	for _, target := range []domain.ErasureTarget{{MessageID: message}, {RoomID: made.ID}, {UserID: user}} {
		_, err := store.EraseMessages(ctx, target, domain.ZeroID, 10, now)
		must(t, err)
	}
	_, err = store.EraseUser(ctx, user, now)
	must(t, err)
	_, err = store.EraseRoom(ctx, made.ID, now)
	must(t, err)
	must(t, store.CompleteErasure(ctx, message, 1, now))
	must(t, store.RepeatErasure(ctx, message, now))
}
