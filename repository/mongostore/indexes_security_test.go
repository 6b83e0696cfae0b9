package mongostore_test

import (
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/repository/mongostore"
)

// The calls of the hot paths of sessions, keys, files, the audit log and erasures, whose plans
// TestNoQueryOfAHotPathScans looks at.

func exerciseSessions(t *testing.T, store *mongostore.Store, made domain.Room) {
	t.Helper()
	ctx, now := t.Context(), time.Now()
	user := domain.User{ID: made.Participants[0].UserID, Username: "exercised", Role: domain.RoleClinic,
		Reset: &domain.PasswordReset{Hash: "reset", ExpiresAt: now.Add(time.Hour)}}
	must(t, store.CreateUser(ctx, user))
	session := domain.Session{ID: newID(t), UserID: user.ID, CreatedAt: now, ExpiresAt: now.Add(time.Hour)}
	must(t, store.CreateSession(ctx, session, "refresh"))
	must(t, store.TouchSession(ctx, session.ID, domain.Client{Address: "192.0.2.1"}, now))
	_, err := store.Sessions(ctx, user.ID, session.ID, 10, now)
	must(t, err)
	_, err = store.LiveSessions(ctx, []domain.ID{session.ID, made.ID}, now)
	must(t, err)
	_, err = store.RedeemPasswordReset(ctx, user.ID, "reset", "password", now)
	must(t, err)
	_, err = store.EndUserSessions(ctx, user.ID, session.ID, now)
	must(t, err)
	must(t, store.RemoveExpiredKeys(ctx, now))
	must(t, store.ForgetAnswers(ctx, user.ID))
}

func exerciseAPIKeys(t *testing.T, store *mongostore.Store, made domain.Room) {
	t.Helper()
	ctx, now := t.Context(), time.Now()
	first, second := domain.APIKeySecret{ID: newID(t), Hash: "first"}, domain.APIKeySecret{ID: newID(t), Hash: "second"}
	key := domain.APIKey{ID: newID(t), Secret: first, CreatedBy: made.ID, CreatedAt: now}
	must(t, store.CreateAPIKey(ctx, key))
	_, err := store.RotateAPIKey(ctx, key.ID, second, now.Add(time.Hour))
	must(t, err)
	for _, secret := range []domain.APIKeySecret{first, second} {
		_, err = store.APIKeyByHash(ctx, secret.Hash, now)
		must(t, err)
		_, err = store.LiveSessions(ctx, []domain.ID{secret.ID}, now)
		must(t, err)
	}
	must(t, store.TouchAPIKey(ctx, key.ID, now))
	_, err = store.APIKeys(ctx, domain.ZeroID, 10)
	must(t, err)
	_, err = store.DeleteAPIKey(ctx, key.ID)
	must(t, err)
}

func exerciseUploads(t *testing.T, store *mongostore.Store, made domain.Room) {
	t.Helper()
	ctx, now := t.Context(), time.Now()
	upload := domain.Upload{Attachment: domain.Attachment{ID: newID(t)}, RoomID: made.ID, UserID: made.Participants[0].UserID, CreatedAt: now}
	must(t, store.CreateUpload(ctx, upload))
	_, err := store.Upload(ctx, upload.ID)
	must(t, err)
	_, err = store.UseUploads(ctx, upload.RoomID, upload.UserID, []domain.ID{upload.ID, made.ID}, true, now)
	must(t, err)
	for _, selection := range []domain.UploadSelection{
		{UnusedBefore: now}, {RoomID: upload.RoomID}, {UserID: upload.UserID}, {IDs: []domain.ID{upload.ID}},
	} {
		_, err = store.RemoveUploads(ctx, selection, now)
		must(t, err)
	}
	_, err = store.RemovedUploads(ctx, 10)
	must(t, err)
	must(t, store.ForgetUpload(ctx, upload.ID))
}

func exerciseAudit(t *testing.T, store *mongostore.Store, made domain.Room) {
	t.Helper()
	ctx, now := t.Context(), time.Now()
	entry := domain.AuditEntry{ID: newID(t), At: now, Action: domain.AuditLogin, ActorID: made.ID, RoomID: made.ID, UserID: made.ID}
	must(t, store.AppendAudit(ctx, entry))
	for _, query := range []domain.AuditQuery{
		{}, {Action: entry.Action}, {ActorID: entry.ActorID}, {RoomID: entry.RoomID}, {UserID: entry.UserID},
		{From: now.Add(-time.Hour), To: now.Add(time.Hour)},
	} {
		query.Limit = 10
		_, err := store.AuditEntries(ctx, query)
		must(t, err)
		query.Before = entry.ID
		_, err = store.AuditEntries(ctx, query)
		must(t, err)
	}
}

func exerciseErasures(t *testing.T, store *mongostore.Store, made domain.Room) {
	t.Helper()
	ctx, now := t.Context(), time.Now()
	message, err := post(ctx, store, draftOf(made, "hello"))
	must(t, err)
	for _, target := range []domain.ErasureTarget{{MessageID: message.ID}, {RoomID: made.ID}, {UserID: message.UserID}} {
		erasure := domain.Erasure{ID: newID(t), Target: target, CreatedAt: now}
		must(t, store.CreateErasure(ctx, erasure))
		_, err = store.PendingErasures(ctx, now, 10)
		must(t, err)
		_, err = store.EraseMessages(ctx, target, domain.ZeroID, 10, now)
		must(t, err)
		must(t, store.CompleteErasure(ctx, erasure.ID, 1, now))
		must(t, store.RepeatErasure(ctx, erasure.ID, now))
	}
	_, err = store.EraseUser(ctx, message.UserID, now)
	must(t, err)
	_, err = store.EraseRoom(ctx, made.ID, now)
	must(t, err)
}
