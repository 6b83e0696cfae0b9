package domain_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
)

// uploadStore keeps uploads in memory. The rest of the store is not there.
type uploadStore struct {
	domain.Store
	uploads map[domain.ID]domain.Upload
	removed []domain.ID
}

func (s *uploadStore) RoomAccess(context.Context, domain.ID, domain.ID) (domain.RoomAccess, error) {
	return domain.RoomAccess{Status: domain.RoomOpen, Participant: true}, nil
}

func (s *uploadStore) CreateUpload(_ context.Context, upload domain.Upload) error {
	s.uploads[upload.ID] = upload
	return nil
}

func (s *uploadStore) Upload(ctx context.Context, id domain.ID) (domain.Upload, error) {
	if err := ctx.Err(); err != nil {
		return domain.Upload{}, err
	}
	upload, found := s.uploads[id]
	if !found {
		return upload, domain.NotFound("attachment")
	}
	return upload, nil
}

func (s *uploadStore) RemoveUploads(_ context.Context, selection domain.UploadSelection, _ time.Time) (int, error) {
	before := len(s.uploads)
	for id, upload := range s.uploads {
		if upload.CreatedAt.Before(selection.UnusedBefore) {
			s.remove(id)
		}
	}
	return before - len(s.uploads), nil
}

func (s *uploadStore) remove(id domain.ID) {
	delete(s.uploads, id)
	s.removed = append(s.removed, id)
	slices.Sort(s.removed)
}

func (s *uploadStore) RemovedUploads(_ context.Context, limit int) ([]domain.ID, error) {
	return slices.Clone(s.removed[:min(limit, len(s.removed))]), nil
}

func (s *uploadStore) ForgetUpload(_ context.Context, id domain.ID) error {
	s.removed = slices.DeleteFunc(s.removed, func(one domain.ID) bool { return one == id })
	return nil
}

// fileStore keeps files in memory.
type fileStore struct {
	domain.FileStore
	files  map[domain.ID][]byte
	stored func(domain.ID) error // called after a file was stored
	broken domain.ID             // cannot be deleted
}

func (s *fileStore) Put(_ context.Context, id domain.ID, content io.Reader, _ int64) error {
	data, err := io.ReadAll(content)
	s.files[id] = data
	return errors.Join(err, s.stored(id))
}

func (s *fileStore) Delete(ctx context.Context, id domain.ID) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if id == s.broken {
		return domain.Unavailable("The file store does not answer.")
	}
	delete(s.files, id)
	return nil
}

func newUploads(t *testing.T) (*domain.Uploads, *uploadStore, *fileStore) {
	t.Helper()
	ids, err := domain.NewIDSource(rand.Reader, "")
	if err != nil {
		t.Fatal(err)
	}
	store := &uploadStore{uploads: map[domain.ID]domain.Upload{}}
	files := &fileStore{files: map[domain.ID][]byte{}, stored: func(domain.ID) error { return nil }}
	now := func() time.Time { return time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC) }
	return &domain.Uploads{Store: store, Files: files, Access: &domain.Chat{Store: store}, IDs: ids, Now: now}, store, files
}

func add(t *testing.T, uploads *domain.Uploads) (domain.Attachment, error) {
	t.Helper()
	return addWith(t.Context(), uploads)
}

func addWith(ctx context.Context, uploads *domain.Uploads) (domain.Attachment, error) {
	staged := domain.StagedFile{Attachment: domain.Attachment{Name: "a.stl", Size: 7}, Content: bytes.NewReader([]byte("content"))}
	return uploads.Add(ctx, domain.Caller{UserID: "user", Role: domain.RoleClinic}, "room", staged)
}

func TestAFileIsRecordedBeforeItIsStored(t *testing.T) {
	uploads, store, files := newUploads(t)
	down := domain.Unavailable("The file store does not answer.")
	files.stored = func(id domain.ID) error {
		if _, recorded := store.uploads[id]; !recorded {
			t.Error("the file has no record")
		}
		return down
	}
	if _, err := add(t, uploads); domain.KindOf(err) != domain.KindUnavailable {
		t.Errorf("got %v", err)
	}
	if len(store.uploads) != 1 {
		t.Error("nothing is left for the sweep")
	}
}

func TestAFileThatIsRemovedWhileItIsStoredDoesNotStay(t *testing.T) {
	uploads, store, files := newUploads(t)
	files.stored = func(id domain.ID) error {
		store.remove(id)
		return store.ForgetUpload(t.Context(), id) // by an erasure, and a sweep on another instance
	}
	if _, err := add(t, uploads); domain.KindOf(err) != domain.KindNotFound {
		t.Errorf("got %v", err)
	}
	if len(files.files) != 0 {
		t.Errorf("files that nobody will find are left: %v", files.files)
	}
}

func TestAFileThatIsRemovedWhileItIsStoredDoesNotStayWhenTheClientGoes(t *testing.T) {
	uploads, store, files := newUploads(t)
	ctx, leave := context.WithCancel(t.Context())
	files.stored = func(id domain.ID) error {
		leave()
		store.remove(id)
		return store.ForgetUpload(t.Context(), id)
	}
	if _, err := addWith(ctx, uploads); domain.KindOf(err) != domain.KindNotFound {
		t.Errorf("got %v", err)
	}
	if len(files.files) != 0 {
		t.Errorf("files that nobody will find are left: %v", files.files)
	}
}

func TestASweepGoesOnAfterAFileThatCannotBeDeleted(t *testing.T) {
	uploads, store, files := newUploads(t)
	var ids []domain.ID
	for range 150 {
		attachment, err := add(t, uploads)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, attachment.ID)
	}
	now := uploads.Now()
	uploads.Now = func() time.Time { return now.Add(domain.UnusedUploadLife + time.Second) }
	files.broken = ids[3]
	if err := uploads.Sweep(t.Context()); domain.KindOf(err) != domain.KindUnavailable {
		t.Errorf("got %v", err)
	}
	if len(files.files) != 51 {
		t.Errorf("%d files are left of 150, of which a page of 100 was swept but one", len(files.files))
	}
	files.broken = ""
	if err := uploads.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[domain.ID][]byte{}, files.files); diff != "" || len(store.removed) != 0 || len(store.uploads) != 0 {
		t.Errorf("left behind: %v, %v, %v", files.files, store.removed, store.uploads)
	}
}
