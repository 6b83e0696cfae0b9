package repositorytest

import (
	"time"

	"dentalk/domain"
)

var idempotencyRules = []rule{
	{"a key is reserved once", keyReserved},
	{"a completed key gives the answer", keyCompleted},
	{"a released key is free again", keyReleased},
	{"an expired key is free again", keyExpired},
	{"expired keys are removed", keysRemoved},
	{"a key is of one caller on one path", keyOfCaller},
	{"of many who reserve a key at once one does", keyReserveRace},
}

func (w *world) record() domain.IdempotencyRecord {
	return domain.IdempotencyRecord{CallerID: w.id(), Path: "POST /v1/rooms", Key: "key", Fingerprint: "body", ExpiresAt: w.now().Add(time.Minute)}
}

func (w *world) reserve(record domain.IdempotencyRecord) *domain.IdempotencyRecord {
	w.Helper()
	existing, err := w.store.ReserveKey(w.ctx, record, w.now())
	w.must(err)
	return existing
}

func keyReserved(w *world) {
	record := w.record()
	w.same("first", w.reserve(record), (*domain.IdempotencyRecord)(nil))
	other := record
	other.Fingerprint = "other body"
	existing := w.reserve(other)
	w.same("second", existing, &record)
	if existing.Answer != nil {
		w.Fatal("a request under way has an answer")
	}
}

func keyCompleted(w *world) {
	record := w.record()
	w.reserve(record)
	record.Answer, record.ExpiresAt = []byte(`{"status":201}`), w.now().Add(24*time.Hour)
	w.must(w.store.CompleteKey(w.ctx, record))
	w.clock.advance(time.Hour)
	w.same("record", w.reserve(record), &record)
}

func keyReleased(w *world) {
	record := w.record()
	w.reserve(record)
	w.must(w.store.ReleaseKey(w.ctx, record))
	w.same("again", w.reserve(record), (*domain.IdempotencyRecord)(nil))
	w.must(w.store.ReleaseKey(w.ctx, w.record()))
}

func keyExpired(w *world) {
	record := w.record()
	w.reserve(record)
	w.clock.advance(time.Minute)
	next := record
	next.Fingerprint, next.ExpiresAt = "other body", w.now().Add(time.Minute)
	w.same("after the expiry", w.reserve(next), (*domain.IdempotencyRecord)(nil))
	w.same("the new one", w.reserve(record), &next)
}

// keysRemoved reserves the same key at an earlier time again, to see what is there.
func keysRemoved(w *world) {
	early := w.now()
	expired := make([]domain.IdempotencyRecord, 450)
	for i := range expired {
		expired[i] = w.record()
		w.reserve(expired[i])
	}
	expired[0].Answer = []byte("her name")
	w.must(w.store.CompleteKey(w.ctx, expired[0]))
	w.clock.advance(time.Minute)
	living := w.record()
	w.reserve(living)
	for range 2 {
		w.must(w.store.RemoveExpiredKeys(w.ctx, w.clock.Now()))
	}
	for _, record := range append(expired, living) {
		existing, err := w.store.ReserveKey(w.ctx, record, early)
		w.must(err)
		if (existing != nil) != (record.CallerID == living.CallerID) {
			w.Fatalf("got %v of a key that expires at %s", existing, record.ExpiresAt)
		}
	}
}

func keyOfCaller(w *world) {
	record := w.record()
	w.reserve(record)
	caller, path, key := record, record, record
	caller.CallerID, path.Path, key.Key = w.id(), "POST /v1/users", "KEY"
	for _, other := range []domain.IdempotencyRecord{caller, path, key} {
		w.same("reserved before", w.reserve(other), (*domain.IdempotencyRecord)(nil))
	}
}

func keyReserveRace(w *world) {
	record := w.record()
	existing := make([]*domain.IdempotencyRecord, 20)
	together(len(existing), func(i int) {
		var err error
		if existing[i], err = w.store.ReserveKey(w.ctx, record, w.now()); err != nil {
			w.Errorf("reserve: %v", err)
		}
	})
	var won int
	for _, one := range existing {
		if one == nil {
			won++
		}
	}
	w.same("winners", won, 1)
}
