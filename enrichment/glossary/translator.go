package glossary

import (
	"context"
	"slices"

	"dentalk/domain"
)

// Translator hands the terms of each text and the dictionary of the pair to inner, and adds the
// terms to its answers. Without inner the answers hold terms only. When inner fails as a whole, the
// answers hold the terms and that error, so that terms are shown while a provider is down. Without
// a glossary it only asks inner.
func Translator(live *Live, inner domain.Translator) domain.Translator {
	return &translator{live: live, inner: inner}
}

type translator struct {
	live  *Live
	inner domain.Translator
}

// Name is that of inner, and "glossary" without it.
func (t *translator) Name() string {
	if t.inner == nil {
		return "glossary"
	}
	return t.inner.Name()
}

// Translate answers an error only when the context has ended.
func (t *translator) Translate(ctx context.Context, request domain.TranslateRequest) ([]domain.Translation, error) {
	glossary := t.live.Glossary(ctx)
	terms := make([][]domain.Term, len(request.Texts))
	if glossary != nil {
		for i, text := range request.Texts {
			terms[i] = glossary.Find(request.Source, request.Target, text)
		}
		request.Terms, request.Dictionary = terms, glossary.Dictionary(request.Source, request.Target)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	answers, err := t.ask(ctx, request)
	if err != nil || len(answers) != len(terms) || glossary == nil {
		return answers, err // what has another length is for the caller to refuse
	}
	answers = slices.Clone(answers)
	for i := range answers {
		answers[i].Terms = glossary.checked(request.Target, terms[i], answers[i].Text)
	}
	return answers, nil
}

// ask asks inner. Its failure becomes that of each text.
func (t *translator) ask(ctx context.Context, request domain.TranslateRequest) ([]domain.Translation, error) {
	answers := make([]domain.Translation, len(request.Texts))
	if t.inner == nil {
		return answers, nil
	}
	given, err := t.inner.Translate(ctx, request)
	if err == nil {
		return given, nil
	}
	if ctx.Err() != nil {
		return nil, err
	}
	for i := range answers {
		answers[i].Err = err
	}
	return answers, nil
}

// checked gives the terms with whether the translation has each.
func (g *Glossary) checked(target string, terms []domain.Term, translation string) []domain.Term {
	if translation == "" || len(terms) == 0 {
		return terms
	}
	text := newSought(base(target), translation)
	terms = slices.Clone(terms)
	for i := range terms {
		terms[i].Applied = g.applied(text, terms[i].Target)
	}
	return terms
}
