package privacy

import (
	"slices"
	"strconv"
	"strings"
)

// mask knows what the placeholders of one text stand for: ⟦1⟧ for the first of the values.
type mask struct {
	values []string
	counts []int // how often each value was masked
}

// newMask gives the text with every value replaced by its placeholder. A text that shows something
// like a placeholder has that masked, too, so that what comes back is ours.
func newMask(text string) (mask, string) {
	spans := find(text)
	if len(spans) == 0 {
		return mask{}, text
	}
	spans = merged(append(spans, placeholders(text)...))
	var m mask
	var masked strings.Builder
	numbers := make(map[string]int, len(spans))
	end := 0
	for _, s := range spans {
		masked.WriteString(text[end:s.start])
		masked.WriteString("⟦" + strconv.Itoa(m.number(numbers, text[s.start:s.end])) + "⟧")
		end = s.end
	}
	masked.WriteString(text[end:])
	return m, masked.String()
}

// number counts the value and gives its number, from 1.
func (m *mask) number(numbers map[string]int, value string) int {
	number, known := numbers[value]
	if !known {
		m.values, m.counts = append(m.values, value), append(m.counts, 0)
		number = len(m.values)
		numbers[value] = number
	}
	m.counts[number-1]++
	return number
}

// restore puts the values back in one pass, so that no value is read for placeholders.
func (m mask) restore(text string) string {
	if len(m.values) == 0 {
		return text
	}
	var restored strings.Builder
	end := 0
	for _, s := range placeholders(text) {
		if s.number < 1 || s.number > len(m.values) {
			continue
		}
		restored.WriteString(text[end:s.start])
		restored.WriteString(m.values[s.number-1])
		end = s.end
	}
	restored.WriteString(text[end:])
	return restored.String()
}

func (m mask) restoreAll(texts []string) []string {
	texts = slices.Clone(texts)
	for i, text := range texts {
		texts[i] = m.restore(text)
	}
	return texts
}

// changed lists the values whose placeholders are not as often in the answer as in the question.
func (m mask) changed(answer string) []string {
	counts := make([]int, len(m.values))
	for _, s := range placeholders(answer) {
		if s.number >= 1 && s.number <= len(counts) {
			counts[s.number-1]++
		}
	}
	var changed []string
	for i, value := range m.values {
		if counts[i] != m.counts[i] {
			changed = append(changed, value)
		}
	}
	return changed
}
