package glossary

import "strings"

// englishSpellings are the forms in which an English term is written: as it is, and plural.
func englishSpellings(term string) []string {
	spellings := []string{term, term + "s"}
	lower := strings.ToLower(term)
	switch {
	case endsIn(lower, "s", "x", "z", "ch", "sh"):
		spellings = append(spellings, term+"es")
	case strings.HasSuffix(lower, "y") && !endsIn(lower, "ay", "ey", "oy", "uy"):
		spellings = append(spellings, term[:len(term)-1]+"ies")
	case strings.HasSuffix(lower, "tooth"):
		spellings = append(spellings, term[:len(term)-len("tooth")]+"teeth")
	}
	if strings.HasSuffix(lower, "sis") {
		spellings = append(spellings, term[:len(term)-2]+"es")
	}
	return spellings
}

func endsIn(word string, endings ...string) bool {
	for _, ending := range endings {
		if strings.HasSuffix(word, ending) {
			return true
		}
	}
	return false
}

// koreanSpellings are the forms in which a Korean term is written: compounds with their spaces
// and without.
func koreanSpellings(term string) []string {
	return []string{term, strings.ReplaceAll(term, " ", "")}
}
