// Package analyser is the embedded analyser of mood and complaints: a small linear model over
// words, pieces of words, and the phrases of the trade with what stands near them. It needs no
// network and knows English, Korean and Spanish.
//
// The model is trained by the command in the folder train; see there.
package analyser

import (
	"context"
	_ "embed"
	"fmt"
	"math"
	"sync"

	"dentalk/domain"
	"dentalk/enrichment/analyser/internal/features"
	"dentalk/enrichment/analyser/internal/model"
)

//go:embed model.bin
var modelFile []byte

// Analyser implements domain.Analyser. It is safe for concurrent use.
type Analyser struct {
	model      *model.Model
	extractor  *features.Extractor
	workspaces sync.Pool // of *workspace
}

// workspace is the memory that the analysis of one text needs; it is kept for the next text.
type workspace struct {
	document features.Document
	shares   []float32
}

var _ domain.Analyser = (*Analyser)(nil)

// New loads the embedded model. It fails only when the program was built with a model that does
// not belong to its rules for features.
func New() (*Analyser, error) {
	loaded, err := model.Read(modelFile)
	if err != nil {
		return nil, fmt.Errorf("embedded analyser: %w", err)
	}
	extractor, err := features.NewExtractor()
	if err != nil {
		return nil, fmt.Errorf("embedded analyser: %w", err)
	}
	return &Analyser{
		model:      loaded,
		extractor:  extractor,
		workspaces: sync.Pool{New: func() any { return new(workspace) }},
	}, nil
}

// Name is "embedded".
func (a *Analyser) Name() string { return domain.AnalyserEmbedded }

// Analyse answers one analysis for each text, in order. Only the first 2000 letters of a text are
// looked at; the language is found in the text itself. The error is the context's.
func (a *Analyser) Analyse(ctx context.Context, texts []domain.AnalyseText) ([]domain.Analysis, error) {
	work := a.workspaces.Get().(*workspace)
	defer a.workspaces.Put(work)
	analyses := make([]domain.Analysis, 0, len(texts))
	for _, text := range texts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		analyses = append(analyses, a.analyse(text.Text, work))
	}
	return analyses, nil
}

func (a *Analyser) analyse(text string, work *workspace) domain.Analysis {
	a.extractor.Extract(text, &work.document)
	if len(work.document.Words) == 0 {
		return domain.Analysis{
			Emotion:   domain.Emotion{Sentiment: domain.SentimentNeutral, Confidence: 1},
			Complaint: domain.Complaint{Confidence: 1},
		}
	}
	sums := a.model.Sums(work.document.Features)
	chances := model.ChancesOf(sums, a.model.Coverage(work.document.Words), work.document.IsHangul())
	analysis := domain.Analysis{Emotion: emotion(chances)}
	if !chances.IsComplaint() {
		analysis.Complaint.Confidence = rounded(1 - chances.Complaint)
		return analysis
	}
	analysis.Complaint = domain.Complaint{
		Detected:   true,
		Category:   category(sums),
		Confidence: rounded(chances.Complaint),
		Reasons:    a.reasons(text, work),
	}
	return analysis
}

// emotion takes the likeliest sentiment; the score is how much likelier positive is than negative.
func emotion(chances model.Chances) domain.Emotion {
	best := chances.Sentiment()
	return domain.Emotion{
		Sentiment:  model.Sentiments()[best],
		Score:      rounded(min(max(chances.Sentiments[0]-chances.Sentiments[2], -1), 1)),
		Confidence: rounded(min(chances.Sentiments[best], 1)),
	}
}

// rounded keeps three decimals: the model knows no more. The sum turns a negative zero around.
func rounded(value float64) float64 { return math.Round(value*1000)/1000 + 0 }

func category(sums [model.Outputs]float32) domain.ComplaintCategory {
	best := model.FirstCategory
	for output := model.FirstCategory; output < model.FirstJoint; output++ {
		if sums[output] > sums[best] {
			best = output
		}
	}
	return model.Categories()[best-model.FirstCategory]
}
