package privacy

import (
	"context"
	"slices"
	"strings"

	"dentalk/domain"
)

// Translator gives inner masked texts only. What inner loses, doubles or alters of the masked values
// is listed by value in the Mismatches of its answer. It is as safe for concurrent use as inner.
func Translator(inner domain.Translator) domain.Translator { return translator{inner} }

type translator struct{ inner domain.Translator }

func (t translator) Name() string { return t.inner.Name() }

func (t translator) Translate(ctx context.Context, request domain.TranslateRequest) ([]domain.Translation, error) {
	masks := make([]mask, len(request.Texts))
	texts := make([]string, len(request.Texts))
	for i, text := range request.Texts {
		masks[i], texts[i] = newMask(text)
	}
	request.Texts, request.Terms = texts, visibleTerms(request.Terms, texts)
	answers, err := t.inner.Translate(ctx, request)
	if err != nil {
		return nil, err
	}
	answers = slices.Clone(answers)
	for i := range min(len(answers), len(masks)) {
		answers[i] = masks[i].translation(answers[i])
	}
	return answers, nil
}

// visibleTerms leaves out the terms that are part of a masked value, such as the crown of "Mrs.
// Crown".
func visibleTerms(terms [][]domain.Term, texts []string) [][]domain.Term {
	if len(terms) != len(texts) {
		return nil
	}
	visible := make([][]domain.Term, len(terms))
	for i, all := range terms {
		visible[i] = slices.DeleteFunc(slices.Clone(all), func(term domain.Term) bool {
			return !strings.Contains(texts[i], term.Source)
		})
	}
	return visible
}

// translation restores the answer without changing what inner may still hold.
func (m mask) translation(answer domain.Translation) domain.Translation {
	if len(m.values) == 0 {
		return answer
	}
	var changed []string
	if answer.Text != "" {
		changed = m.changed(answer.Text)
	}
	answer.Text = m.restore(answer.Text)
	answer.Terms = slices.Clone(answer.Terms)
	for i, term := range answer.Terms {
		answer.Terms[i].Source, answer.Terms[i].Target = m.restore(term.Source), m.restore(term.Target)
	}
	answer.Mismatches = m.restoreAll(answer.Mismatches)
	for _, value := range changed {
		if !slices.Contains(answer.Mismatches, value) {
			answer.Mismatches = append(answer.Mismatches, value)
		}
	}
	if answer.Analysis != nil {
		analysis := m.analysis(*answer.Analysis)
		answer.Analysis = &analysis
	}
	return answer
}
