package repositorytest

import (
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"dentalk/domain"
)

var presenceRules = []volatileRule{
	{"nobody is known at first", presenceUnknown},
	{"the first connection anywhere is told from others", presenceFirst},
	{"the last disconnection anywhere is told from others", presenceLast},
	{"an instance that dies leaves nothing behind", presenceDies},
	{"a renewal keeps users connected", presenceRenews},
	{"one who disconnects was seen then", presenceSeen},
	{"disconnecting twice is no error", presenceTwice},
	{"one of those who connect at once is the first", presenceAtOnce},
	{"whose time ran out is told once", presenceExpires},
	{"who is connected elsewhere, or has left, does not expire", presenceExpiresNot},
}

const presenceLife = time.Minute

func (w *volatileWorld) connect(instance string, users ...domain.ID) []domain.ID {
	w.Helper()
	fresh, err := w.store.Connect(w.ctx, w.now(), presenceLife, instance, users...)
	w.must(err)
	return fresh
}

func (w *volatileWorld) disconnect(instance string, user domain.ID) bool {
	w.Helper()
	last, err := w.store.Disconnect(w.ctx, w.now(), instance, user)
	w.must(err)
	return last
}

func (w *volatileWorld) presences(users ...domain.ID) []domain.Presence {
	w.Helper()
	presences, err := w.store.Presences(w.ctx, w.now(), users...)
	w.must(err)
	return presences
}

func (w *volatileWorld) here(user domain.ID) domain.Presence {
	return domain.Presence{UserID: user, Connected: true, LastSeenAt: w.now()}
}

func presenceUnknown(w *volatileWorld) {
	w.same("presences", w.presences("a", "b"), []domain.Presence{{UserID: "a"}, {UserID: "b"}})
	w.same("of nobody", w.presences(), []domain.Presence{})
	w.same("nobody connects", w.connect("one"), []domain.ID{})
}

func presenceFirst(w *volatileWorld) {
	w.same("first", w.connect("one", "a", "b"), []domain.ID{"a", "b"})
	w.same("at another instance", w.connect("two", "b", "c"), []domain.ID{"c"})
	w.same("presences", w.presences("c", "nobody", "a", "b"),
		[]domain.Presence{w.here("c"), {UserID: "nobody"}, w.here("a"), w.here("b")})
}

func presenceLast(w *volatileWorld) {
	w.connect("one", "a", "b")
	w.connect("two", "a")
	w.same("one is left", w.disconnect("one", "a"), false)
	w.same("still there", w.presences("a"), []domain.Presence{w.here("a")})
	w.same("none is left", w.disconnect("two", "a"), true)
	w.same("presences", w.presences("a", "b"), []domain.Presence{{UserID: "a", LastSeenAt: w.now()}, w.here("b")})
	w.same("back again", w.connect("two", "a"), []domain.ID{"a"})
}

func presenceDies(w *volatileWorld) {
	w.connect("dies", "a", "b")
	died := w.now()
	w.clock.advance(presenceLife / 2)
	w.connect("lives", "b")
	w.clock.advance(presenceLife / 2)
	w.same("presences", w.presences("a", "b"), []domain.Presence{{UserID: "a", LastSeenAt: died}, w.here("b")})
	w.same("none but the dead one's is left", w.disconnect("lives", "b"), true)
	w.same("anew", w.connect("lives", "a"), []domain.ID{"a"})
}

func presenceRenews(w *volatileWorld) {
	w.connect("one", "a")
	for range 4 {
		w.clock.advance(presenceLife / 2)
		w.same("a renewal is not the first", w.connect("one", "a"), []domain.ID{})
	}
	w.same("presence", w.presences("a"), []domain.Presence{w.here("a")})
	w.clock.advance(presenceLife)
	w.same("too late for a renewal", w.connect("one", "a"), []domain.ID{"a"})
}

func presenceSeen(w *volatileWorld) {
	w.connect("one", "a")
	w.clock.advance(time.Second)
	left := w.now()
	w.disconnect("one", "a")
	w.clock.advance(24 * time.Hour)
	w.same("presence", w.presences("a"), []domain.Presence{{UserID: "a", LastSeenAt: left}})
}

func presenceTwice(w *volatileWorld) {
	w.connect("one", "a")
	w.connect("two", "a")
	w.same("first", w.disconnect("one", "a"), false)
	w.same("again", w.disconnect("one", "a"), false)
	w.same("never connected", w.disconnect("one", "b"), true)
}

func presenceAtOnce(w *volatileWorld) {
	var first atomic.Int64
	w.atOnce(30, func(i int) error {
		fresh, err := w.store.Connect(w.ctx, w.now(), presenceLife, strconv.Itoa(i), "a", "b")
		first.Add(int64(len(fresh)))
		return err
	})
	w.same("first ones", first.Load(), int64(2))
	var last atomic.Int64
	w.atOnce(30, func(i int) error {
		none, err := w.store.Disconnect(w.ctx, w.now(), strconv.Itoa(i), "a")
		if none {
			last.Add(1)
		}
		return err
	})
	w.same("last ones", last.Load(), int64(1))
}

func (w *volatileWorld) expired(limit int) []domain.Presence {
	w.Helper()
	expired, err := w.store.Expired(w.ctx, w.now(), limit)
	w.must(err)
	return expired
}

func presenceExpires(w *volatileWorld) {
	w.connect("dies", "a", "b", "c")
	died := w.now()
	w.clock.advance(presenceLife - time.Millisecond)
	w.same("before the end", w.expired(10), []domain.Presence{})
	w.clock.advance(time.Millisecond)
	w.presences("a", "b", "c") // looking changes nothing
	told := append(w.expired(2), w.expired(2)...)
	slices.SortFunc(told, func(a, b domain.Presence) int { return strings.Compare(string(a.UserID), string(b.UserID)) })
	w.same("expired", told, []domain.Presence{
		{UserID: "a", LastSeenAt: died}, {UserID: "b", LastSeenAt: died}, {UserID: "c", LastSeenAt: died},
	})
	w.same("again", w.expired(10), []domain.Presence{})
}

func presenceExpiresNot(w *volatileWorld) {
	w.connect("dies", "a", "b", "c")
	w.clock.advance(presenceLife / 2)
	w.connect("lives", "a")
	w.disconnect("dies", "b")
	w.clock.advance(presenceLife / 2)
	w.connect("lives", "c")
	w.same("expired", w.expired(10), []domain.Presence{})
	w.clock.advance(presenceLife)
	w.same("both", len(w.expired(10)), 2)
}
