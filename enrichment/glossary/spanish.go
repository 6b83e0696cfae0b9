package glossary

import "strings"

// spanishSpellings are a term as it is; with its first word plural, as in "pilares Ti-base"; with
// all words plural up to a preposition, as in "coronas provisionales" and "colores del muñón"; and a
// lone participle or adjective of these in the feminine, as in "atornillada".
func spanishSpellings(term string) []string {
	words := strings.Fields(term)
	spellings := []string{term}
	if len(words) == 1 {
		for _, word := range []string{term, feminine(term)} {
			if word != "" {
				spellings = append(append(spellings, word), spanishPlurals(word)...)
			}
		}
		return spellings
	}
	for _, first := range spanishPlurals(words[0]) {
		plural := append([]string{first}, words[1:]...)
		spellings = append(spellings, strings.Join(plural, " "))
		for i := 1; i < len(plural) && !preposition(plural[i]); i++ {
			plurals := spanishPlurals(plural[i])
			plural[i] = plurals[len(plurals)-1]
			spellings = append(spellings, strings.Join(plural, " "))
		}
	}
	return spellings
}

// spanishPlurals are the plurals of a word, the most usual last. A word of foreign origin that ends in a
// consonant takes an s alone.
func spanishPlurals(word string) []string {
	last := lastPlain(word)
	switch {
	case strings.ContainsRune("aeiou", last):
		return []string{word + "s"}
	case last == 'z':
		return []string{word[:len(word)-1] + "ces"}
	case last == 's' || last == 'x':
		return []string{word}
	}
	return []string{word + "s", word + "es"}
}

// lastPlain is the last letter without its accent.
func lastPlain(word string) rune { return plain(before(word, len(word))) }

// feminine is the feminine of an adjective whose ending shows that it has one; empty of other words.
func feminine(word string) string {
	if endsIn(strings.ToLower(word), "ado", "ido", "ino", "ico", "oso", "ivo", "orio") {
		return word[:len(word)-1] + "a"
	}
	return ""
}

func preposition(word string) bool {
	switch word {
	case "de", "del", "en", "con", "sin", "a", "al", "para", "por", "sobre", "y", "o":
		return true
	}
	return false
}
