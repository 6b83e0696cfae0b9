package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

// AppendAudit stores entry as it is given.
func (s *Store) AppendAudit(ctx context.Context, entry domain.AuditEntry) error {
	_, err := s.audit.InsertOne(ctx, newAuditDocument(entry))
	return fail("append audit entry", err)
}

// AuditEntries lists in descending order of ID.
func (s *Store) AuditEntries(ctx context.Context, query domain.AuditQuery) ([]domain.AuditEntry, error) {
	found, err := all[auditDocument](ctx, s.audit, audited(query), descending(query.Limit))
	return convert(found, auditDocument.entry), fail("list audit entries", err)
}

// audited is the condition of a query: for each filter an index begins with its field, and the IDs give
// the part of it that the times are in.
func audited(query domain.AuditQuery) bson.D {
	filter := bson.D{}
	if ids := idsBetween(query.IDs()); len(ids) > 0 {
		filter = append(filter, is(fieldID, ids))
	}
	if query.Action != "" {
		filter = append(filter, is("action", query.Action))
	}
	for _, one := range []struct {
		field string
		id    domain.ID
	}{{"actorId", query.ActorID}, {fieldRoom, query.RoomID}, {fieldUser, query.UserID}} {
		if one.id != "" {
			filter = append(filter, is(one.field, objectID(one.id)))
		}
	}
	if at := between(query.From, query.To); len(at) > 0 {
		filter = append(filter, is("at", at))
	}
	return filter
}

// idsBetween is the condition of IDs from the first to before the end; an empty one is no bound.
func idsBetween(first, end domain.ID) (ends bson.D) {
	if first != "" {
		ends = append(ends, is("$gte", objectID(first)))
	}
	if end != "" {
		ends = append(ends, is("$lt", objectID(end)))
	}
	return ends
}

// between is the condition of a time, each end of which may be open.
func between(from, to time.Time) (ends bson.D) {
	if !from.IsZero() {
		ends = append(ends, is("$gte", from))
	}
	if !to.IsZero() {
		ends = append(ends, is("$lt", to))
	}
	return ends
}
