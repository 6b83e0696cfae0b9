package attachments

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// maxLine is how long a line of a model may be, in bytes.
const maxLine = 64 << 10

// inspectText hands on every line without its end. A file passes only whole: what begins as a model may
// go on as a script.
func inspectText(content io.Reader, accept func(line []byte) bool) error {
	lines := bufio.NewScanner(content)
	lines.Buffer(make([]byte, 0, 4096), maxLine)
	for lines.Scan() {
		if line := lines.Bytes(); !harmless(line) || !accept(line) {
			return errDamaged
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return errDamaged
	}
	return lines.Err()
}

// harmless tells whether a line is text in which no browser finds markup. The encoding of names and
// comments is not known.
func harmless(line []byte) bool {
	for i, c := range line {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
		if c == '<' && i+1 < len(line) && (letter(line[i+1]) || strings.IndexByte("!/?%", line[i+1]) >= 0) {
			return false
		}
	}
	return true
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// numbers tells whether all words are numbers, at least so many.
func numbers(words [][]byte, least int) bool {
	return len(words) >= least && madeOf(words, "0123456789+-.eE#()nNaAiIfFdDqQ") // also the NaN of C libraries
}

func madeOf(words [][]byte, characters string) bool {
	for _, word := range words {
		for _, c := range word {
			if strings.IndexByte(characters, c) < 0 {
				return false
			}
		}
	}
	return true
}

// is tells whether the words are these, whatever their case.
func is(words [][]byte, want ...string) bool {
	if len(words) < len(want) {
		return false
	}
	for i, one := range want {
		if !bytes.EqualFold(words[i], []byte(one)) {
			return false
		}
	}
	return true
}

func section(f file, from int64) io.Reader { return io.NewSectionReader(f, from, f.size-from) }
