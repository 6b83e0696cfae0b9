package repositorytest

import (
	"time"

	"dentalk/domain"
)

// addKeys makes a key in every state.
func (f *fullStore) addKeys(w *world) {
	bare, expiring := w.apiKey(0), w.apiKey(time.Hour)
	f.rotated = w.rotate(w.apiKey(0), secret("next"), w.now().Add(48*time.Hour))
	w.must(w.store.TouchAPIKey(w.ctx, expiring.ID, w.now()))
	expiring.LastUsedAt = w.now()
	for _, key := range []domain.APIKey{bare, expiring, f.rotated} {
		f.add(domain.RecordAPIKey, domain.Record{Key: string(key.ID), APIKey: &key})
	}
}

// addUploads makes an upload in every state.
func (f *fullStore) addUploads(w *world) {
	fresh, shared, noted, removed := w.upload(f.busy, f.clinic), w.upload(f.busy, f.clinic), w.upload(f.busy, f.clinic), w.upload(f.busy, f.lab)
	w.clock.advance(time.Second)
	w.useUploads(f.busy, f.clinic, false, noted.ID)
	shared = w.useUploads(f.busy, f.clinic, true, shared.ID)[0]
	w.removeUploads(domain.UploadSelection{IDs: []domain.ID{removed.ID}}, 1)
	f.upload = shared
	for _, upload := range []domain.UploadRecord{
		{Upload: fresh}, {Upload: shared, UsedAt: w.now()}, {Upload: noted, UsedAt: w.now()}, {Upload: removed, RemovedAt: w.now()},
	} {
		f.add(domain.RecordUpload, domain.Record{Key: string(upload.ID), Upload: &upload})
	}
}

func (f *fullStore) addAudit(w *world) {
	for _, entry := range []domain.AuditEntry{
		{Action: domain.AuditLoginFailed, Address: "192.0.2.1"},
		{
			Action: domain.AuditRoomRead, ActorID: f.operator.ID, ActorRole: domain.RoleOperator, Address: "2001:db8::1", RequestID: "req",
			RoomID: f.busy.ID, UserID: f.clinic.ID, TargetID: f.living.ID, Detail: map[string]string{"how": "stream"},
		},
	} {
		entry = w.audit(entry)
		f.add(domain.RecordAudit, domain.Record{Key: string(entry.ID), Audit: &entry})
		w.clock.advance(time.Millisecond)
	}
}

// addErasures makes an order in every state.
func (f *fullStore) addErasures(w *world) {
	for _, target := range []domain.ErasureTarget{{MessageID: w.id()}, {RoomID: w.id()}, {UserID: w.id()}, {UserID: f.erased.ID}} {
		erasure := w.erasure(target)
		if target.UserID != "" {
			w.must(w.store.CompleteErasure(w.ctx, erasure.ID, 1, w.now()))
			erasure.CompletedAt, erasure.Messages = w.now(), 1
		}
		if target.UserID == f.erased.ID {
			w.clock.advance(time.Second)
			w.must(w.store.RepeatErasure(w.ctx, erasure.ID, w.now()))
			erasure.RepeatedAt = w.now()
		}
		f.add(domain.RecordErasure, domain.Record{Key: string(erasure.ID), Erasure: &erasure})
	}
}

// askSecurity asks for what is behind sessions, keys, uploads, the audit log and erasures.
func (f *fullStore) askSecurity(w *world, a answers, s domain.Store) {
	for _, user := range []domain.User{f.clinic, f.erased} {
		sessions, err := s.Sessions(w.ctx, user.ID, "", 10, w.now())
		a.ask("sessions of "+user.Username, sessions, err)
		stored, err := s.User(w.ctx, user.ID)
		a.ask("account of "+user.Username, stored, err)
	}
	for _, hash := range []string{f.rotated.Secret.Hash, f.rotated.Replaced.Hash} {
		key, err := s.APIKeyByHash(w.ctx, hash, w.now())
		a.ask("key of "+hash, key, err)
	}
	keys, err := s.APIKeys(w.ctx, "", 10)
	a.ask("keys", keys, err)
	for _, record := range f.records[domain.RecordUpload] {
		upload, err := s.Upload(w.ctx, record.Upload.ID)
		a.ask("upload "+record.Key, upload, err)
	}
	removed, err := s.RemovedUploads(w.ctx, 10)
	a.ask("removed uploads", removed, err)
	entries, err := s.AuditEntries(w.ctx, domain.AuditQuery{RoomID: f.busy.ID, Limit: 10})
	a.ask("audit entries", entries, err)
	pending, err := s.PendingErasures(w.ctx, w.now().Add(time.Hour), 10)
	a.ask("pending erasures", pending, err)
}

// changeSecurity goes on with what was imported.
func (f *fullStore) changeSecurity(w *world, a answers, s domain.Store) {
	redeemed, err := s.RedeemPasswordReset(w.ctx, f.clinic.ID, f.clinic.Reset.Hash, "new", w.now())
	a.ask("redeemed", redeemed, err)
	used, err := s.UseUploads(w.ctx, f.busy.ID, f.clinic.ID, []domain.ID{f.upload.ID}, false, w.now())
	a.ask("used", used, err)
	count, err := s.RemoveUploads(w.ctx, domain.UploadSelection{UnusedBefore: w.now()}, w.now())
	a.ask("removed", count, err)
	rotated, err := s.RotateAPIKey(w.ctx, f.rotated.ID, secret("last"), w.now().Add(time.Hour))
	a.ask("rotated", rotated, err)
	again, err := s.EraseMessages(w.ctx, domain.ErasureTarget{UserID: f.erased.ID}, domain.ZeroID, 10, w.now())
	a.ask("erased again", again, err)
	erased, err := s.EraseMessages(w.ctx, domain.ErasureTarget{UserID: f.clinic.ID}, domain.ZeroID, 100, w.now())
	a.ask("erased", idsOf(erased), err)
}
