// Package glossary is the engine of the glossary: it finds the terms of a text, and tells whether
// a translation has them. It needs nothing installed.
//
// It finds terms, it does not translate: a word-by-word gloss would pass for a translation and
// mislead. Any two languages in which a term is known are a pair.
//
// A text is read once, from left to right, through a trie of all terms of its language. At each
// place the longest term wins and the reading goes on behind it. Case does not matter; a hyphen,
// a space and several spaces are the same; but for Korean, so are letters with and without accents.
//
// Terms stand between word boundaries, except in scripts that are written without spaces: in
// English the last word is singular or plural, in Spanish also the words before it, up to a
// preposition, and participles are feminine too; in other languages plurals are guessed. Korean
// terms are found inside of words too, since particles and further nouns are attached to them, but
// the shorter a term is, the more words hold its syllables by chance:
//
//   - three syllables and more: anywhere
//   - two: at the beginning of a word, or right behind another term
//   - one: as a word of its own, with at most a particle behind it
//
// everyday.txt lists phrases that hold a term and mean something else.
package glossary
