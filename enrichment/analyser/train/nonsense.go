package main

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"dentalk/domain"
)

// The letters of the nonsense, for each kind of writing: Latin syllables, Hangul by its code
// points, and writing that the analyser does not know.
var (
	onsets  = strings.Fields("b c d f g h j k l m n p r s t v w z br ch cl dr fl gr kr pl pr sh st th tr vl zw")
	rhymes  = strings.Fields("a e i o u ai an ar el en er ik il in ol on or os um ur ax eth ish onk")
	foreign = [...]struct{ first, count rune }{{0x4e00, 0x51a0}, {0x3041, 86}, {0x0430, 32}, {0x0620, 42}, {0x0904, 54}, {0x0e01, 46}}
)

// nonsenses is how many messages of words that mean nothing every language gets.
const nonsenses = 150

// nonsense makes messages of invented words, codes and foreign writing. All of them are neutral:
// they teach the model that what it does not know is no evidence.
func nonsense(language string, random *rand.Rand) []message {
	messages := make([]message, 0, nonsenses)
	for number := range nonsenses {
		var words []string
		for range 1 + random.IntN(6)*random.IntN(2) {
			words = append(words, invented(language, random))
		}
		text := strings.Join(words, " ")
		if random.IntN(4) == 0 {
			text += [...]string{".", "?", "!"}[random.IntN(3)]
		}
		id := fmt.Sprintf("%s-%04d%s", language, number, nonsenseMark)
		messages = append(messages, message{id, language, text, label{sentiment: domain.SentimentNeutral}})
	}
	return messages
}

func invented(language string, random *rand.Rand) string {
	var word strings.Builder
	switch kind := random.IntN(8); {
	case kind == 0: // a code or a name of a file
		fmt.Fprintf(&word, "%s%d", onsets[random.IntN(len(onsets))], random.IntN(100_000))
	case kind == 1:
		script := foreign[random.IntN(len(foreign))]
		for range 2 + random.IntN(8) {
			word.WriteRune(script.first + random.Int32N(script.count))
		}
	case kind < 6 && language == "ko":
		for range 1 + random.IntN(4) {
			word.WriteRune(0xac00 + random.Int32N(11172))
		}
	default:
		for range 1 + random.IntN(4) {
			word.WriteString(onsets[random.IntN(len(onsets))] + rhymes[random.IntN(len(rhymes))])
		}
	}
	return word.String()
}
