package features

import (
	_ "embed"
	"fmt"
	"strings"
	"unicode"
)

//go:embed lexicon.txt
var lexiconText string

// maxClasses bounds the classes of the lexicon, so that those found in a text fit into one word.
const maxClasses = 64

// troubles are the names of the classes that a reason of a complaint is made of.
const troubles = " bad broken fitword fitbad colour colourbad late still repeat wrong missing ignored cost costbad escalate waste upset "

// edge leads from a node of the lexicon's tree to the next one over one letter.
type edge struct {
	node  int32
	value rune
}

// ending is what a phrase that ends at a node stands for.
type ending struct {
	classes  uint64 // one bit for each class
	open     uint64 // the classes for which the text may go on with more letters
	anywhere uint64 // the classes for which the text may begin inside a word
}

// lexicon finds phrases of the trade in a folded text. It does not change after it was read.
type lexicon struct {
	names   []string
	edges   map[edge]int32
	endings []ending
	trouble uint64 // the classes of troubles
}

func readLexicon(text string) (*lexicon, error) {
	lex := &lexicon{edges: make(map[edge]int32), endings: make([]ending, 1)}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, phrases, found := strings.Cut(line, ":")
		if !found || len(lex.names) == maxClasses {
			return nil, fmt.Errorf("lexicon line %.20q: no colon, or more than %d classes", line, maxClasses)
		}
		for phrase := range strings.SplitSeq(phrases, "|") {
			lex.add(phrase, uint64(1)<<len(lex.names))
		}
		if strings.Contains(troubles, " "+name+" ") {
			lex.trouble |= uint64(1) << len(lex.names)
		}
		lex.names = append(lex.names, name)
	}
	return lex, nil
}

// add files one phrase with its marks '*' and '_' under a class.
func (lex *lexicon) add(phrase string, class uint64) {
	bare := strings.TrimSuffix(strings.TrimSpace(phrase), "*")
	isOpen := len(bare) < len(strings.TrimSpace(phrase))
	fromStart, toEnd := strings.HasPrefix(bare, "_"), strings.HasSuffix(bare, "_")
	letters := trimSpaces(fold(strings.Trim(bare, "_"), nil))
	if len(letters) == 0 {
		return
	}
	isHangul := isSyllable(letters[0].value)
	node := int32(0)
	for _, each := range letters {
		next, known := lex.edges[edge{node, each.value}]
		if !known {
			next = int32(len(lex.endings)) // #nosec G115 -- the embedded lexicon's, some thousands
			lex.edges[edge{node, each.value}] = next
			lex.endings = append(lex.endings, ending{})
		}
		node = next
	}
	end := &lex.endings[node]
	end.classes |= class
	if isOpen || isHangul && !toEnd {
		end.open |= class
	}
	if isHangul && !fromStart {
		end.anywhere |= class
	}
}

// find calls found for every phrase in the text with the letters that it covers.
func (lex *lexicon) find(text []letter, found func(classes uint64, from, to int)) {
	for from := 1; from < len(text); from++ {
		inside := isWordRune(text[from-1].value)
		if inside && !isSyllable(text[from].value) {
			continue
		}
		node := int32(0)
		for at := from; at < len(text); at++ {
			next, known := lex.edges[edge{node, text[at].value}]
			if !known {
				break
			}
			node = next
			classes := lex.endings[node].classes
			if inside {
				classes &= lex.endings[node].anywhere
			}
			if at+1 < len(text) && isWordRune(text[at+1].value) {
				classes &= lex.endings[node].open
			}
			if classes != 0 {
				found(classes, from, at+1)
			}
		}
	}
}

func trimSpaces(text []letter) []letter {
	for len(text) > 0 && text[0].value == ' ' {
		text = text[1:]
	}
	for len(text) > 0 && text[len(text)-1].value == ' ' {
		text = text[:len(text)-1]
	}
	return text
}

func isWordRune(value rune) bool { return unicode.IsLetter(value) || value == '0' }
