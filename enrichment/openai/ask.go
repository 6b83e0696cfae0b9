package openai

import (
	"context"
	"fmt"

	"dentalk/enrichment/internal/rest"
)

// ask puts the prompt to the model until read takes its answer: once, and once more with the reason
// why it did not.
func ask[A any](ctx context.Context, c *Client, p prompt, read func(content string) (A, error)) (A, error) {
	var none A
	content, err := c.complete(ctx, p)
	if err != nil {
		return none, err
	}
	answer, reason := read(content)
	if reason == nil {
		return answer, nil
	}
	if content, err = c.complete(ctx, p.repaired(reason)); err != nil {
		return none, err
	}
	if answer, reason = read(content); reason != nil {
		return none, permanent(fmt.Errorf("%w: %w", rest.ErrAnswer, reason))
	}
	return answer, nil
}
