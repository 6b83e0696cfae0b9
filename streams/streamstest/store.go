package streamstest

import (
	"context"
	"crypto/rand"
	mathrand "math/rand/v2"
	"slices"
	"sort"
	"sync"
	"time"

	"dentalk/domain"
)

// Store is a store in memory with those methods of domain.Store that streams need; any other one
// panics. It is safe for concurrent use.
type Store struct {
	domain.Store // nil

	ids *domain.IDSource

	mu       sync.Mutex
	before   func(ctx context.Context, method string) error
	rooms    map[domain.ID]*roomData
	all      []*domain.Message // ascending by ID
	byID     map[domain.ID]*domain.Message
	enriched []savedEnrichment
	usage    map[usageKey]domain.Usage
	glossary []domain.GlossaryChange
	apiKeys  map[domain.ID]domain.APIKey
	secrets  map[domain.ID]domain.ID // all that API keys have ever had, and whose they are
	ended    map[domain.ID]bool      // sessions
	closed   bool
	overlap  time.Duration
}

type roomData struct {
	room     domain.Room
	messages []*domain.Message
	keys     map[string]*domain.Message
	receipts map[domain.ID]domain.Receipt
}

// NewStore makes an empty store.
func NewStore() *Store {
	return &Store{
		ids: newIDs(""), rooms: make(map[domain.ID]*roomData), byID: make(map[domain.ID]*domain.Message),
		usage: make(map[usageKey]domain.Usage), ended: make(map[domain.ID]bool),
		apiKeys: make(map[domain.ID]domain.APIKey), secrets: make(map[domain.ID]domain.ID),
	}
}

func newIDs(after domain.ID) *domain.IDSource {
	ids, err := domain.NewIDSource(rand.Reader, after)
	if err != nil {
		panic(err) // no entropy: no test can go on
	}
	return ids
}

// SeveralWriters makes the store behave as one to which other instances write too: the IDs of
// messages are up to half of domain.ReplayOverlap older than their commits, and replays repeat what
// is not older than the position by more than all of it. It must be called before the store is used.
func (s *Store) SeveralWriters() { s.overlap = domain.ReplayOverlap }

// Before sets what is called before each method with its name: it may wait, and its error becomes
// the method's. Nil sets nothing.
func (s *Store) Before(hook func(ctx context.Context, method string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = hook
}

// NewID makes an ID of the same source as the messages'.
func (s *Store) NewID() domain.ID { return s.ids.Next(time.Now()) }

// enter calls the hook and locks.
func (s *Store) enter(ctx context.Context, method string) (leave func(), err error) {
	s.mu.Lock()
	hook := s.before
	s.mu.Unlock()
	if hook != nil {
		if err := hook(ctx, method); err != nil {
			return func() {}, err
		}
	}
	if ctx.Err() != nil {
		return func() {}, domain.Unavailable("The store did not answer in time.")
	}
	s.mu.Lock()
	return s.mu.Unlock, nil
}

func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

func (s *Store) Check(ctx context.Context) error {
	leave, err := s.enter(ctx, "Check")
	leave()
	return err
}

// Close notes that it was called.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}

// Closed tells whether Close was called.
func (s *Store) Closed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

func (s *Store) AppendMessages(ctx context.Context, drafts []domain.Draft) ([]domain.Appended, error) {
	leave, err := s.enter(ctx, "AppendMessages")
	defer leave()
	if err != nil {
		return nil, err
	}
	appended := make([]domain.Appended, len(drafts))
	for i, draft := range drafts {
		appended[i] = s.append(draft)
	}
	return appended, nil
}

func (s *Store) append(draft domain.Draft) domain.Appended {
	room := s.rooms[draft.RoomID]
	if room == nil {
		return domain.Appended{Err: domain.NotFound("room")}
	}
	key := string(draft.UserID) + "/" + draft.ClientMessageID
	if first := room.keys[key]; first != nil && draft.ClientMessageID != "" {
		return domain.Appended{Message: *first, Replayed: true}
	}
	at := now()
	m := &domain.Message{
		ID: s.messageID(room, at), RoomID: draft.RoomID, Seq: int64(len(room.messages)) + 1, UserID: draft.UserID,
		UserName: draft.UserName, Role: draft.Role, Type: draft.Type, Text: draft.Text, Teeth: draft.Teeth,
		Enrichment:      domain.Enrichment{State: draft.State, Language: draft.Language},
		ClientMessageID: draft.ClientMessageID, CreatedAt: at, UpdatedAt: at,
	}
	room.messages, room.keys[key] = append(room.messages, m), m
	s.all, s.byID[m.ID] = slices.Insert(s.all, s.search(m.ID), m), m
	return domain.Appended{Message: *m}
}

// messageID is that of the store's only writer, or of another one that is somewhat late.
func (s *Store) messageID(room *roomData, at time.Time) domain.ID {
	if s.overlap == 0 {
		return s.ids.Next(at)
	}
	after := room.room.ID
	if n := len(room.messages); n > 0 {
		after = room.messages[n-1].ID
	}
	return newIDs(after).Next(at.Add(-mathrand.N(s.overlap / 2)))
}

// search finds the place of the oldest message whose ID is greater.
func (s *Store) search(id domain.ID) int {
	return sort.Search(len(s.all), func(i int) bool { return s.all[i].ID > id })
}

// since is where replays and heads begin to look.
func (s *Store) since(after domain.ID) domain.ID {
	if s.overlap == 0 || after == domain.ZeroID {
		return after
	}
	return domain.FloorID(after.Time().Add(-s.overlap))
}

func (s *Store) Messages(ctx context.Context, query domain.HistoryQuery) (domain.HistoryPage, error) {
	leave, err := s.enter(ctx, "Messages")
	defer leave()
	room := s.rooms[query.RoomID]
	if err != nil || room == nil {
		return domain.HistoryPage{}, err
	}
	var found []domain.Message
	if query.After != nil {
		for _, m := range room.messages[min(int(*query.After), len(room.messages)):] {
			if len(found) < query.Limit && visible(query.Viewer, m) {
				found = append(found, *m)
			}
		}
		return domain.HistoryPage{Messages: found}, nil
	}
	for i := len(room.messages) - 1; i >= 0 && len(found) < query.Limit; i-- {
		if visible(query.Viewer, room.messages[i]) {
			found = append(found, *room.messages[i])
		}
	}
	slices.Reverse(found)
	return domain.HistoryPage{Messages: found}, nil
}

func visible(viewer domain.Viewer, m *domain.Message) bool {
	return viewer.Notes || m.Type != domain.MessageNote
}

func (s *Store) NewestPosition(ctx context.Context, replay domain.Replay) (domain.ID, error) {
	leave, err := s.enter(ctx, "NewestPosition")
	defer leave()
	if err != nil {
		return "", err
	}
	for i := len(s.all) - 1; i >= 0; i-- {
		if selected(replay, s.all[i]) {
			return s.all[i].ID, nil
		}
	}
	return domain.ZeroID, nil
}

func selected(replay domain.Replay, m *domain.Message) bool {
	return visible(replay.Viewer, m) && (replay.All || slices.Contains(replay.Rooms, m.RoomID))
}

func (s *Store) Locate(ctx context.Context, id domain.ID, viewer domain.Viewer) (domain.Position, error) {
	leave, err := s.enter(ctx, "Locate")
	defer leave()
	if err != nil {
		return domain.Position{}, err
	}
	m := s.byID[id]
	if m == nil || !visible(viewer, m) {
		return domain.Position{}, domain.NotFound("message")
	}
	return domain.Position{MessageID: id, RoomID: m.RoomID, Seq: m.Seq, CreatedAt: m.CreatedAt}, nil
}

func (s *Store) after(replay domain.Replay, limit int) []domain.Message {
	var found []domain.Message
	begin := replay.After
	if !replay.Strict {
		begin = s.since(begin)
	}
	for _, m := range s.all[s.search(begin):] {
		if selected(replay, m) {
			found = append(found, *m)
		}
		if limit > 0 && len(found) == limit {
			break
		}
	}
	return found
}

func (s *Store) CountAfter(ctx context.Context, replay domain.Replay, most int) (int, error) {
	leave, err := s.enter(ctx, "CountAfter")
	defer leave()
	if err != nil {
		return 0, err
	}
	replay.Strict = true
	return len(s.after(replay, most)), nil
}

func (s *Store) MessagesAfter(ctx context.Context, replay domain.Replay) ([]domain.Message, error) {
	leave, err := s.enter(ctx, "MessagesAfter")
	defer leave()
	if err != nil {
		return nil, err
	}
	return s.after(replay, replay.Limit), nil
}

func (s *Store) RoomHeads(ctx context.Context, after domain.ID) ([]domain.RoomHead, error) {
	leave, err := s.enter(ctx, "RoomHeads")
	defer leave()
	if err != nil {
		return nil, err
	}
	var heads []domain.RoomHead
	for id, room := range s.rooms {
		if n := len(room.messages); n > 0 && room.messages[n-1].ID > s.since(after) {
			heads = append(heads, domain.RoomHead{RoomID: id, LastSeq: int64(n)})
		}
	}
	return heads, nil
}
