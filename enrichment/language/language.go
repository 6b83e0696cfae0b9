// Package language tells which language a message is written in, better than its script alone: an
// operator whose profile says Korean writes English to a clinic, and a Spanish clinic too.
//
// Chat messages are short, and a guess that is wrong costs more than none: the message would be
// translated from the wrong language, or not at all. So the sender's profile holds unless the text
// is long enough and the detector sure.
package language

import (
	"strings"
	"unicode"

	"github.com/abadojack/whatlanggo"

	"dentalk/domain"
)

const (
	// fewestLetters is what the detector needs. Below it "thx!!" and "Glad we switched." are taken
	// for any language.
	fewestLetters = 25
	// sure is the confidence from which on the profile is overruled: what the detector itself calls
	// reliable. Of 3,725 English and Spanish messages of the analyser's corpus that are long enough
	// it then takes 0.6 % for another language and leaves 30 % undecided; at 0.5 it would be 1.2 %
	// and 20 %.
	sure = whatlanggo.ReliableConfidenceThreshold
)

// known are the languages in Latin letters that the detector is to choose from. The more there are,
// the more often a short text is taken for one that nobody here writes.
var known = map[whatlanggo.Lang]bool{
	whatlanggo.Eng: true, whatlanggo.Spa: true, whatlanggo.Fra: true, whatlanggo.Deu: true, whatlanggo.Ita: true,
	whatlanggo.Por: true, whatlanggo.Nld: true, whatlanggo.Tur: true, whatlanggo.Vie: true,
}

// Detect gives the language of the text without script and region, for example "en". The profile is
// the sender's, a BCP 47 tag.
func Detect(text, profile string) string {
	otherwise := domain.LanguageOf(text, profile)
	words, letters := plainWords(text)
	if letters < fewestLetters || !isKnown(otherwise) || looksLike(otherwise, words) {
		return otherwise
	}
	guess := whatlanggo.DetectWithOptions(words, whatlanggo.Options{Whitelist: known})
	if guess.Confidence < sure {
		return otherwise
	}
	return guess.Lang.Iso6391()
}

// commonest words of the languages that most is written in, none of which is a word of the other.
var commonest = map[string]map[string]bool{
	"en": set("the", "is", "and", "for", "we", "you", "this", "with", "please", "was", "it", "on", "are", "not", "to", "of", "be", "my"),
	"es": set("el", "la", "los", "las", "que", "por", "para", "con", "una", "está", "del", "se", "en", "es", "favor", "y", "nos", "muy"),
}

func set(words ...string) map[string]bool {
	members := make(map[string]bool, len(words))
	for _, word := range words {
		members[word] = true
	}
	return members
}

// looksLike spares the detector, which costs more than all the rest of a POST, for the many texts
// that are plainly in the language of the profile.
func looksLike(language, words string) bool {
	hits := 0
	for word := range strings.FieldsSeq(words) {
		if commonest[language][strings.ToLower(strings.Trim(word, ".,;:!?()\"'¿¡"))] {
			hits++
		}
	}
	return hits >= 3
}

// isKnown tells whether the detector can tell the language from others. Where it cannot, as with
// Malay, it would take the text for one that it knows.
func isKnown(code string) bool {
	for language := range known {
		if language.Iso6391() == code {
			return true
		}
	}
	return false
}

// plainWords leaves out what is the same in every language (addresses, names of files, codes, and
// abbreviations in capitals) and counts the letters of the rest; none when there are letters that
// are not Latin, since then the script has decided.
func plainWords(text string) (words string, letters int) {
	var plain []string
	for _, word := range strings.Fields(text) {
		count := 0
		for _, r := range word {
			if !unicode.IsLetter(r) {
				continue
			}
			if !unicode.Is(unicode.Latin, r) {
				return "", 0
			}
			count++
		}
		if isCode(word) {
			continue
		}
		plain, letters = append(plain, word), letters+count
	}
	return strings.Join(plain, " "), letters
}

func isCode(word string) bool {
	if strings.ContainsAny(word, "0123456789@/\\_#") {
		return true
	}
	word = strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) })
	return strings.Contains(word, ".") || len(word) > 1 && word == strings.ToUpper(word)
}
