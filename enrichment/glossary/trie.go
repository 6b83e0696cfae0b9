package glossary

import (
	"unicode"
	"unicode/utf8"
)

// nothing is the value of a node where no term ends; passOver of one where a phrase ends that is
// no term. Other values are the places of entries.
const (
	nothing  = -1
	passOver = -2
)

// trie holds spellings, folded rune by rune. Node 0 is the root.
type trie struct{ nodes []node }

type node struct {
	next  map[rune]int
	value int
}

func newTrie() *trie { return &trie{nodes: []node{{value: nothing}}} }

// add puts the spelling into the trie, unless it is there already: what is added first wins.
func (t *trie) add(spelling string, value int) {
	at := 0
	for position := 0; position < len(spelling); {
		r, width := foldAt(spelling, position)
		position += width
		next, known := t.nodes[at].next[r]
		if !known {
			next = len(t.nodes)
			t.nodes = append(t.nodes, node{value: nothing})
			if t.nodes[at].next == nil {
				t.nodes[at].next = map[rune]int{}
			}
			t.nodes[at].next[r] = next
		}
		at = next
	}
	if t.nodes[at].value == nothing {
		t.nodes[at].value = value
	}
}

// longest gives the end and the value of the longest spelling at start that accept agrees to;
// an end of start when there is none.
func (t *trie) longest(text string, start int, accept func(end int) bool) (end, value int) {
	end, value = start, nothing
	at := 0
	for position := start; position < len(text); {
		r, width := foldAt(text, position)
		next, known := t.nodes[at].next[r]
		if !known {
			break
		}
		at, position = next, position+width
		if here := t.nodes[at].value; here != nothing && accept(position) {
			end, value = position, here
		}
	}
	return end, value
}

// foldAt reads one rune, or one run of spaces and hyphens as a single space, in a form in which
// case does not matter, and tells how many bytes it took.
func foldAt(text string, position int) (rune, int) {
	r, width := utf8.DecodeRuneInString(text[position:])
	if !separates(r) {
		return unicode.ToLower(r), width
	}
	end := position + width
	for end < len(text) {
		r, width = utf8.DecodeRuneInString(text[end:])
		if !separates(r) {
			break
		}
		end += width
	}
	return ' ', end - position
}

// separates tells spaces, hyphens and the short dash apart from everything else.
func separates(r rune) bool {
	return r == '-' || r == '‐' || r == '‑' || r == '–' || unicode.IsSpace(r)
}
