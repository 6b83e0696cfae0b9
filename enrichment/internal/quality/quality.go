// Package quality tells a translation from an answer that only takes its place: the text as it was,
// a few words instead of all, a remark on the text. It knows nothing of meaning.
package quality

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What Check finds. No error quotes the text or its translation.
var (
	ErrNoWords   = errors.New("the translation has no words")
	ErrUnchanged = errors.New("the translation is the text, or a part of it")
	ErrScript    = errors.New("the translation is not in the script of its language")
	ErrLength    = errors.New("the translation is too short or too long for the text")
)

const (
	// longestRatio is between the characters of a text and of its translation, either way. Korean
	// takes less than half of what English does, Chinese a quarter.
	longestRatio = 5
	// shortText is in characters. Below it a ratio says little.
	shortText = 20
)

// Check tells why the translation of the text into the target language, a BCP 47 tag that is not
// the text's own language, cannot be one; nil when it may be. Texts of names and numbers alone may
// stay as they are.
func Check(target, text, translation string) error {
	characters, answered := utf8.RuneCountInString(text), utf8.RuneCountInString(translation)
	switch {
	case strings.TrimSpace(translation) == "":
		return ErrNoWords
	case answered > longestRatio*max(characters, shortText):
		return ErrLength
	case !hasOrdinaryWords(text):
		return nil
	case !strings.ContainsFunc(translation, unicode.IsLetter):
		return ErrNoWords
	case strings.Contains(words(text), words(translation)):
		return ErrUnchanged
	case !inScript(target, translation):
		return ErrScript
	case characters >= shortText && answered*longestRatio < characters:
		return ErrLength
	}
	return nil
}

// hasOrdinaryWords tells whether there is anything that another language says differently.
func hasOrdinaryWords(text string) bool {
	for i, word := range strings.Fields(text) {
		word = strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
		if isOrdinary(word, i == 0) {
			return true
		}
	}
	return false
}

// isOrdinary is false for numbers, codes, abbreviations, addresses, names of files, and names: a
// capital letter says nothing at the beginning of a text.
func isOrdinary(word string, first bool) bool {
	if strings.ContainsFunc(word, unicode.IsNumber) || strings.ContainsAny(word, "._/@:") {
		return false
	}
	capital, _ := utf8.DecodeRuneInString(word)
	if unicode.IsUpper(capital) && !first {
		return false
	}
	return strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) && !unicode.IsUpper(r) })
}

// words is the text without case and punctuation, with a space around each word.
func words(text string) string {
	fields := strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
	})
	return " " + strings.ToLower(strings.Join(fields, " ")) + " "
}
