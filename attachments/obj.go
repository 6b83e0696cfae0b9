package attachments

import (
	"bytes"
	"slices"
)

// obj is what is found out about a file on the way through it.
type obj struct {
	corners int
	keyword string // of a statement that goes on in the next line
	values  int    // that this statement has had
}

// inspectOBJ takes the statements of polygons, lines and points. Others, above all those that call
// files or commands, are not taken.
func inspectOBJ(f file) ([]edit, error) {
	var o obj
	edits, err := inspectText(f, o.line)
	if err == nil && (!o.end() || o.corners == 0) {
		err = errDamaged
	}
	return edits, err
}

// line takes up a line. Only statements of numbers go on in the next one: behind a name, what looks
// like a part of it to one reader is a statement to another.
func (o *obj) line(line []byte) bool {
	words := withoutComment(bytes.Fields(line))
	if len(words) == 0 {
		return o.end()
	}
	if o.keyword == "" {
		switch string(words[0]) {
		case "s":
			return len(words) == 2 && (is(words[1:], "off") || is(words[1:], "on") || numbers(words[1:], 1))
		case "o", "g", "usemtl", "mtllib": // a name follows
			return true
		}
		o.keyword, words = string(words[0]), words[1:]
	}
	words, continues := withoutContinuation(words)
	o.values += len(words)
	return o.takes(words) && (continues || o.end())
}

func withoutComment(words [][]byte) [][]byte {
	comment := slices.IndexFunc(words, func(word []byte) bool { return word[0] == '#' })
	if comment < 0 {
		return words
	}
	return words[:comment]
}

// withoutContinuation takes away the backslash at the end of a line, and tells whether there was one.
func withoutContinuation(words [][]byte) ([][]byte, bool) {
	if len(words) == 0 {
		return words, false
	}
	last := len(words) - 1
	word, continues := bytes.CutSuffix(words[last], []byte(`\`))
	if len(word) == 0 {
		return words[:last], continues
	}
	words[last] = word
	return words, continues
}

// takes tells whether the words are values of the statement.
func (o *obj) takes(words [][]byte) bool {
	switch o.keyword {
	case "v", "vn", "vt", "vp":
		return numbers(words, 0)
	case "f", "l", "p":
		return madeOf(words, "0123456789-/")
	}
	return false
}

// end ends the statement, if there is one, and tells whether it has had enough values.
func (o *obj) end() bool {
	least := 1
	switch o.keyword {
	case "":
		return true
	case "v":
		o.corners++
		least = 3
	case "vn":
		least = 3
	}
	enough := o.values >= least
	o.keyword, o.values = "", 0
	return enough
}
