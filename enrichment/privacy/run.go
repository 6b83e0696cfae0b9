package privacy

import "strings"

// longestRun is how many groups of digits are looked at together.
const longestRun = 8

// group is digits without a separator.
type group struct {
	start, end int
	token      int
	separator  byte // what stands before it: the first sign, or a space; 0 before the first group
}

// run is groups of digits with the usual separators of telephone numbers and dates between them.
type run struct {
	text   string
	groups []group
}

// run gives the groups from the token on. It is good until the next one is asked for.
func (f *finder) run(at int) run {
	if len(f.groups) > 0 && f.groups[0].token == at {
		return run{text: f.text, groups: f.groups}
	}
	first := f.tokens[at]
	f.groups = append(f.groups[:0], group{start: first.start, end: first.end, token: at})
	for len(f.groups) < longestRun {
		next, found := f.nextGroup(f.groups[len(f.groups)-1])
		if !found {
			break
		}
		f.groups = append(f.groups, next)
	}
	return run{text: f.text, groups: f.groups}
}

// nextGroup gives the digits that only a separator parts from the last ones.
func (f *finder) nextGroup(last group) (group, bool) {
	at := last.token + 1
	for at <= last.token+longestSeparator && f.token(at).kind == sign {
		at++
	}
	t := f.token(at)
	if t.kind != digits {
		return group{}, false
	}
	separator, ok := separatorOf(f.text[last.end:t.start])
	return group{start: t.start, end: t.end, token: at, separator: separator}, ok
}

// longestSeparator is how many signs and spaces are between two groups at most.
const longestSeparator = 3

// separatorOf gives the first sign of what is between two groups of digits, or a space.
func separatorOf(between string) (byte, bool) {
	first, count := byte(0), 0
	for _, r := range between {
		plain := byte(' ')
		switch r {
		case ' ', '\u00a0':
		case '–', '‑':
			plain = '-'
		case '-', '.', '/', '(', ')':
			plain = byte(r)
		default:
			return 0, false
		}
		if count++; count > longestSeparator {
			return 0, false
		}
		if first == 0 || first == ' ' {
			first = plain
		}
	}
	return first, count > 0
}

func (r run) digits(i int) string { return r.text[r.groups[i].start:r.groups[i].end] }

func (r run) length(i int) int { return r.groups[i].end - r.groups[i].start }

// has tells whether the run begins with groups of these lengths, none behind a slash.
func (r run) has(lengths ...int) bool {
	if len(r.groups) < len(lengths) {
		return false
	}
	for i, length := range lengths {
		if r.length(i) != length || r.groups[i].separator == '/' {
			return false
		}
	}
	return true
}

// tight tells whether more than spaces is between the first groups.
func (r run) tight(count int) bool {
	for _, g := range r.groups[1:count] {
		if g.separator == ' ' {
			return false
		}
	}
	return true
}

// freeBefore tells whether a number of its own begins at the token: nothing that it belongs to is
// attached before it, as in "ORD-2024", "#14" and "$200".
func (f *finder) freeBefore(at int) bool {
	t, before := f.token(at), f.token(at-1)
	if at == 0 || !t.glued {
		return true
	}
	switch {
	case before.kind == letters || before.kind == digits:
		return false
	case strings.Contains("-–./_", before.word):
		return !before.glued
	}
	return !strings.Contains("#№$€₩£¥", before.word)
}

var extensions = set("x ext")

// freeAfter tells whether a number of its own ends with the token. Hangul may follow at once.
func (f *finder) freeAfter(at int) bool {
	after, beyond := f.token(at+1), f.token(at+2)
	if at+1 >= len(f.tokens) || !after.glued {
		return true
	}
	switch {
	case after.kind == letters:
		return extensions[after.lower] && beyond.kind == digits
	case strings.Contains("-–./_,", after.word):
		return !beyond.glued || beyond.kind == hangul || beyond.kind == sign || after.word == "," && beyond.kind != digits
	}
	return !strings.Contains("%°$€₩£¥", after.word)
}
