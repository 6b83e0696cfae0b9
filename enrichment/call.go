package enrichment

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"dentalk/domain"
)

// answer is what a provider said to one message: a translation or an analysis, as it was asked.
type answer struct {
	translation domain.Translation
	analysis    domain.Analysis
	err         error
}

// call is one question to a provider about many messages. It may outlive the batch that began it.
type call struct {
	messages []domain.Message
	expires  time.Time
	done     chan struct{}
	answers  map[domain.ID]answer // to be read when done is closed
}

func newCall(expires time.Time) *call {
	return &call{expires: expires, done: make(chan struct{}), answers: map[domain.ID]answer{}}
}

func (c *call) ended() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

// run asks for all messages at once, and one by one when it seems that a single text spoils it.
func (c *call) run(ctx context.Context, to *provider, ask question) {
	defer close(c.done)
	answers, err := to.ask(ctx, ask, c.messages)
	switch {
	case err == nil:
	case len(c.messages) > 1 && spoiled(err):
		answers = singly(ctx, to, ask, c.messages)
	default:
		answers = make([]answer, len(c.messages))
		for i := range answers {
			answers[i].err = err
		}
	}
	for i, message := range c.messages {
		c.answers[message.ID] = answers[i]
	}
}

func singly(ctx context.Context, to *provider, ask question, messages []domain.Message) []answer {
	answers := make([]answer, len(messages))
	var group errgroup.Group
	group.SetLimit(callsPerWorker)
	for i := range messages {
		group.Go(func() error {
			one, err := to.ask(ctx, ask, messages[i:i+1])
			if err != nil {
				one = []answer{{err: err}}
			}
			answers[i] = one[0]
			return nil
		})
	}
	_ = group.Wait() // each answer holds its own error
	return answers
}
