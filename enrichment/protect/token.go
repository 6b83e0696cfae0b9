package protect

// token is a protected part of a text.
type token struct {
	text       string
	start, end int
	// keys are its meanings, the likeliest first: two tokens with a common key are the same.
	keys []string
	// parts are the keys of the tokens that it may be split into: "11-13 de noviembre" has a date and
	// a number, "del 11 al 13 de noviembre" a number and a date.
	parts []string
	year  string // of a date; empty when it is not written
	tooth bool   // its number or letter names a tooth in the text
	// optional tokens satisfy one of the other text, but nobody misses them: numbers as words.
	optional bool
}

func numberKey(value string) string          { return "number " + value }
func measureKey(value, unit string) string   { return "measure " + value + " " + unit }
func moneyKey(value, currency string) string { return "money " + value + " " + currency }
func codeKey(code string) string             { return "code " + code }
func monthKey(month string) string           { return "month " + month }

func numberKeys(values []string) []string {
	keys := make([]string, len(values))
	for i, value := range values {
		keys[i] = numberKey(value)
	}
	return keys
}
