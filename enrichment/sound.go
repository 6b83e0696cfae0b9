package enrichment

import (
	"fmt"
	"unicode/utf8"

	"dentalk/domain"
)

// translationError is the error of a translation: its own, or that it cannot be stored. One such
// answer would otherwise spoil the save of its whole batch.
func translationError(given domain.Translation) error {
	if given.Err == nil && !utf8.ValidString(given.Text) {
		return fmt.Errorf("translation is not UTF-8: %w", errBroken)
	}
	if given.Err == nil && given.Analysis != nil {
		return analysisError(*given.Analysis)
	}
	return given.Err
}

// analysisError is likewise for an analysis, whose numbers must keep to their ranges.
func analysisError(given domain.Analysis) error {
	if given.Err != nil {
		return given.Err
	}
	sound := within(given.Emotion.Score, -1, 1) && within(given.Emotion.Confidence, 0, 1) &&
		within(given.Complaint.Confidence, 0, 1)
	if !sound {
		return fmt.Errorf("analysis has a number out of range: %w", errBroken)
	}
	return nil
}

// within is false for what is not a number.
func within(value, least, most float64) bool { return value >= least && value <= most }
