package rest

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"

	"dentalk/domain"
)

// Batches asks a provider about any number of texts, in requests that keep to its limits.
type Batches struct {
	Provider string
	Texts    []string
	AtOnce   int // requests; 1
	// Most texts in a request; 1.
	Most int
	// Size is what a text adds to a request, and MostSize bounds the sum; a text beyond it is not
	// sent.
	Size     func(text string) int
	MostSize int
}

// Ask calls ask with the places of the texts of each request; it gives one answer for each, in
// order. After a failure that is not due to the texts no further request begins: the texts left
// over have the same error. A request that fails due to its texts is split into single ones, so
// that one text does not spoil the others.
//
// Each text has an answer or an error. The last result is an error that all have in common, when
// no text has an answer and trying again may help.
func Ask[A any](ctx context.Context, b Batches, ask func(ctx context.Context, places []int) ([]A, error)) ([]A, []error, error) {
	r := &round[A]{Batches: b, ask: ask, answers: make([]A, len(b.Texts)), errors: make([]error, len(b.Texts))}
	var group errgroup.Group
	group.SetLimit(max(b.AtOnce, 1))
	for _, places := range r.split() {
		group.Go(func() error {
			r.request(ctx, places)
			return nil
		})
	}
	_ = group.Wait() // the failures are in the round
	if r.failure != nil && r.answered == 0 {
		return nil, nil, r.failure
	}
	return r.answers, r.errors, nil
}

// round is one Ask. Each place of answers and errors is written by one goroutine.
type round[A any] struct {
	Batches
	ask     func(ctx context.Context, places []int) ([]A, error)
	answers []A
	errors  []error

	mu       sync.Mutex
	failure  error // the first that is not due to the texts
	answered int
}

// split gives the places of the texts of each request.
func (r *round[A]) split() (requests [][]int) {
	var open []int
	size := 0
	for place, text := range r.Texts {
		more := 0
		if r.Size != nil {
			more = r.Size(text)
		}
		if more > r.MostSize {
			r.errors[place] = r.tooLong()
			continue
		}
		if len(open) >= max(r.Most, 1) || size+more > r.MostSize {
			requests = append(requests, open)
			open, size = nil, 0
		}
		open, size = append(open, place), size+more
	}
	if len(open) > 0 {
		requests = append(requests, open)
	}
	return requests
}

func (r *round[A]) tooLong() error {
	return &domain.ProviderError{
		Provider: r.Provider, Permanent: true, Err: fmt.Errorf("the text is longer than the %d that the provider takes", r.MostSize),
	}
}

func (r *round[A]) request(ctx context.Context, places []int) {
	answers, err := r.call(ctx, places)
	if IsPermanent(err) && len(places) > 1 {
		for _, place := range places {
			r.request(ctx, []int{place})
		}
		return
	}
	for i, place := range places {
		if err != nil {
			r.errors[place] = err
			continue
		}
		r.answers[place] = answers[i]
	}
	r.keep(len(answers), err)
}

func (r *round[A]) call(ctx context.Context, places []int) ([]A, error) {
	if err := r.stopped(); err != nil {
		return nil, err
	}
	answers, err := r.ask(ctx, places)
	if err == nil && len(answers) != len(places) {
		err = &domain.ProviderError{Provider: r.Provider, Err: fmt.Errorf("%w: %d texts for %d", ErrAnswer, len(answers), len(places))}
	}
	if err != nil {
		return nil, err
	}
	return answers, nil
}

func (r *round[A]) stopped() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failure
}

func (r *round[A]) keep(answered int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answered += answered
	if r.failure == nil && err != nil && !IsPermanent(err) {
		r.failure = err
	}
}
