package mongostore

import "dentalk/domain"

// Documents as records, and records as documents.

func organizationRecord(d organizationDocument) domain.Record {
	o := d.organization()
	return domain.Record{Key: string(o.ID), Organization: &o}
}

func organizationOf(r domain.Record) organizationDocument {
	return newOrganizationDocument(*r.Organization)
}

func userRecord(d userDocument) domain.Record {
	u := d.user()
	return domain.Record{Key: string(u.ID), User: &u}
}

func userOf(r domain.Record) userDocument { return newUserDocument(*r.User) }

func sessionRecord(d sessionDocument) domain.Record {
	s := domain.SessionRecord{Session: d.session(), EndedAt: timeOf(d.EndedAt)}
	return domain.Record{Key: string(s.ID), Session: &s}
}

func sessionOf(r domain.Record) sessionDocument {
	d := newSessionDocument(r.Session.Session)
	d.EndedAt = r.Session.EndedAt
	return d
}

func refreshTokenRecord(d refreshTokenDocument) domain.Record {
	t := domain.RefreshTokenRecord{Hash: d.Hash, SessionID: idOf(d.SessionID), ReplacedAt: timeOf(d.ReplacedAt)}
	return domain.Record{Key: t.Hash, RefreshToken: &t}
}

func refreshTokenOf(r domain.Record) refreshTokenDocument {
	t := r.RefreshToken
	return refreshTokenDocument{Hash: t.Hash, SessionID: objectID(t.SessionID), ReplacedAt: t.ReplacedAt}
}

func roomRecord(d roomDocument) domain.Record {
	r := d.room()
	return domain.Record{Key: string(r.ID), Room: &r}
}

func roomOf(r domain.Record) roomDocument { return newRoomDocument(*r.Room) }

func idempotencyRecord(d idempotencyDocument) domain.Record {
	r := d.record()
	return domain.Record{Key: d.ID, Idempotency: &r}
}

func idempotencyOf(r domain.Record) idempotencyDocument {
	return newIdempotencyDocument(*r.Idempotency)
}

func markerRecord(d markerDocument) domain.Record {
	m := domain.ReadMarkerRecord{RoomID: idOf(d.RoomID), UserID: idOf(d.UserID), Seq: d.Seq, ReadAt: timeOf(d.ReadAt)}
	return domain.Record{Key: d.ID, ReadMarker: &m}
}

func messageRecord(d messageDocument) domain.Record {
	m := domain.MessageRecord{
		Message: d.message(), EnrichmentDue: timeOf(d.Enrichment.DueAt),
		EnrichmentAttempts: d.Enrichment.Attempts, EnrichedAt: timeOf(d.Enrichment.SavedAt),
	}
	return domain.Record{Key: string(m.ID), Message: &m}
}

// messageOf gives the message the place in the queue that it had, but no lease.
func messageOf(m domain.MessageRecord, counts countsDocument) messageDocument {
	d := newMessageDocument(m.Message, counts)
	d.Enrichment.DueAt, d.Enrichment.Attempts, d.Enrichment.SavedAt = m.EnrichmentDue, m.EnrichmentAttempts, m.EnrichedAt
	return d
}

func glossaryRecord(d glossaryDocument) domain.Record {
	return domain.Record{Key: versionText(d.Version), Glossary: new(d.change())}
}

func glossaryOf(r domain.Record) glossaryDocument { return newGlossaryDocument(*r.Glossary) }

func usageRecord(d usageDocument) domain.Record {
	return domain.Record{Key: d.ID, Usage: &domain.UsageRecord{Month: d.Month, Provider: d.Provider, Usage: d.usage()}}
}

func usageOf(r domain.Record) usageDocument {
	u := r.Usage
	return usageDocument{ID: r.Key, Month: u.Month, Provider: u.Provider, Calls: u.Calls, Characters: u.Characters}
}

func apiKeyRecord(d apiKeyDocument) domain.Record {
	k := d.key()
	return domain.Record{Key: string(k.ID), APIKey: &k}
}

func apiKeyOf(r domain.Record) apiKeyDocument { return newAPIKeyDocument(*r.APIKey) }

func uploadRecord(d uploadDocument) domain.Record {
	u := domain.UploadRecord{Upload: d.upload(), UsedAt: timeOf(d.UsedAt), RemovedAt: timeOf(d.RemovedAt)}
	return domain.Record{Key: string(u.ID), Upload: &u}
}

func uploadOf(r domain.Record) uploadDocument {
	d := newUploadDocument(r.Upload.Upload)
	d.UsedAt, d.RemovedAt = r.Upload.UsedAt, r.Upload.RemovedAt
	return d
}

func auditRecord(d auditDocument) domain.Record {
	e := d.entry()
	return domain.Record{Key: string(e.ID), Audit: &e}
}

func auditOf(r domain.Record) auditDocument { return newAuditDocument(*r.Audit) }

func erasureRecord(d erasureDocument) domain.Record {
	e := d.erasure()
	return domain.Record{Key: string(e.ID), Erasure: &e}
}

func erasureOf(r domain.Record) erasureDocument { return newErasureDocument(*r.Erasure) }
