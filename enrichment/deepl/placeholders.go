package deepl

import (
	"regexp"
	"strings"
)

// ignoredTag is around what must not be translated.
const ignoredTag = "x"

var (
	// placeholder stands for a name or the like that is put back after the translation.
	placeholder = regexp.MustCompile(`⟦[0-9]+⟧`)
	escaper     = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	// restorer works in one pass, so that a text that shows an entity stays what it was.
	restorer = strings.NewReplacer(
		"<"+ignoredTag+">", "", "</"+ignoredTag+">", "", "&amp;", "&", "&lt;", "<", "&gt;", ">",
		"&quot;", `"`, "&apos;", "'", "&#39;", "'", "&#34;", `"`,
	)
)

// separate gives the places of the texts without placeholders and of those with some. Only the
// latter are sent as XML, which DeepL takes apart in its own way.
func separate(texts []string) (plain, marked []int) {
	for place, text := range texts {
		if placeholder.MatchString(text) {
			marked = append(marked, place)
			continue
		}
		plain = append(plain, place)
	}
	return plain, marked
}

// prepare gives the text as it is sent.
func (b translateBody) prepare(text string) string {
	if b.TagHandling == "" {
		return text
	}
	return placeholder.ReplaceAllString(escaper.Replace(text), "<"+ignoredTag+">$0</"+ignoredTag+">")
}

// restore undoes prepare in the answer.
func (b translateBody) restore(text string) string {
	if b.TagHandling == "" {
		return text
	}
	return restorer.Replace(text)
}
