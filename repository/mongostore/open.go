package mongostore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"

	"dentalk/domain"
)

// Options are the settings of a Store.
type Options struct {
	// Now is the store's clock; nil means the local clock, corrected by the server's.
	Now func() time.Time
}

// Store is a domain.Store in a MongoDB database, which it may share with others.
type Store struct {
	database *mongo.Database
	collections
	clock *clock
	ids   *domain.IDSource

	appending chan struct{} // holds a token while a group is appended
	claiming  chan struct{} // holds a token while enrichments are claimed
	tails     *lru.Cache[bson.ObjectID, tail]
	lost      atomic.Uint64
	committed atomic.Uint64
	saves     struct {
		sync.Mutex
		last time.Time
	}

	tending   context.CancelFunc
	tended    sync.WaitGroup
	closeOnce sync.Once
	closeErr  error
}

var _ domain.Store = (*Store)(nil)

type collections struct {
	meta, organizations, users, sessions, refreshTokens *mongo.Collection
	rooms, readMarkers, messages, idempotencyKeys       *mongo.Collection
	usage, glossary                                     *mongo.Collection
	apiKeys, uploads, audit, erasures                   *mongo.Collection
}

func collectionsOf(database *mongo.Database) collections {
	return collections{
		meta: database.Collection("meta"), organizations: database.Collection("organizations"),
		users: database.Collection("users"), sessions: database.Collection("sessions"),
		refreshTokens: database.Collection("refresh_tokens"), rooms: database.Collection("rooms"),
		readMarkers: database.Collection("read_markers"), messages: database.Collection("messages"),
		idempotencyKeys: database.Collection("idempotency_keys"), usage: database.Collection("usage"),
		glossary: database.Collection("glossary_changes"), apiKeys: database.Collection("api_keys"),
		uploads: database.Collection("uploads"), audit: database.Collection("audit"),
		erasures: database.Collection("erasures"),
	}
}

// Open connects to the database that the URI names, "dentalk" when it names none, and makes the
// indexes that are missing. No error tells the URI's credentials.
func Open(ctx context.Context, uri string, opts Options) (*Store, error) {
	database, err := connect(uri)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	s, err := newStore(database, opts)
	if err == nil {
		err = s.prepare(ctx)
	}
	if err != nil {
		return nil, errors.Join(fail("open store", err), disconnect(database))
	}
	s.tend()
	return s, nil
}

func newStore(database *mongo.Database, opts Options) (*Store, error) {
	s := &Store{
		database: database, collections: collectionsOf(database),
		clock:     &clock{local: opts.Now, server: database, fixed: opts.Now != nil},
		appending: make(chan struct{}, 1), claiming: make(chan struct{}, 1),
	}
	if opts.Now == nil {
		s.clock.local = time.Now
	}
	var err error
	if s.tails, err = lru.New[bson.ObjectID, tail](cachedTails); err != nil {
		return nil, fmt.Errorf("make cache: %w", err)
	}
	s.ids, err = domain.NewIDSource(rand.Reader, domain.ZeroID)
	return s, err
}

// prepare checks and completes the database.
func (s *Store) prepare(ctx context.Context) error {
	if err := s.checkSchema(ctx); err != nil {
		return err
	}
	if err := s.makeIndexes(ctx); err != nil {
		return err
	}
	if err := s.clock.measure(ctx); err != nil {
		return err
	}
	return s.beginWatermark(ctx)
}

// Now is the store's clock: nearly the same for all instances.
func (s *Store) Now() time.Time { return s.clock.now() }

func (s *Store) now() time.Time { return s.clock.now() }

// Retries tells since Open how often an insert of messages lost its numbers to another instance,
// and how many messages were inserted.
func (s *Store) Retries() (lost, inserted uint64) { return s.lost.Load(), s.committed.Load() }

// Check asks the primary whether it answers.
func (s *Store) Check(ctx context.Context) error {
	return fail("check store", s.database.Client().Ping(ctx, readpref.Primary()))
}

// Close waits for the calls under way and closes the connections. Closing again does nothing.
func (s *Store) Close() error {
	s.closeOnce.Do(func() {
		s.tending()
		s.tended.Wait()
		s.closeErr = disconnect(s.database)
	})
	return s.closeErr
}

func disconnect(database *mongo.Database) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	if err := database.Client().Disconnect(ctx); err != nil {
		return fmt.Errorf("disconnect: %w", err)
	}
	return nil
}
