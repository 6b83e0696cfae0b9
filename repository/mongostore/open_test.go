package mongostore_test

import (
	"errors"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
	"dentalk/repository/mongostore"
	"dentalk/test/servers"
)

func TestSeveralInstancesOpenAnEmptyDatabaseAtOnce(t *testing.T) {
	uri := newDatabase(t)
	stores, errs := make([]*mongostore.Store, 5), make([]error, 5)
	var group sync.WaitGroup
	for i := range stores {
		group.Go(func() { stores[i], errs[i] = mongostore.Open(t.Context(), uri, mongostore.Options{}) })
	}
	group.Wait()
	for i, err := range errs {
		must(t, err)
		must(t, stores[i].Check(t.Context()))
		must(t, stores[i].Close())
	}
}

func TestADatabaseOfANewerVersionIsRefused(t *testing.T) {
	uri := newDatabase(t)
	must(t, open(t, uri, nil).Close())
	_, err := driverOf(t, uri).Collection("meta").UpdateOne(t.Context(), bson.M{"_id": "schema"}, bson.M{"$inc": bson.M{"version": 1}})
	must(t, err)
	if _, err := mongostore.Open(t.Context(), uri, mongostore.Options{}); !errors.Is(err, mongostore.ErrNewerSchema) {
		t.Errorf("got %v", err)
	}
}

func TestErrorsTellNoCredentials(t *testing.T) {
	for _, uri := range []string{
		"mongodb://user:hunter2@127.0.0.1:1/dentalk?serverSelectionTimeoutMS=100",
		"mongodb://user:hunter2@127.0.0.1:port/dentalk",
		"mongodb://user:hunter2@127.0.0.1:1/?w=hunter2&maxPoolSize=hunter2",
		"mongodb://user:hunter2%zz@127.0.0.1:1/",
		"user:hunter2@127.0.0.1",
	} {
		if _, err := mongostore.Open(t.Context(), uri, mongostore.Options{}); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s gives %v", uri, err)
		}
	}
}

func TestAServerThatIsNotThereIsUnavailable(t *testing.T) {
	_, err := mongostore.Open(t.Context(), "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100", mongostore.Options{})
	if domain.KindOf(err) != domain.KindUnavailable {
		t.Errorf("got %v", err)
	}
}

func TestAClosedStoreIsUnavailable(t *testing.T) {
	store := open(t, newDatabase(t), nil)
	made := room(t, store, "order")
	must(t, store.Close())
	must(t, store.Close())
	_, err := post(t.Context(), store, draftOf(made, "late"))
	if domain.KindOf(err) != domain.KindUnavailable {
		t.Errorf("got %v", err)
	}
}

func TestTheClockFollowsTheServers(t *testing.T) {
	store := open(t, newDatabase(t), nil)
	for _, wrong := range []time.Duration{-time.Hour, 0, time.Hour} {
		got, err := mongostore.Corrected(t.Context(), store, func() time.Time { return time.Now().Add(wrong) })
		must(t, err)
		if off := time.Since(got).Abs(); off > time.Minute {
			t.Errorf("a clock that is off by %s gives one that is off by %s", wrong, off)
		}
	}
}

func TestExpiredSessionsAreRemoved(t *testing.T) {
	var late atomic.Int64
	began := time.Now()
	store := open(t, newDatabase(t), func() time.Time { return began.Add(time.Duration(late.Load())) })
	made := room(t, store, "order")
	for i, life := range []time.Duration{time.Minute, time.Hour} {
		session := domain.Session{ID: made.Participants[i].UserID, UserID: made.ID, CreatedAt: began, ExpiresAt: began.Add(life)}
		must(t, store.CreateSession(t.Context(), session, life.String()))
	}
	late.Store(int64(time.Minute))
	must(t, mongostore.RemoveExpired(t.Context(), store))
	for _, kind := range []domain.RecordKind{domain.RecordSession, domain.RecordRefreshToken} {
		extent, err := store.Extent(t.Context(), kind)
		must(t, err)
		if extent.Count != 1 {
			t.Errorf("%d %s are left, want 1", extent.Count, kind)
		}
	}
}

// TestAnOutageLosesAndDoublesNothing cuts the network under writers that come again with their keys.
func TestAnOutageLosesAndDoublesNothing(t *testing.T) {
	uri := newDatabase(t)
	parsed, err := url.Parse(uri)
	must(t, err)
	first, _, _ := strings.Cut(parsed.Host, ",")
	proxy := servers.NewProxy(t, first)
	parsed.Host = proxy.Addr
	query := parsed.Query()
	query.Set("directConnection", "true")
	parsed.RawQuery = query.Encode()
	store := open(t, parsed.String(), nil)
	made := room(t, store, "order")
	const writers, posts = 8, 15
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			for n := range posts {
				draft := draftOf(made, "hello")
				draft.ClientMessageID = string(rune('a'+i)) + string(rune('a'+n))
				postUntilStored(t, store, draft)
			}
		})
	}
	for range 5 {
		_, err := post(t.Context(), open(t, uri, nil), draftOf(made, "between"))
		must(t, err)
		proxy.Cut()
	}
	group.Wait()
	page, err := store.Messages(t.Context(), domain.HistoryQuery{RoomID: made.ID, Viewer: viewerOf(made), Limit: 1000})
	must(t, err)
	if want := writers*posts + 5; len(page.Messages) != want || page.Messages[want-1].Seq != int64(want) {
		t.Errorf("got %d messages, want %d", len(page.Messages), want)
	}
}

func postUntilStored(t *testing.T, store *mongostore.Store, draft domain.Draft) {
	for {
		_, err := post(t.Context(), store, draft)
		if err == nil {
			return
		}
		if domain.KindOf(err) != domain.KindUnavailable {
			t.Errorf("post: %v", err)
			return
		}
	}
}
