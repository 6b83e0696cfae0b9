package streams

import (
	"context"
	"errors"
	"sync"
	"time"

	"dentalk/domain"
)

const (
	lineCalls     = 4096             // callers that may wait
	groupDrafts   = 512              // drafts of one commit, unless one caller brings more
	appendTimeout = 10 * time.Second // of one commit
)

// line is where appends wait for the one goroutine that commits them in groups. Nobody waits for a
// timer: a group is whatever has come while the one before was committed.
type line struct {
	inner     domain.MessageStore
	committed func([]domain.Appended)
	calls     chan *appendCall
	ended     chan struct{}

	mu     sync.RWMutex // held for reading while sending, so that calls is not closed under a sender
	closed bool
}

type appendCall struct {
	ctx    context.Context
	drafts []domain.Draft
	answer chan appendAnswer // of capacity 1: the line never waits for a caller
}

type appendAnswer struct {
	appended []domain.Appended
	err      error
}

// newLine starts the goroutine of the line; close waits for its end. committed is called after
// each commit, in the order of the commits.
func newLine(inner domain.MessageStore, committed func([]domain.Appended)) *line {
	l := &line{inner: inner, committed: committed, calls: make(chan *appendCall, lineCalls), ended: make(chan struct{})}
	go l.run()
	return l
}

func (l *line) append(ctx context.Context, drafts []domain.Draft) ([]domain.Appended, error) {
	call := &appendCall{ctx: ctx, drafts: drafts, answer: make(chan appendAnswer, 1)}
	if !l.enter(call) {
		return nil, domain.Unavailable("Too many messages are waiting to be stored.")
	}
	select {
	case answer := <-call.answer:
		return answer.appended, answer.err
	case <-ctx.Done():
		return nil, gaveUp(ctx)
	}
}

// gaveUp says why a caller stopped waiting: at a deadline the store counts as unavailable.
func gaveUp(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return domain.Unavailable("The message was not stored in time.")
	}
	return ctx.Err()
}

func (l *line) enter(call *appendCall) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.closed {
		return false
	}
	select {
	case l.calls <- call:
		return true
	default:
		return false
	}
}

func (l *line) run() {
	defer close(l.ended)
	for call := range l.calls {
		l.commit(l.group(call))
	}
}

// group takes what waits behind first, without waiting for more.
func (l *line) group(first *appendCall) []*appendCall {
	calls, drafts := []*appendCall{first}, len(first.drafts)
	for drafts < groupDrafts {
		select {
		case call, open := <-l.calls:
			if !open {
				return calls
			}
			calls, drafts = append(calls, call), drafts+len(call.drafts)
		default:
			return calls
		}
	}
	return calls
}

func (l *line) commit(calls []*appendCall) {
	var drafts []domain.Draft
	waiting := calls[:0]
	for _, call := range calls {
		if call.ctx.Err() == nil { // else nobody waits for it any more
			waiting, drafts = append(waiting, call), append(drafts, call.drafts...)
		}
	}
	if len(drafts) == 0 {
		answerAll(waiting, nil, nil)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), appendTimeout)
	defer cancel()
	appended, err := l.inner.AppendMessages(ctx, drafts)
	answerAll(waiting, appended, err)
	if err == nil {
		l.committed(appended)
	}
}

// answerAll gives each caller its own part, which the caller may change.
func answerAll(calls []*appendCall, appended []domain.Appended, err error) {
	for _, call := range calls {
		if err != nil {
			call.answer <- appendAnswer{err: err}
			continue
		}
		own := append([]domain.Appended(nil), appended[:min(len(call.drafts), len(appended))]...)
		appended = appended[len(own):]
		call.answer <- appendAnswer{appended: own}
	}
}

// close lets the line commit what waits in it, and ends it.
func (l *line) close() {
	l.mu.Lock()
	if !l.closed {
		l.closed = true
		close(l.calls)
	}
	l.mu.Unlock()
	<-l.ended
}
