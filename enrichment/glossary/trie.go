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
type trie struct {
	accents bool // letters with and without accents are the same
	nodes   []node
	others  map[step]int32 // the further children of all nodes
}

// node has its first child in itself: few have more, and the way through one is short.
type node struct {
	value int
	r     rune
	child int32 // 0 when there is none
}

type step struct {
	node int32
	r    rune
}

func newTrie(accents bool) *trie {
	return &trie{accents: accents, nodes: []node{{value: nothing}}, others: map[step]int32{}}
}

// next is the child of a node by a rune; 0 when there is none.
func (t *trie) next(at int32, r rune) int32 {
	if here := &t.nodes[at]; here.child == 0 || here.r == r {
		return here.child
	}
	return t.others[step{at, r}]
}

// add puts the spelling into the trie, unless it is there already: what is added first wins.
func (t *trie) add(spelling string, value int) {
	at := int32(0)
	for position := 0; position < len(spelling); {
		r, width := t.foldAt(spelling, position)
		position += width
		next := t.next(at, r)
		if next == 0 {
			next = t.grow(at, r)
		}
		at = next
	}
	if t.nodes[at].value == nothing {
		t.nodes[at].value = value
	}
}

func (t *trie) grow(at int32, r rune) int32 {
	child := int32(len(t.nodes)) // #nosec G115 -- the term base is bounded
	t.nodes = append(t.nodes, node{value: nothing})
	if parent := &t.nodes[at]; parent.child == 0 {
		parent.r, parent.child = r, child
	} else {
		t.others[step{at, r}] = child
	}
	return child
}

// longest gives the end and the value of the longest spelling at start that accept agrees to;
// an end of start when there is none.
func (t *trie) longest(text string, start int, accept func(end int) bool) (end, value int) {
	end, value = start, nothing
	at := int32(0)
	for position := start; position < len(text); {
		r, width := t.foldAt(text, position)
		next := t.next(at, r)
		if next == 0 {
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
func (t *trie) foldAt(text string, position int) (rune, int) {
	r, width := utf8.DecodeRuneInString(text[position:])
	if separates(r) {
		return ' ', runOf(text[position:], separates)
	}
	if !t.accents {
		return unicode.ToLower(r), width
	}
	return plain(r), width + runOf(text[position+width:], accent)
}

// runOf is the length of what text begins with of this kind.
func runOf(text string, kind func(rune) bool) int {
	length := 0
	for length < len(text) {
		r, width := utf8.DecodeRuneInString(text[length:])
		if !kind(r) {
			break
		}
		length += width
	}
	return length
}

// separates tells spaces, hyphens and the short dash apart from everything else.
func separates(r rune) bool {
	return r == '-' || r == '‐' || r == '‑' || r == '–' || unicode.IsSpace(r)
}
