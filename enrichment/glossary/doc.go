// Package glossary is the embedded translator: it knows the terms of dental technology in English
// and Korean and needs nothing installed.
//
// It finds terms, it does not translate: its answers hold no text, since a word-by-word gloss
// would pass for a translation and mislead. Pairs other than English and Korean get empty answers.
//
// A text is read once, from left to right, through a trie of all terms of its language. At each
// place the longest term wins and the reading goes on behind it. Case does not matter; a hyphen,
// a space and several spaces are the same.
//
// English terms stand between word boundaries, the last word singular or plural. Korean terms are
// found inside of words too, since particles and further nouns are attached to them, but the
// shorter a term is, the more words hold its syllables by chance:
//
//   - three syllables and more: anywhere
//   - two: at the beginning of a word, or right behind another term
//   - one: as a word of its own, with at most a particle behind it
//
// everyday.txt lists phrases that hold a term and mean something else.
package glossary
