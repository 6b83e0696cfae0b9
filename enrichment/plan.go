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
	// A translator that gives its opinion with the translation is not asked for it alone, unless it
	// came without: then another one has translated, or the text has spoilt the answer.
	alone := len(targets) == 0 || !p.config.OpinionTranslates || task.Attempt > 1
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
		if seen[target] || !needs(message.Enrichment, target) {
			continue
		}
		seen[target] = true
		targets = append(targets, target)
	}
	return targets
}

// needs tells whether the translation is to be asked for: when there is none, or when operators
// want to know anew what providers say beside a correction.
func needs(e domain.Enrichment, target string) bool {
	if e.Reopened > 0 && e.CorrectedTranslation(target) {
		return e.Machine == nil || e.Machine.Translations[target] == ""
	}
	return e.Translations[target] == ""
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
