package features

import (
	"math/bits"
	"strings"
)

// Version numbers the rules of this package other than the lexicon; raise it with every change
// of them, because a model fits only the rules that it was trained with.
const Version = 3

// The groups of features. The number is part of the hash.
const (
	groupWord uint32 = iota + 1
	groupPair
	groupSkip
	groupStem
	groupStemPair
	groupPiece
	groupClass
	groupClassPair
	groupShape
	groupBias
	groupNear
	groupStemBefore
	groupStemAfter
	groupFirst
	groupLast
	groupJamo
)

// The length to which each group of features is scaled, found by cross-validation on the corpus.
const (
	wordLength  = 1.2
	pieceLength = 0.7
	classLength = 1.2
	pairLength  = 0.5
	shapeLength = 0.5
	nearLength  = 0.8
	edgeLength  = 0.5
	jamoLength  = 0.7
)

// Extractor turns texts into documents. It is safe for concurrent use.
type Extractor struct {
	lexicon *lexicon
	roles   roles
}

// NewExtractor reads the embedded lists of words.
func NewExtractor() (*Extractor, error) {
	lex, err := readLexicon(lexiconText)
	if err != nil {
		return nil, err
	}
	known, err := readRoles(fillerText)
	if err != nil {
		return nil, err
	}
	return &Extractor{lex, known}, nil
}

// Extract fills the document with what is in the text. Any text will do, also one that is not
// valid UTF-8; only the first MaxRunes runes count.
func (e *Extractor) Extract(text string, doc *Document) {
	doc.Features, doc.Words = doc.Features[:0], doc.Words[:0]
	doc.letters = fold(text, doc.letters[:0])
	doc.add(hashStart(groupBias), 1, 0, 0)
	doc.findWords()
	e.addWords(doc)
	doc.addPieces()
	e.addClasses(doc)
	doc.addNear()
	doc.addEdges()
	doc.addJamo()
	doc.addShape(text)
}

func (d *Document) findWords() {
	for from := 0; from < len(d.letters); {
		to := from + 1
		if isWordRune(d.letters[from].value) {
			for to < len(d.letters) && isWordRune(d.letters[to].value) {
				to++
			}
		}
		if d.letters[from].value != ' ' {
			d.Words = append(d.Words, Word{
				Start: int(d.letters[from].start), End: int(d.letters[to-1].end),
				Hangul: isSyllable(d.letters[from].value),
				from:   int32(from), to: int32(to),
			})
		}
		from = to
	}
}

func (e *Extractor) addWords(d *Document) {
	start := len(d.Features)
	for at, word := range d.Words {
		from, to := int(word.from), int(word.to)
		whole := hashLetters(hashStart(groupWord), d.letters[from:to])
		stem := d.stem(hashStart(groupStem), word)
		d.Words[at].Role = e.roles.of(d.letters[from:to], whole)
		d.add(whole, 1, from, to)
		d.add(stem, 1, from, to)
		d.Words[at].Stem = d.Features[len(d.Features)-1].Bucket
		if at > 0 {
			before := d.Words[at-1]
			d.add(d.join(groupPair, before, word), 0.7, int(before.from), to)
			d.add(d.stem(d.stem(hashStart(groupStemPair), before), word), 0.7, int(before.from), to)
		}
		if at > 1 {
			before := d.Words[at-2]
			d.add(d.stem(d.stem(hashStart(groupSkip), before), word), 0.5, int(before.from), to)
		}
	}
	d.level(start, wordLength)
}

func (d *Document) join(group uint32, first, second Word) uint32 {
	hash := hashLetters(hashStart(group), d.letters[first.from:first.to])
	return hashLetters(hashNext(hash, ' '), d.letters[second.from:second.to])
}

// stem hashes the beginning of a word: two syllables of Hangul, or five Latin letters. It stands
// for the word without its ending, well enough for both.
func (d *Document) stem(hash uint32, word Word) uint32 {
	length := int32(5)
	if isSyllable(d.letters[word.from].value) {
		length = 2
	}
	return hashLetters(hashNext(hash, ' '), d.letters[word.from:min(word.to, word.from+length)])
}

// addPieces adds every run of 2 to 4 letters, and of 5 in Latin writing, spaces included.
func (d *Document) addPieces() {
	start := len(d.Features)
	for from := range d.letters {
		hash := hashStart(groupPiece)
		for to := from; to < min(from+5, len(d.letters)); to++ {
			hash = hashNext(hash, d.letters[to].value)
			if to > from && (to < from+4 || !isSyllable(d.letters[from].value)) {
				d.add(hash, 1, from, to+1)
			}
		}
	}
	d.level(start, pieceLength)
}

// addClasses adds the classes of the lexicon that occur, and every pair of them.
func (e *Extractor) addClasses(doc *Document) {
	clear(doc.counts[:])
	doc.classes = append(doc.classes[:0], make([]uint64, len(doc.Words))...)
	var seen uint64
	e.lexicon.find(doc.letters, func(classes uint64, _, _ int) {
		seen |= classes
		for rest := classes; rest != 0; rest &= rest - 1 {
			doc.counts[bits.TrailingZeros64(rest)]++
		}
	})
	e.lexicon.find(doc.letters, func(classes uint64, from, to int) {
		for rest := classes; rest != 0; rest &= rest - 1 {
			class := bits.TrailingZeros64(rest)
			hash := hashNext(hashStart(groupClass), rune(class)) // #nosec G115 -- at most 64
			doc.add(hash, classLength/float32(doc.counts[class]), from, to)
		}
		first, after := doc.covered(int32(from), int32(to)) // #nosec G115 -- positions in a text, which is bounded
		for at := first; at < after; at++ {
			doc.classes[at] |= classes
			doc.Words[at].Listed = true
			doc.Words[at].Telling = doc.Words[at].Telling || classes&e.lexicon.trouble != 0
		}
	})
	for first := seen; first != 0; first &= first - 1 {
		one := hashNext(hashStart(groupClassPair), rune(bits.TrailingZeros64(first))) // #nosec G115 -- at most 64
		for second := first & (first - 1); second != 0; second &= second - 1 {
			doc.add(hashNext(one, rune(bits.TrailingZeros64(second))), pairLength, 0, 0) // #nosec G115 -- at most 64
		}
	}
	if seen == 0 {
		doc.add(hashNext(hashStart(groupClass), maxClasses), classLength, 0, 0)
	}
}

// addShape adds what the words do not tell: length, question, exclamation, dots and pictographs.
func (d *Document) addShape(text string) {
	length := bits.Len(uint(len(d.Words)))
	d.addMark(rune(length)) // #nosec G115 -- at most 64
	for at, mark := range [...]string{"?", "!", "...", "…", "ㅠ", "ㅋ", "ㅎ", "^^"} {
		if strings.Contains(text, mark) {
			d.addMark(rune(100 + at))
		}
	}
	for _, each := range d.letters {
		if each.value > 0x2190 && each.value < 0x3000 || each.value > 0x1f000 && each.value < 0x20000 {
			d.addMark(200)
			break
		}
	}
}

func (d *Document) addMark(mark rune) {
	d.add(hashNext(hashStart(groupShape), mark), shapeLength, 0, 0)
}
