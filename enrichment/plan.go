package enrichment

import (
	"net/url"
	"strings"
	"unicode"

	"dentalk/domain"
)

// Parts of a message that are not translations; those have the name of their target language.
const (
	analysis = ""  // by the embedded analyser
	opinion  = "+" // by the second analyser
)

// part names one part of one message.
type part struct {
	message domain.ID
	target  string // a language, analysis or opinion
}

// work is a claimed message with the calls that are to bring the parts which it lacks.
type work struct {
	task  domain.EnrichmentTask
	lacks []string
	calls map[string]*call // by part
}

// lacks lists the parts that the message still needs, the analyses first. A text that is blank
// needs none.
func (p *Pipeline) lacks(task domain.EnrichmentTask) []string {
	message := task.Message
	if strings.TrimSpace(message.Text) == "" {
		return nil
	}
	var parts []string
	if p.analyser != nil && message.Enrichment.Analyser == "" {
		parts = append(parts, analysis)
	}
	targets := p.targets(task)
	// A translator that gives its opinion with the translation is not asked twice.
	alone := len(targets) == 0 || !p.config.OpinionTranslates
	if p.second != nil && message.Enrichment.Analyser != p.second.name && alone {
		parts = append(parts, opinion)
	}
	return append(parts, targets...)
}

// targets lists the languages into which the message still is to be translated. Nobody needs a
// translation into the language that the text is in, or of a text without words.
func (p *Pipeline) targets(task domain.EnrichmentTask) []string {
	message := task.Message
	if p.translator == nil || !hasWords(message.Text) {
		return nil
	}
	var targets []string
	seen := map[string]bool{"": true, base(message.Enrichment.Language): true}
	for _, target := range task.Targets {
		target = base(target)
		if seen[target] || message.Enrichment.Translations[target] != "" {
			continue
		}
		seen[target] = true
		targets = append(targets, target)
	}
	return targets
}

// hasWords tells whether there is a letter outside of addresses of the web: emoji and numbers are
// the same in every language.
func hasWords(text string) bool {
	for _, word := range strings.Fields(text) {
		if strings.ContainsFunc(word, unicode.IsLetter) && !isAddress(word) {
			return true
		}
	}
	return false
}

func isAddress(word string) bool {
	address, err := url.Parse(word)
	return err == nil && (address.Scheme == "http" || address.Scheme == "https") && address.Host != ""
}

// base is the language without script and region, "en" of "en-US": what providers know, and what
// makes one translation serve all its readers.
func base(tag string) string {
	language, _, _ := strings.Cut(tag, "-")
	return strings.ToLower(language)
}
