package privacy

import "strings"

// koreanName takes the name around the Korean word at the token: before "님" and "환자", behind
// "환자" and "환자명". Staff have titles, "원장님", and are left alone.
func (f *finder) koreanName(at int) int {
	t := f.tokens[at]
	if next := f.labelledName(at); next > at {
		return next
	}
	if name := honoured(t.word); name > 0 {
		f.mask(t.start, t.start+name)
		return at + 1
	}
	if _, rest := koreanEntry(patientWords, t.word); rest != t.word || isHonorific(t.word) {
		f.nameBefore(at)
	}
	if next := f.token(at + 1); (t.word == "환자" || t.word == "환자분" || t.word == "환아") && at+1 < len(f.tokens) && next.start-t.end <= 2 {
		return max(f.maskName(at+1, afterPatient), at+1)
	}
	return at + 1
}

// labelledName takes what follows "환자명:" and "환자 이름은".
func (f *finder) labelledName(at int) int {
	t := f.tokens[at]
	sure, rest := koreanEntry(labels, t.word)
	if rest == t.word || rest != "" && rest != "은" && rest != "는" && rest != "이" {
		return at
	}
	// "이름" is also that of a file.
	ofPatient := strings.HasPrefix(t.word, "환") || strings.HasPrefix(f.token(at-1).word, "환자")
	starts := at == 0 || f.token(at-1).kind == lineEnd || f.token(at-1).kind == sign
	colon := f.token(at+1).word == ":" || f.token(at+1).word == "="
	start, how := at+1, afterPatient
	switch {
	case colon && !sure:
		start = at + 2 // "환자: 상악 총의치" names nobody
	case colon && (ofPatient || starts):
		start, how = at+2, afterLabel
	case !ofPatient:
		return at
	}
	if next := f.maskName(start, how); next > start {
		return next
	}
	return at
}

// maskKorean masks the name at the beginning of the Korean word. Behind a label any short word is
// one.
func (f *finder) maskKorean(at int, labelled bool) int {
	t := f.tokens[at]
	length := fullName(t.word)
	if length == 0 || notNames[t.word[:length]] || !isTail(t.word[length:]) {
		length = 0
	}
	if length == 0 && labelled {
		length = labelledLength(t.word)
	}
	if length == 0 || isStaff(t.word[:length]) || f.staffFollows(at) {
		return at
	}
	f.mask(t.start, t.start+length)
	return at + 1
}

func labelledLength(word string) int {
	for _, tail := range []string{"님", "씨", "입니다", "이에요", "예요", "환자"} {
		if cut := strings.Index(word, tail); cut >= 2*syllable {
			word = word[:cut]
		}
	}
	if len(word) < 2*syllable || len(word) > 4*syllable {
		return 0
	}
	return len(word)
}

// nameBefore masks the name in the words before the honorific at the token.
func (f *finder) nameBefore(at int) {
	if at == 0 || f.tokens[at].start-f.tokens[at-1].end > 2 {
		return
	}
	before := f.tokens[at-1]
	if before.kind == hangul {
		f.namesBefore(at - 1)
		return
	}
	start := at
	for start > 0 && at-start < longestName && f.isNameWord(start-1, afterPatient, true) && (start == at || f.spaced(start)) {
		start--
	}
	if start == at {
		return
	}
	for start >= 2 && f.isInitial(start-2) {
		start -= 2
	}
	if f.afterDoctor(start) {
		return
	}
	f.mask(f.tokens[start].start, before.end)
}

// namesBefore masks the name at the token and those that are listed before it, as in "김영숙, 이철수
// 환자".
func (f *finder) namesBefore(at int) {
	for range longestName {
		t := f.token(at)
		if length := fullName(t.word); t.kind != hangul || length == 0 || length < len(t.word) || notNames[t.word] {
			return
		}
		f.mask(t.start, t.end)
		if between := f.token(at - 1).word; between != "," && between != "/" && between != "·" && between != "&" {
			return
		}
		at -= 2
	}
}

// afterDoctor tells whether the name at the token is a dentist's.
func (f *finder) afterDoctor(at int) bool {
	before := f.token(at - 1)
	if before.word == "." {
		before = f.token(at - 2)
	}
	return doctors[before.lower]
}

// staffFollows tells whether the word behind the token makes it the name of a colleague.
func (f *finder) staffFollows(at int) bool {
	next := f.token(at + 1)
	if next.kind != hangul {
		return false
	}
	stem, _, found := strings.Cut(next.word, "님")
	return found && isStaff(stem) && !patientTitles[stem]
}

// honoured gives how many bytes of a word such as "김영숙님께서" are a name; 0 when none are.
func honoured(word string) int {
	if cut := strings.Index(word, "님"); cut >= 2*syllable {
		stem := word[:cut]
		if !isStaff(stem) && cut <= 4*syllable && isTail(word[cut+syllable:]) {
			return cut
		}
	}
	if given, rest, found := strings.Cut(word, "씨"); found && isGivenName(given) && isParticle(rest) {
		return len(given)
	}
	length := fullName(word)
	if length == 0 || length == len(word) || notNames[word[:length]] {
		return 0
	}
	rest := word[length:]
	if _, tail := koreanEntry(patientWords, rest); tail != rest || isHonorific(rest) {
		return length
	}
	return 0
}
