package protect

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestName bounds what is looked through for the end of a name of a file.
const longestName = 160

var extensions = strings.Fields(`stl ply obj zip dcm dicom jpg jpeg png gif heic webp tif tiff pdf dxd 3oxz 3mf rar 7z mp4 mov avi doc
	docx xls xlsx csv tsv txt html xml json constructioninfo exocad dcproject step stp iges`)

// verbatim reads addresses of the web and of mail and names of files.
func (r *reader) verbatim(at int) int {
	l := r.lexemes[at]
	if l.kind == sign || !r.starts(at) || l.glued && strings.ContainsAny(r.at(at-1).word, "._-@/") {
		return at
	}
	end := r.address(l)
	if end == 0 {
		end = r.file(l)
	}
	if end == 0 {
		return at
	}
	to := at + 1
	for to < len(r.lexemes) && r.lexemes[to].start < end {
		to++
	}
	written := r.text[l.start:end]
	return r.add(at, to, token{text: written, keys: []string{codeKey(written)}})
}

func (r *reader) address(l lexeme) int {
	rest := r.text[l.start:]
	if l.word == "http" && strings.HasPrefix(rest[4:], "://") || l.word == "https" && strings.HasPrefix(rest[5:], "://") ||
		l.word == "www" && strings.HasPrefix(rest[3:], ".") {
		length := strings.IndexFunc(rest, func(c rune) bool { return c <= ' ' || c >= 0x7F || strings.ContainsRune("<>\"'`{}|\\^", c) })
		if length < 0 {
			length = len(rest)
		}
		return l.start + len(strings.TrimRight(rest[:length], ".,;:!?)*_"))
	}
	return r.mail(l)
}

func (r *reader) mail(l lexeme) int {
	rest := r.text[l.start:min(len(r.text), l.start+longestName)]
	length := strings.IndexFunc(rest, func(c rune) bool {
		return c >= 0x7F || !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune("._-+@", c)
	})
	if length >= 0 {
		rest = rest[:length]
	}
	rest = strings.TrimRight(rest, "._-+@")
	name, host, found := strings.Cut(rest, "@")
	if !found || name == "" || !strings.Contains(host, ".") {
		return 0
	}
	return l.start + len(rest)
}

// file reads a name up to a known extension. Hangul right before Latin letters is not part of it,
// since words are attached to names: "파일scan.stl".
func (r *reader) file(l lexeme) int {
	before := rune(0)
	for at := l.start; at < len(r.text) && at < l.start+longestName; {
		c, width := utf8.DecodeRuneInString(r.text[at:])
		if c == '.' && before != 0 {
			if end := r.extension(at + 1); end > 0 {
				return end
			}
		}
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune("._-", c) ||
			unicode.Is(unicode.Hangul, before) && c < 0x7F && !strings.ContainsRune("._-", c) {
			return 0
		}
		before = c
		at += width
	}
	return 0
}

func (r *reader) extension(at int) int {
	end := at
	for end < len(r.text) && end < at+20 && (r.text[end] >= '0' && r.text[end] <= '9' || r.text[end]|0x20 >= 'a' && r.text[end]|0x20 <= 'z') {
		end++
	}
	if slices.Contains(extensions, strings.ToLower(r.text[at:end])) {
		return end
	}
	return 0
}
