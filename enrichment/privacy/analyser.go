package privacy

import (
	"context"
	"slices"

	"dentalk/domain"
)

// Analyser gives inner masked texts only. It is as safe for concurrent use as inner.
func Analyser(inner domain.Analyser) domain.Analyser { return analyser{inner} }

type analyser struct{ inner domain.Analyser }

func (a analyser) Name() string { return a.inner.Name() }

func (a analyser) Analyse(ctx context.Context, texts []domain.AnalyseText) ([]domain.Analysis, error) {
	masks := make([]mask, len(texts))
	texts = slices.Clone(texts)
	for i, text := range texts {
		masks[i], texts[i].Text = newMask(text.Text)
	}
	answers, err := a.inner.Analyse(ctx, texts)
	if err != nil {
		return nil, err
	}
	answers = slices.Clone(answers)
	for i := range min(len(answers), len(masks)) {
		answers[i] = masks[i].analysis(answers[i])
	}
	return answers, nil
}

func (m mask) analysis(answer domain.Analysis) domain.Analysis {
	answer.Complaint.Reasons = m.restoreAll(answer.Complaint.Reasons)
	return answer
}
