package privacy

import "strings"

// isHonorific knows "님" and "씨" with their particles.
func isHonorific(word string) bool {
	for _, honorific := range []string{"님", "씨"} {
		if rest, ok := strings.CutPrefix(word, honorific); ok && isParticle(rest) {
			return true
		}
	}
	return false
}

// fullName gives how many bytes at the beginning of the word have the shape of a surname with a
// given name of two syllables; 0 when they have not. Given names are made of few syllables.
func fullName(word string) int {
	surname := 0
	switch {
	case len(word) >= 4*syllable && doubleSurnames[word[:2*syllable]]:
		surname = 2 * syllable
	case len(word) >= 3*syllable && surnames[word[:syllable]]:
		surname = syllable
	default:
		return 0
	}
	middle, last := word[surname:surname+syllable], word[surname+syllable:surname+2*syllable]
	if !givenSyllables[middle] || !givenSyllables[last] {
		return 0
	}
	// These end many words that are no names; with a frequent surname a name is likelier.
	if (last == "한" || last == "중" || last == "용" || last == "성") && !frequentSurnames[word[:syllable]] {
		return 0
	}
	return surname + 2*syllable
}

// isGivenName tells whether the word is two syllables of given names.
func isGivenName(word string) bool {
	return len(word) == 2*syllable && givenSyllables[word[:syllable]] && givenSyllables[word[syllable:]] && !notNames[word]
}

// isStaff tells whether the words before "님" end with a title.
func isStaff(stem string) bool {
	for length := 2 * syllable; length <= min(len(stem), 4*syllable); length += syllable {
		if koreanTitles[stem[len(stem)-length:]] {
			return true
		}
	}
	return false
}

// isTail tells whether the rest of a word may follow a name: a particle, or an honorific.
func isTail(rest string) bool {
	_, after := koreanEntry(patientWords, rest)
	return isParticle(rest) || after != rest || isHonorific(rest)
}

// isParticle tells whether the rest of a Korean word is nothing, a particle or a copula.
func isParticle(rest string) bool { return rest == "" || particles[rest] }
