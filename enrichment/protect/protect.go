// Package protect finds in a text what a translation must keep: numbers of teeth and every other
// number, shades, measures with their unit, dates, times, amounts of money, percentages, numbers of
// orders and products, names of files, addresses of the web and of mail. Then it tells what a
// translation does not keep.
//
// It promises that in English, Korean and Spanish
//
//   - a token that is lost, or whose value, unit, currency or letters change, is reported;
//   - a number or shade that only the translation has is reported;
//   - what merely changes its form is not: "0.3 mm" and "0,3mm", "1,200" and "1.200", "$45" and
//     "45달러", "Nov 26" and "26 de noviembre", "2:30 pm" and "오후 2시 30분", "2" and "dos".
//
// It does not promise that each number stands at the right place: two that are swapped are not
// seen, since languages order their words differently. Nor does it see
//
//   - that one of two mentions of the same tooth is lost, or another use of its number: teeth are a set;
//   - a small number that is lost while a word for it stands elsewhere, above all 1 and "a", "un", "한";
//   - a change to what the notation of the language also means: 3/4 is the 3rd of April and the 4th
//     of March, 1.200 in Spanish is 1200 and 1.2, 2:30 without more is day and night;
//   - a year that is left out or added, and numbers that the original writes as words;
//   - amounts that are converted to another unit: they are reported, although they may be right.
//
// The time is linear in the length of the texts. Everything is safe for concurrent use.
package protect

// Find gives the protected tokens of the text as they are written there, in order.
func Find(text string) []string {
	var found []string
	for _, t := range read(text, "") {
		if !t.optional {
			found = append(found, t.text)
		}
	}
	return found
}

// Missing gives the tokens of the original that the translation does not keep, then those that only
// the translation has; nil when it keeps all. source and target are the languages of the two as BCP
// 47 tags; of an unknown one numbers are read as in English.
func Missing(original, translation, source, target string) []string {
	if original == translation {
		return nil
	}
	c := newComparison(read(original, source), read(translation, target))
	c.matchWhole()
	c.matchParts()
	return c.report()
}
