package glossary

import (
	"context"
	"sync/atomic"
	"time"

	"dentalk/domain"
)

// Source gives the glossary as operators keep it, for example a domain.TermBase.
type Source interface {
	Snapshot(ctx context.Context) (domain.Glossary, error)
}

const (
	// askEvery is how long a change may go unnoticed.
	askEvery = time.Second
	// askTimeout bounds how long a call waits for the source.
	askTimeout = time.Second
)

// Live is the engine of the newest version of a glossary. It keeps the last one while the source
// fails. It is safe for concurrent use: one caller asks and builds while the others go on with the
// last.
type Live struct {
	source Source
	asking chan struct{} // holds a place for the one that asks
	newest atomic.Pointer[built]
}

// built is the last answer of the source.
type built struct {
	glossary *Glossary // nil while there was none
	version  int64
	asked    time.Time
}

// NewLive asks the source when the glossary is first needed.
func NewLive(source Source) *Live {
	live := &Live{source: source, asking: make(chan struct{}, 1)}
	live.newest.Store(&built{})
	return live
}

// Version is that of the engine, for caches; empty while there is none.
func (l *Live) Version(ctx context.Context) string {
	if glossary := l.Glossary(ctx); glossary != nil {
		return glossary.Version()
	}
	return ""
}

// Glossary gives the engine; nil when the source has not answered yet. It asks the source at most
// once a second.
func (l *Live) Glossary(ctx context.Context) *Glossary {
	last := l.newest.Load()
	if !l.due(last) {
		return last.glossary
	}
	select {
	case l.asking <- struct{}{}:
		defer func() { <-l.asking }()
		return l.ask(ctx)
	default:
	}
	if last.glossary != nil {
		return last.glossary
	}
	select {
	case l.asking <- struct{}{}:
		defer func() { <-l.asking }()
		return l.ask(ctx)
	case <-ctx.Done():
		return nil
	}
}

func (l *Live) due(last *built) bool {
	return last.asked.IsZero() || time.Since(last.asked) >= askEvery
}

// ask asks the source, unless another caller has just done so.
func (l *Live) ask(ctx context.Context) *Glossary {
	last := l.newest.Load()
	if !l.due(last) {
		return last.glossary
	}
	bounded, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	snapshot, err := l.source.Snapshot(bounded)
	if err != nil && ctx.Err() != nil {
		return last.glossary // the caller's end says nothing of the source
	}
	next := *last
	next.asked = time.Now()
	if err == nil && (last.glossary == nil || last.version != snapshot.Version) {
		next.glossary, next.version = New(snapshot.Terms), snapshot.Version
	}
	l.newest.Store(&next)
	return next.glossary
}
