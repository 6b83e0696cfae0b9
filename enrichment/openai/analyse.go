package openai

import (
	"context"
	"errors"
	"slices"
	"strings"

	"dentalk/domain"
	"dentalk/enrichment/internal/rest"
)

// Analyse asks for each text by itself.
func (c *Client) Analyse(ctx context.Context, texts []domain.AnalyseText) ([]domain.Analysis, error) {
	batches := rest.Batches{Provider: name, Texts: make([]string, len(texts)), AtOnce: c.atOnce}
	for i, text := range texts {
		batches.Texts[i] = text.Text
	}
	answers, errs, err := rest.Ask(ctx, batches, func(ctx context.Context, places []int) ([]domain.Analysis, error) {
		analysis, err := c.analyse(ctx, texts[places[0]])
		return []domain.Analysis{analysis}, err
	})
	for i := range answers {
		answers[i].Err = errs[i]
	}
	return answers, err
}

func (c *Client) analyse(ctx context.Context, text domain.AnalyseText) (domain.Analysis, error) {
	p, err := analysisPrompt(text)
	if err != nil {
		return domain.Analysis{}, permanent(err)
	}
	return ask(ctx, c, p, func(content string) (domain.Analysis, error) {
		var given judgement
		if err := parse(content, &given); err != nil {
			return domain.Analysis{}, err
		}
		return given.analysis(text.Text)
	})
}

var (
	errRange     = errors.New("a number is out of its range, or the score contradicts the sentiment")
	errSentiment = errors.New("the sentiment is not one of those that are asked for")
	errCategory  = errors.New("the complaint_category is not one of those that are asked for, or contradicts complaint")
)

// none is the category of what is no complaint.
const none = "none"

// analysis is the answer about the text once every field of it is there and makes sense.
func (j judgement) analysis(text string) (domain.Analysis, error) {
	if !j.complete() {
		return domain.Analysis{}, errForm
	}
	emotion := domain.Emotion{Sentiment: domain.Sentiment(*j.Sentiment), Score: *j.Score, Confidence: *j.Confidence}
	complaint := domain.Complaint{Detected: *j.Complaint, Confidence: *j.Certainty}
	if complaint.Detected {
		complaint.Category, complaint.Reasons = domain.ComplaintCategory(*j.Category), reasonsIn(text, *j.Reasons)
	}
	switch {
	case !isSentiment(emotion.Sentiment):
		return domain.Analysis{}, errSentiment
	case complaint.Detected && !isCategory(complaint.Category), !complaint.Detected && *j.Category != none:
		return domain.Analysis{}, errCategory
	case !within(emotion.Score, -1, 1), !within(emotion.Confidence, 0, 1), !within(complaint.Confidence, 0, 1), contradicts(emotion):
		return domain.Analysis{}, errRange
	}
	return domain.Analysis{Emotion: emotion, Complaint: complaint}, nil
}

func isSentiment(s domain.Sentiment) bool {
	return s == domain.SentimentPositive || s == domain.SentimentNeutral || s == domain.SentimentNegative
}

func isCategory(c domain.ComplaintCategory) bool {
	return slices.Contains([]domain.ComplaintCategory{
		domain.CategoryFit, domain.CategoryShade, domain.CategoryDelay, domain.CategoryCommunication,
		domain.CategoryDamage, domain.CategoryWrongItem, domain.CategoryCost, domain.CategoryOther,
	}, c)
}

func within(value, least, most float64) bool { return value >= least && value <= most }

func contradicts(e domain.Emotion) bool {
	return e.Sentiment == domain.SentimentPositive && e.Score < 0 || e.Sentiment == domain.SentimentNegative && e.Score > 0
}

// mostReasons bounds the reasons of a complaint.
const mostReasons = 5

// reasonsIn gives those of the pieces that the text really has: models make some up.
func reasonsIn(text string, pieces []string) []string {
	var reasons []string
	for _, piece := range pieces {
		piece = strings.TrimSpace(piece)
		if piece == "" || !strings.Contains(text, piece) || slices.Contains(reasons, piece) {
			continue
		}
		if reasons = append(reasons, piece); len(reasons) == mostReasons {
			break
		}
	}
	return reasons
}
