package glossary

import "strings"

// spellings are the forms in which a term is written.
func spellings(language, term string) []string {
	switch language {
	case "en":
		return englishSpellings(term)
	case "ko":
		return koreanSpellings(term)
	case "es":
		return spanishSpellings(term)
	}
	return []string{term, term + "s", term + "es"}
}

// englishSpellings are a term as it is, and plural.
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
	if !strings.Contains(term, " ") {
		return []string{term}
	}
	return []string{term, strings.ReplaceAll(term, " ", "")}
}
