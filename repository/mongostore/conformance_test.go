package mongostore_test

import (
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/repository/repositorytest"
)

func TestConformance(t *testing.T) {
	repositorytest.RunSeveralWriters(t, func(t *testing.T, now func() time.Time) (domain.Store, func() domain.Store) {
		uri := newDatabase(t)
		return open(t, uri, now), func() domain.Store { return open(t, uri, now) }
	})
}
