package openai

import (
	"errors"
	"strings"

	"github.com/go-json-experiment/json"
)

// judgement is the model's answer about mood and complaint. A field that is nil is missing.
type judgement struct {
	Reasons    *[]string `json:"complaint_reasons"`
	Complaint  *bool     `json:"complaint"`
	Category   *string   `json:"complaint_category"`
	Certainty  *float64  `json:"complaint_confidence"`
	Sentiment  *string   `json:"sentiment"`
	Score      *float64  `json:"score"`
	Confidence *float64  `json:"confidence"`
}

// translated is the answer with a translation.
type translated struct {
	Translation *string `json:"translation"`
	judgement
}

var errForm = errors.New("the answer is not one JSON object with exactly the fields that are asked for")

// parse reads the answer strictly: no field that is unknown, doubled or of another type.
func parse(content string, into any) error {
	// The decoder's error may quote the answer.
	if json.Unmarshal([]byte(bare(content)), into, json.RejectUnknownMembers(true)) != nil {
		return errForm
	}
	return nil
}

// bare gives the content without what models put around their answers: thoughts before it, whose
// opening tag may be part of the prompt, and the fence of a code block.
func bare(content string) string {
	content = strings.TrimSpace(content)
	if !strings.HasPrefix(content, "{") {
		if _, after, found := strings.Cut(content, "</think>"); found {
			content = strings.TrimSpace(after)
		}
	}
	if fenced, found := strings.CutPrefix(content, "```"); found {
		fenced = strings.TrimPrefix(fenced, "json")
		content = strings.TrimSpace(strings.TrimSuffix(fenced, "```"))
	}
	return content
}

// complete tells whether no field is missing.
func (j judgement) complete() bool {
	return j.Reasons != nil && *j.Reasons != nil && j.Complaint != nil && j.Category != nil && j.Certainty != nil &&
		j.Sentiment != nil && j.Score != nil && j.Confidence != nil
}
