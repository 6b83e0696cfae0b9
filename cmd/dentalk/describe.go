package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"dentalk/handlers"
)

// describe says in a few lines what the enrichment has found.
func describe(emotion *handlers.Emotion, complaint *handlers.Complaint, translations map[string]string, terms []handlers.Term) []string {
	var lines []string
	for _, language := range slices.Sorted(maps.Keys(translations)) {
		lines = append(lines, language+": "+translations[language])
	}
	if mood := describeMood(emotion, complaint); mood != "" {
		lines = append(lines, mood)
	}
	if len(terms) > 0 {
		names := make([]string, len(terms))
		for i, term := range terms {
			names[i] = term.Source + " = " + term.Target
		}
		lines = append(lines, "terms: "+strings.Join(names, ", "))
	}
	return lines
}

func describeMood(emotion *handlers.Emotion, complaint *handlers.Complaint) string {
	if emotion == nil {
		return ""
	}
	text := fmt.Sprintf("%s %+.2f", emotion.Sentiment, math.Round(emotion.Score*100)/100+0)
	if complaint == nil || !complaint.Detected {
		return text
	}
	category := "other"
	if complaint.Category != nil {
		category = *complaint.Category
	}
	return fmt.Sprintf("%s · COMPLAINT (%s): “%s”", text, category, strings.Join(complaint.Reasons, "”, “"))
}
