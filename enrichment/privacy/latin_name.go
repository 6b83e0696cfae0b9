package privacy

// manner is what stands before a name, which decides what is taken for one.
type manner int

const (
	afterTitle   manner = iota // "Mrs."
	afterCasual                // "mrs", after which people write names in lower case
	afterPatient               // "patient"
	afterLabel                 // "patient name:"
)

// longestName is how many words a name has at most, without the likes of "de la".
const longestName = 4

// latinName takes the name that a title or the word patient at the token introduces.
func (f *finder) latinName(at int) int {
	t := f.tokens[at]
	start, how := at+1, afterTitle
	switch {
	case hasFold(f.text[t.start:], "d.ª "):
		start = at + 3
	case f.isTitle(at):
		if f.token(start).word == "." && shortened[t.lower] {
			start++
		} else if shapeOf(t.word) == capitals {
			how = afterPatient
		}
		if how == afterTitle && casualTitles[t.lower] {
			how = afterCasual
		}
	case patients[t.lower]:
		start, how = f.afterPatientWord(at)
	case nameLabels[t.lower] && f.isLabel(at):
		start, how = at+2, afterPatient
	default:
		return at + 1
	}
	return max(f.maskName(start, how), at+1)
}

// isTitle leaves out "5 ms", "MS" and "miss", which are none.
func (f *finder) isTitle(at int) bool {
	switch t := f.tokens[at]; t.lower {
	case "ms":
		return t.word == "Ms" || t.word == "MS" && f.token(at+1).word == "."
	case "miss":
		return t.word == "Miss"
	default:
		return titles[t.lower]
	}
}

// isLabel tells whether the token is the label of a line of a form: "Name:".
func (f *finder) isLabel(at int) bool {
	before := f.token(at - 1)
	return f.token(at+1).word == ":" && (at == 0 || before.kind == lineEnd || before.kind == sign && before.word != "_")
}

// afterPatientWord gives where the name begins behind "patient", "Patient name:" and the like.
func (f *finder) afterPatientWord(at int) (int, manner) {
	how, next := afterPatient, at+1
	if f.isNamed(at) {
		how = afterLabel
	}
	if f.token(next).word == "." && shortened[f.tokens[at].lower] {
		next++
	}
	if f.token(next).word == "'" || f.token(next).word == "’" {
		next += 2 // the 's of "patient's"
	}
	for ; next < at+longestLink; next++ {
		word := f.token(next).lower + f.token(next).signWord()
		switch {
		case word == "name" || word == "nombre":
			how = afterLabel
		case word == ":" && how == afterLabel:
			return next + 1, how
		case !nameLinks[word]:
			if how == afterLabel {
				how = afterPatient
			}
			return next, how
		}
	}
	return next, afterPatient
}

// isNamed tells whether "nombre del" or "name of the" stands before the token.
func (f *finder) isNamed(at int) bool {
	for before := at - 1; before >= max(0, at-3); before-- {
		if word := f.tokens[before].lower; nameLabels[word] || !namedLinks[word] {
			return nameLabels[word]
		}
	}
	return false
}

// maskName masks the name that begins at the token, if there is one, and gives the token behind it.
func (f *finder) maskName(start int, how manner) int {
	if start >= len(f.tokens) || f.tokens[start].kind == lineEnd {
		return start
	}
	if f.tokens[start].kind == hangul {
		return f.maskKorean(start, how == afterLabel || how == afterTitle)
	}
	end := f.nameEnd(start, how)
	if end == start {
		return start
	}
	// A comma turns a name around: "Patient: Lopez, Maria".
	if comma := f.token(end); how != afterTitle && comma.word == "," && f.token(start-1).word == ":" && end == start+1 {
		end = max(end, f.nameEndAfterComma(end+1))
	}
	f.mask(f.tokens[start].start, f.tokens[end-1].end)
	return end
}

func (f *finder) nameEndAfterComma(start int) int {
	if end := f.nameEnd(start, afterPatient); end > start {
		return end
	}
	return 0
}

// nameEnd gives the token behind the name that begins at start; start when there is none.
func (f *finder) nameEnd(start int, how manner) int {
	words, initials, end := 0, 0, start
	for next := start; next < len(f.tokens) && words+initials < longestName; next++ {
		t := f.tokens[next]
		if next > start && !f.spaced(next) {
			break
		}
		switch {
		case f.isInitial(next):
			initials, next = initials+1, next+1
			for f.isInitial(next+1) && f.tokens[next+1].glued {
				initials, next = initials+1, next+2
			}
		case nameParticles[t.lower] && (next > start || how == afterTitle || how == afterCasual):
			continue
		case f.isNameWord(next, how, words+initials == 0):
			words++
		default:
			return f.nameOr(start, end, words, initials)
		}
		end = next + 1
	}
	return f.nameOr(start, end, words, initials)
}

// nameOr refuses a single initial, which is more often a shade or a list's letter.
func (f *finder) nameOr(start, end, words, initials int) int {
	if words == 0 && initials < 2 {
		return start
	}
	return end
}
