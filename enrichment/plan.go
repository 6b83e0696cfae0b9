package enrichment

import (
	"strings"

	"dentalk/domain"
)

// analysis is the part of a message that is not a translation; the others have the name of their
// target language.
const analysis = ""

// part names one part of one message.
type part struct {
	message domain.ID
	target  string // or analysis
}

// work is a claimed message with the calls that are to bring the parts which it lacks.
type work struct {
	task  domain.EnrichmentTask
	lacks []string
	calls map[string]*call // by part
}

// lacks lists the parts that the message still needs, the analysis first. A text that is blank
// needs none, and nobody needs a translation into the language that the text is in.
func (p *Pipeline) lacks(task domain.EnrichmentTask) []string {
	message := task.Message
	if strings.TrimSpace(message.Text) == "" {
		return nil
	}
	var parts []string
	if p.analyser != nil && message.Enrichment.Emotion == nil {
		parts = append(parts, analysis)
	}
	if p.translator == nil {
		return parts
	}
	seen := map[string]bool{"": true, base(message.Enrichment.Language): true}
	for _, target := range task.Targets {
		target = base(target)
		if seen[target] || message.Enrichment.Translations[target] != "" {
			continue
		}
		seen[target] = true
		parts = append(parts, target)
	}
	return parts
}

// base is the language without script and region, "en" of "en-US": what providers know, and what
// makes one translation serve all its readers.
func base(tag string) string {
	language, _, _ := strings.Cut(tag, "-")
	return strings.ToLower(language)
}
