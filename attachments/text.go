package attachments

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxLine is how long a line of a model may be, in bytes.
const maxLine = 1 << 20

// inspectText hands on every line of a file without its end, and gives the edits that leave the text
// alone. A file passes only whole: what begins as a model may go on as a script.
func inspectText(f file, accept func(line []byte) bool) ([]edit, error) {
	from := textStart(f)
	to, err := textEnd(f, from)
	if err != nil {
		return nil, err
	}
	if err := eachLine(io.NewSectionReader(f, from, to-from), accept); err != nil {
		return nil, err
	}
	return textEdits(f, from, to), nil
}

// textStart is where the text begins: behind a byte order mark.
func textStart(f file) int64 {
	if beginsWith(f.head, byteOrderMark) {
		return int64(len(byteOrderMark))
	}
	return 0
}

// textEnd is where the text ends: before the zeros that some writers fill the last block with, or the
// mark for the end of a file. None of it is before from.
func textEnd(f file, from int64) (int64, error) {
	tail := make([]byte, min(f.size-from, maxTrailing))
	if _, err := f.ReadAt(tail, f.size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return 0, fmt.Errorf("read the end: %w", err)
	}
	const end = "\x00\x1a"
	last := len(bytes.TrimRight(tail, end+" \t\r\n"))
	if first := bytes.IndexAny(tail[last:], end); first >= 0 {
		return f.size - int64(len(tail)) + int64(last+first), nil
	}
	return f.size, nil
}

func textEdits(f file, from, to int64) []edit {
	edits := cutBehind(to, f.size)
	if from > 0 {
		edits = append(edits, edit{to: from})
	}
	return edits
}

// eachLine hands on every line without its end.
func eachLine(content io.Reader, accept func(line []byte) bool) error {
	lines := bufio.NewScanner(content)
	lines.Buffer(make([]byte, 0, 4096), maxLine)
	lines.Split(splitLine)
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

// splitLine is a bufio.SplitFunc for lines that end with LF, CRLF, or CR alone.
func splitLine(data []byte, atEOF bool) (advance int, line []byte, err error) {
	end := bytes.IndexAny(data, "\r\n")
	switch {
	case end < 0 && atEOF && len(data) > 0:
		return len(data), data, nil
	case end < 0:
		return 0, nil, nil
	case data[end] == '\n':
		return end + 1, data[:end], nil
	case end+1 < len(data) && data[end+1] == '\n':
		return end + 2, data[:end], nil
	case end+1 < len(data) || atEOF:
		return end + 1, data[:end], nil
	}
	return 0, nil, nil // whether LF follows is not read yet
}

// harmless tells whether a line is text that no browser runs. The encoding of names and comments is not
// known.
func harmless(line []byte) bool {
	for _, c := range line {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return !markup(line)
}

// markup tells whether there is an element in it that runs something, or begins what may. Other words
// in angle brackets occur in comments and names, such as addresses.
func markup(text []byte) bool {
	const longest = len("!doctype")
	for {
		_, behind, found := bytes.Cut(text, []byte("<"))
		if !found {
			return false
		}
		name := behind[:min(len(behind), longest+1)]
		if end := bytes.IndexAny(name, " \t\r\n\f\x00/>"); end >= 0 {
			name = name[:end]
		}
		switch strings.ToLower(string(name)) {
		case "!doctype", "?xml", "html", "body", "script", "svg", "iframe", "embed", "img":
			return true
		}
		text = behind
	}
}

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
