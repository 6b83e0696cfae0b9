package repositorytest

import (
	"context"

	"dentalk/domain"
)

// securityCalls are the part of calls about sessions, keys, uploads, the audit log and erasures.
func securityCalls(ctx context.Context, w *world, user domain.User, room domain.Room, message domain.Message, session domain.Session) map[string]func() error {
	s, now, target := w.store, w.now(), domain.ErasureTarget{RoomID: room.ID}
	return map[string]func() error{
		"RedeemPasswordReset": func() error { _, err := s.RedeemPasswordReset(ctx, user.ID, "r1", "late", now); return err },
		"Sessions":            func() error { _, err := s.Sessions(ctx, user.ID, "", 1, now); return err },
		"TouchSession":        func() error { return s.TouchSession(ctx, session.ID, domain.Client{}, now) },
		"CreateAPIKey":        func() error { return s.CreateAPIKey(ctx, domain.APIKey{ID: w.id(), Secret: secret("late")}) },
		"APIKey":              func() error { _, err := s.APIKey(ctx, room.ID); return err },
		"APIKeyByHash":        func() error { _, err := s.APIKeyByHash(ctx, "late", now); return err },
		"APIKeys":             func() error { _, err := s.APIKeys(ctx, "", 1); return err },
		"RotateAPIKey":        func() error { _, err := s.RotateAPIKey(ctx, room.ID, secret("late"), now); return err },
		"TouchAPIKey":         func() error { return s.TouchAPIKey(ctx, room.ID, now) },
		"DeleteAPIKey":        func() error { _, err := s.DeleteAPIKey(ctx, room.ID); return err },
		"RemoveExpiredKeys":   func() error { return s.RemoveExpiredKeys(ctx, now) },
		"ForgetAnswers":       func() error { return s.ForgetAnswers(ctx, user.ID) },
		"CreateUpload": func() error {
			return s.CreateUpload(ctx, domain.Upload{Attachment: domain.Attachment{ID: w.id()}, RoomID: room.ID, UserID: user.ID})
		},
		"Upload": func() error { _, err := s.Upload(ctx, room.ID); return err },
		"UseUploads": func() error {
			_, err := s.UseUploads(ctx, room.ID, user.ID, []domain.ID{message.ID}, true, now)
			return err
		},
		"RemoveUploads": func() error {
			_, err := s.RemoveUploads(ctx, domain.UploadSelection{RoomID: room.ID}, now)
			return err
		},
		"RemovedUploads":  func() error { _, err := s.RemovedUploads(ctx, 1); return err },
		"ForgetUpload":    func() error { return s.ForgetUpload(ctx, message.ID) },
		"AppendAudit":     func() error { return s.AppendAudit(ctx, domain.AuditEntry{ID: w.id()}) },
		"AuditEntries":    func() error { _, err := s.AuditEntries(ctx, domain.AuditQuery{Limit: 1}); return err },
		"CreateErasure":   func() error { return s.CreateErasure(ctx, domain.Erasure{ID: w.id(), Target: target}) },
		"Erasure":         func() error { _, err := s.Erasure(ctx, room.ID); return err },
		"PendingErasures": func() error { _, err := s.PendingErasures(ctx, now, 1); return err },
		"CompleteErasure": func() error { return s.CompleteErasure(ctx, room.ID, 1, now) },
		"RepeatErasure":   func() error { return s.RepeatErasure(ctx, room.ID, now) },
		"EraseMessages":   func() error { _, err := s.EraseMessages(ctx, target, domain.ZeroID, 1, now); return err },
		"EraseUser":       func() error { _, err := s.EraseUser(ctx, user.ID, now); return err },
		"EraseRoom":       func() error { _, err := s.EraseRoom(ctx, room.ID, now); return err },
	}
}
