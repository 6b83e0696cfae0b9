package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

// CreateUpload stores upload as it is given.
func (s *Store) CreateUpload(ctx context.Context, upload domain.Upload) error {
	_, err := s.uploads.InsertOne(ctx, newUploadDocument(upload))
	return fail("create upload", err)
}

// Upload gives one that was not removed.
func (s *Store) Upload(ctx context.Context, id domain.ID) (domain.Upload, error) {
	found, err := one[uploadDocument](ctx, s.uploads, "attachment", append(byID(id), absent(fieldRemoved)))
	return found.upload(), fail("read upload", err)
}

// UseUploads marks uploads first and then reads which ones it has marked: whoever removes unused ones
// meanwhile comes either before or after the mark.
func (s *Store) UseUploads(ctx context.Context, roomID, userID domain.ID, ids []domain.ID, shared bool, now time.Time) ([]domain.Upload, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	filter := append(byIDs(ids), is(fieldRoom, objectID(roomID)), is(fieldUser, objectID(userID)), absent(fieldRemoved))
	mark := bson.D{is("$min", bson.D{is(fieldUsed, domain.Milliseconds(now))})} // the first use stays
	if shared {
		mark = append(mark, is("$set", bson.D{is("shared", true)}))
	}
	if _, err := s.uploads.UpdateMany(ctx, filter, mark); err != nil {
		return nil, fail("use uploads", err)
	}
	found, err := all[uploadDocument](ctx, s.uploads, filter)
	return convert(found, uploadDocument.upload), fail("use uploads", err)
}

// RemoveUploads marks uploads as removed.
func (s *Store) RemoveUploads(ctx context.Context, selection domain.UploadSelection, now time.Time) (int, error) {
	changed, err := s.uploads.UpdateMany(ctx, append(selected(selection), absent(fieldRemoved)),
		set(fieldRemoved, domain.Milliseconds(now)))
	if err != nil {
		return 0, fail("remove uploads", err)
	}
	return int(changed.ModifiedCount), nil
}

// selected is the condition of the uploads of a selection: none of the empty one.
func selected(selection domain.UploadSelection) bson.D {
	switch {
	case selection.RoomID != "":
		return bson.D{is(fieldRoom, objectID(selection.RoomID))}
	case selection.UserID != "":
		return bson.D{is(fieldUser, objectID(selection.UserID))}
	case !selection.UnusedBefore.IsZero():
		return bson.D{absent(fieldUsed), below(fieldCreated, selection.UnusedBefore)}
	}
	return byIDs(selection.IDs)
}

// RemovedUploads lists in ascending order of ID.
func (s *Store) RemovedUploads(ctx context.Context, limit int) ([]domain.ID, error) {
	// Since the beginning of time, because in the index those that were not removed come first.
	found, err := all[uploadDocument](ctx, s.uploads, bson.D{from(fieldRemoved, time.Time{})},
		ascending(limit).SetProjection(bson.D{is(fieldID, 1)}))
	return convert(found, func(d uploadDocument) domain.ID { return idOf(d.ID) }), fail("list removed uploads", err)
}

// ForgetUpload deletes the record of a removed upload.
func (s *Store) ForgetUpload(ctx context.Context, id domain.ID) error {
	_, err := s.uploads.DeleteOne(ctx, append(byID(id), compare(fieldRemoved, "$exists", true)))
	return fail("forget upload", err)
}
