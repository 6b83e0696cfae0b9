package enrichment

import (
	"context"
	"errors"
	"strings"

	"dentalk/domain"
)

// Check gives the protected tokens of the original that the translation does not keep.
type Check func(original, translation, source, target string) []string

// Chain is a Translator that asks others in order of preference. A text goes to the next one when
// one fails, or does not know the pair; a translation that does not keep the protected tokens is
// asked for once more, of the next one or, when there is none, of the same. It is safe for
// concurrent use.
type Chain struct {
	links   []domain.Translator
	check   Check
	metrics *Metrics
}

var _ domain.Translator = (*Chain)(nil)

// NewChain makes a chain of one link at least.
func NewChain(check Check, metrics *Metrics, links ...domain.Translator) *Chain {
	return &Chain{links: links, check: check, metrics: metrics}
}

// Name lists the names of all links. Which one has translated a text, its Translation tells.
func (c *Chain) Name() string {
	names := make([]string, len(c.links))
	for i, link := range c.links {
		names[i] = link.Name()
	}
	return strings.Join(names, ",")
}

// candidate is the best that is known of one text so far.
type candidate struct {
	given  domain.Translation
	link   int // which gave it
	tries  int // translations that were given, good or not
	errors []error
}

// open tells whether another link may do better.
func (c *candidate) open() bool {
	return c.tries == 0 || c.tries == 1 && len(c.given.Mismatches) > 0
}

// Translate always answers: when the context ends, with what there is by then, since it may have
// cost money. It answers for each text with the first translation that keeps its tokens, else with the
// one that keeps most. A text that no link could translate has the error of the links, which may be
// retried if one of them may; one whose pair no link knows has an empty answer.
func (c *Chain) Translate(ctx context.Context, request domain.TranslateRequest) ([]domain.Translation, error) {
	candidates := make([]candidate, len(request.Texts))
	for i := range c.links {
		c.try(ctx, request, candidates, i, openPlaces(candidates))
	}
	for i := range c.links {
		again := request
		again.Fresh = true
		c.try(ctx, again, candidates, i, doubtfulPlaces(candidates, i))
	}
	answers := make([]domain.Translation, len(candidates))
	for i := range candidates {
		answers[i] = candidates[i].answer(c.Name())
	}
	return answers, nil
}

// openPlaces are the texts that the next link is asked.
func openPlaces(candidates []candidate) (places []int) {
	for i := range candidates {
		if candidates[i].open() {
			places = append(places, i)
		}
	}
	return places
}

// doubtfulPlaces are the texts whose only translation came from the link and does not keep their
// tokens.
func doubtfulPlaces(candidates []candidate, link int) (places []int) {
	for i := range candidates {
		if c := &candidates[i]; c.tries == 1 && len(c.given.Mismatches) > 0 && c.link == link {
			places = append(places, i)
		}
	}
	return places
}

func (c *Chain) try(ctx context.Context, request domain.TranslateRequest, candidates []candidate, link int, places []int) {
	if len(places) == 0 {
		return
	}
	if err := ctx.Err(); err != nil {
		for _, place := range places {
			candidates[place].errors = append(candidates[place].errors, err)
		}
		return
	}
	for i, given := range askLink(ctx, c.links[link], selected(request, places)) {
		original := request.Texts[places[i]]
		if given.Err == nil && given.Text != "" {
			given.Mismatches = append(given.Mismatches, c.check(original, given.Text, request.Source, request.Target)...)
		}
		if given.Provider == "" {
			given.Provider = c.links[link].Name()
		}
		if len(given.Mismatches) > 0 {
			c.metrics.mismatches.WithLabelValues(given.Provider).Inc()
		}
		candidates[places[i]].consider(given, link)
	}
}

// askLink asks for all texts at once, and one by one when it seems that a single text spoils it.
func askLink(ctx context.Context, link domain.Translator, request domain.TranslateRequest) []domain.Translation {
	given, err := link.Translate(ctx, request)
	switch {
	case err == nil && len(given) == len(request.Texts):
		return given
	case err == nil:
		err = errBroken
	}
	answers := make([]domain.Translation, len(request.Texts))
	for i := range answers {
		if len(answers) > 1 && spoiled(err) {
			answers[i] = askLink(ctx, link, selected(request, []int{i}))[0]
			continue
		}
		answers[i].Err = err
	}
	return answers
}

func (c *candidate) consider(given domain.Translation, link int) {
	if err := translationError(given); err != nil {
		c.errors = append(c.errors, err)
		return
	}
	if given.Text == "" {
		return
	}
	c.tries++
	// Whose translation is the better one, the verdict on the original holds.
	said := c.given.Analysis
	if said == nil {
		said = given.Analysis
	}
	if c.tries == 1 || len(given.Mismatches) < len(c.given.Mismatches) {
		c.given, c.link = given, link
	}
	c.given.Analysis = said
}

func (c *candidate) answer(chain string) domain.Translation {
	if c.tries > 0 || len(c.errors) == 0 {
		return c.given
	}
	failure := &domain.ProviderError{Provider: chain, Permanent: true, Err: errors.Join(c.errors...)}
	for _, err := range c.errors {
		if permanent(err) {
			continue
		}
		if failure.Permanent || wish(err) < failure.RetryAfter {
			failure.RetryAfter = wish(err) // of the one that can be asked first
		}
		failure.Permanent = false
	}
	return domain.Translation{Err: failure}
}
