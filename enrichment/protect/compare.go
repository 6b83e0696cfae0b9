package protect

import (
	"maps"
	"slices"
	"strings"
)

// comparison matches the tokens of an original with those of its translation.
type comparison struct {
	original, translation side
}

// side is one of the two texts.
type side struct {
	tokens  []token
	matched []bool
	byKey   map[string][]int // all tokens of a key
	free    map[string][]int // those that may still be matched
	months  map[string]bool  // the keys of the months that are named, also in dates
	years   map[string]bool  // of the dates that have one
	// open counts the parts of the tokens that match none of the other text as they are.
	open map[string]int
}

func newComparison(original, translation []token) *comparison {
	return &comparison{newSide(original), newSide(translation)}
}

func newSide(tokens []token) side {
	s := side{
		tokens: tokens, matched: make([]bool, len(tokens)), byKey: map[string][]int{}, free: map[string][]int{},
		months: map[string]bool{}, years: map[string]bool{}, open: map[string]int{},
	}
	for i, t := range tokens {
		if t.year != "" {
			s.years[t.year] = true
		}
		for _, key := range t.keys {
			s.byKey[key] = append(s.byKey[key], i)
			s.months[key] = s.months[key] || isMonth(key)
		}
		for _, part := range t.parts {
			s.months[part] = s.months[part] || isMonth(part)
		}
	}
	maps.Copy(s.free, s.byKey)
	return s
}

func isMonth(key string) bool { return strings.HasPrefix(key, monthKey("")) }

// take finds a token of the key that nothing has matched yet. The ones that are passed over are
// dropped from the index, so that a long row of one number costs no more than another.
func (s *side) take(key, year string, optional bool) bool {
	rest := s.free[key]
	for len(rest) > 0 && s.matched[rest[0]] {
		rest = rest[1:]
	}
	s.free[key] = rest
	for _, i := range rest {
		t := s.tokens[i]
		if !s.matched[i] && t.optional == optional && (t.year == "" || year == "" || t.year == year) {
			s.matched[i] = true
			return true
		}
	}
	return false
}

// matchWhole pairs the tokens that mean the same as they are.
func (c *comparison) matchWhole() {
	for i, t := range c.original.tokens {
		if !t.optional {
			c.original.matched[i] = slices.ContainsFunc(t.keys, func(key string) bool { return c.translation.take(key, t.year, false) })
		}
	}
}

// matchParts pairs what remains by its parts: a date in one text may be a month and a number in the
// other. Then numbers may be words. A month may be said once for several days, a year not at all.
func (c *comparison) matchParts() {
	c.original.openParts()
	c.translation.openParts()
	left := maps.Clone(c.translation.open)
	for i, t := range c.original.tokens {
		if !t.optional && !c.original.matched[i] {
			c.original.matched[i] = c.matchPart(t, left)
		}
	}
}

func (s *side) openParts() {
	for i, t := range s.tokens {
		if t.optional || s.matched[i] {
			continue
		}
		for _, part := range partsOf(t) {
			s.open[part]++
		}
	}
}

// matchPart takes the token as a word, or each of its parts from those that are left or as a word.
func (c *comparison) matchPart(t token, left map[string]int) bool {
	if !c.translation.hasYear(t.year) {
		return false
	}
	word := func() bool {
		return slices.ContainsFunc(t.keys, func(key string) bool { return c.translation.take(key, t.year, true) })
	}
	if len(t.parts) > 0 && word() {
		return true
	}
	for _, part := range partsOf(t) {
		switch {
		case left[part] > 0:
			left[part]--
		case c.translation.months[part]:
		case !c.translation.take(part, "", true):
			return len(t.parts) == 0 && word()
		}
	}
	return true
}

// hasYear tells whether the text has the year, or no year at all.
func (s *side) hasYear(year string) bool { return year == "" || len(s.years) == 0 || s.years[year] }

// partsOf gives the parts of a token, and those that have none as their own.
func partsOf(t token) []string {
	if len(t.parts) > 0 {
		return t.parts
	}
	return t.keys[len(t.keys)-1:]
}

// report gives what is lost, then what is invented.
func (c *comparison) report() []string {
	var missing []string
	add := func(text string) {
		if !slices.Contains(missing, text) {
			missing = append(missing, text)
		}
	}
	for i, t := range c.original.tokens {
		if !t.optional && !c.original.matched[i] && !(t.tooth && c.translation.says(t)) {
			add(t.text)
		}
	}
	for i, t := range c.translation.tokens {
		if !t.optional && !c.translation.matched[i] && !c.original.says(t) {
			add(t.text)
		}
	}
	return missing
}

// says tells whether the text has the token somewhere, as a whole or in parts that are not taken.
func (s *side) says(t token) bool {
	for _, key := range t.keys {
		for _, i := range s.byKey[key] {
			if year := s.tokens[i].year; year == "" || t.year == "" || year == t.year {
				return true
			}
		}
	}
	return s.hasYear(t.year) && !slices.ContainsFunc(partsOf(t), func(part string) bool {
		return s.open[part] == 0 && len(s.byKey[part]) == 0 && !s.months[part]
	})
}
