package streams

import (
	"time"

	"dentalk/domain"
)

// mostSaves bounds one page of saves; more than that at one time are not told.
const mostSaves = 16 * enrichedPage

// save says which save of a message's enrichment this is. The erasure is the last one.
type save struct {
	updated time.Time
	erased  bool
}

func saveOf(m *domain.Message) save { return save{m.UpdatedAt, !m.ErasedAt.IsZero()} }

// covers tells whether other is no newer. Times do not tell that of an erasure, whose time is by the
// clock of whoever asked for it.
func (s save) covers(other save) bool {
	if s.erased || other.erased {
		return s.erased
	}
	return !s.updated.Before(other.updated)
}

// earliest and latest bound when it was saved by the store's clock, by which the saves are listed.
func (s save) earliest() time.Time {
	if s.erased {
		return s.updated.Add(-clockDifference)
	}
	return s.updated
}

func (s save) latest() time.Time {
	if s.erased {
		return s.updated.Add(clockDifference)
	}
	return s.updated
}

// saves goes page by page through what was saved since a time. A page may begin with what the one
// before has given; while that is all there is the pages grow.
type saves struct {
	since time.Time
	limit int
	given map[domain.ID]save
}

func newSaves(since time.Time) *saves {
	return &saves{since: since, limit: enrichedPage, given: make(map[domain.ID]save)}
}

// take takes what the store has for since and limit. It gives what is new of it, and tells whether
// there may be another page.
func (s *saves) take(messages []domain.Message) (fresh []*domain.Message, more bool) {
	since, full := s.since, len(messages) >= s.limit
	for i := range messages {
		one := saveOf(&messages[i])
		since = later(since, one.earliest())
		if known, again := s.given[messages[i].ID]; again && known.covers(one) {
			continue
		}
		s.given[messages[i].ID] = one
		fresh = append(fresh, &messages[i])
	}
	if since.After(s.since) {
		s.since, s.limit = since, enrichedPage
	} else {
		s.limit *= 2
	}
	return fresh, full && s.limit <= mostSaves
}
