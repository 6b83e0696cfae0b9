package protect

import "strings"

// clock reads times of the day: "14:30", "2:30 pm", "오후 2시 30분", "2 de la tarde". An hour alone is
// one only with a word that says so.
func (r *reader) clock(at int) int {
	if next := r.past(at); next > at {
		return next
	}
	number, half := at, koreanHalf(r.lexemes[at].word)
	if half != "" && r.lexemes[at].kind == hangul && r.at(at+1).kind == digits {
		number++
	} else {
		half = ""
	}
	if r.lexemes[number].kind != digits || isHour(r.lexemes[number].word) == "" {
		return at
	}
	end, minute, marked := r.minutes(number)
	if after, behind := r.half(end); after != "" {
		half, end, marked = after, behind, true
	}
	if !marked {
		return at
	}
	t := token{keys: timeKeys(r.lexemes[number].word, minute, half)}
	if half == "" && minute == "00" {
		t.parts = []string{numberKey(plain(r.lexemes[number].word))}
	}
	t.text = r.text[r.lexemes[at].start:r.clockEnd(end)]
	return r.add(at, end, t)
}

// past reads "half past 5" and "quarter past 5 pm".
func (r *reader) past(at int) int {
	minute := ""
	switch r.lexemes[at].word {
	case "half":
		minute = "30"
	case "quarter":
		minute = "15"
	}
	hour := r.at(at + 2)
	if minute == "" || r.at(at+1).word != "past" || hour.kind != digits || isHour(hour.word) == "" {
		return at
	}
	half, end := r.half(at + 3)
	if half == "" {
		end = at + 3
	}
	return r.add(at, end, token{keys: timeKeys(hour.word, minute, half)})
}

// clockEnd leaves the particles of Korean out of the text.
func (r *reader) clockEnd(end int) int {
	l := r.lexemes[end-1]
	for _, word := range []string{"시", "분", "반"} {
		if l.kind == hangul && strings.HasPrefix(l.word, word) {
			return l.start + len(word)
		}
	}
	return l.end
}

// minutes reads what makes the number an hour, with the minutes if there are any.
func (r *reader) minutes(number int) (end int, minute string, marked bool) {
	next, third := r.at(number+1), r.at(number+2)
	switch {
	case next.word == ":" && next.glued && third.glued && isMinute(third.word):
		return r.skipHours(number + 3), third.word, true
	case next.kind == latin && next.word == "h" && next.glued && third.glued && isMinute(third.word):
		return number + 3, third.word, true
	case next.kind == hangul && strings.HasPrefix(next.word, "시") && !startsOther(next.word):
		return r.koreanMinutes(number + 2)
	case next.word == "o" && r.at(number+3).word == "clock":
		return number + 4, "00", true
	case next.word == "y" && third.word == "media" && r.at(number-1).word == "las":
		return number + 3, "30", true
	case next.word == "y" && third.word == "cuarto" && r.at(number-1).word == "las":
		return number + 3, "15", true
	case next.word == "h" && r.at(number-1).word == "las":
		return number + 2, "00", true
	}
	return number + 1, "00", false
}

func startsOther(word string) bool {
	for _, other := range []string{"시간", "시적", "시술", "시작", "시안", "시공"} {
		if strings.HasPrefix(word, other) {
			return true
		}
	}
	return false
}

func (r *reader) koreanMinutes(at int) (end int, minute string, marked bool) {
	l, next := r.at(at), r.at(at+1)
	switch {
	case r.at(at-1).word == "시" && l.kind == digits && isMinute(zeroed(l.word)) && strings.HasPrefix(next.word, "분") && next.glued:
		return at + 2, zeroed(l.word), true
	case r.at(at-1).word == "시" && (l.word == "반" || strings.HasPrefix(l.word, "반에") || strings.HasPrefix(l.word, "반까지")):
		return at + 1, "30", true
	}
	return at, "00", true
}

// skipHours goes over seconds and over "h" and "hrs" behind 14:30.
func (r *reader) skipHours(at int) int {
	if l := r.at(at); l.word == "h" || l.word == "hs" || l.word == "hrs" {
		return at + 1
	}
	return at
}

// half reads which half of the day is meant behind the time.
func (r *reader) half(at int) (half string, end int) {
	l := r.at(at)
	switch {
	case l.word == "am" || l.word == "pm":
		return l.word, at + 1
	case (l.word == "a" || l.word == "p") && r.at(at+1).word == "." && r.at(at+2).word == "m":
		if r.at(at+3).word == "." {
			return l.word + "m", at + 4
		}
		return l.word + "m", at + 3
	case (l.word == "de" || l.word == "por" || l.word == "in") && (r.at(at+1).word == "la" || r.at(at+1).word == "the"):
		switch r.at(at + 2).word {
		case "tarde", "noche", "afternoon", "evening":
			return "pm", at + 3
		case "mañana", "madrugada", "morning":
			return "am", at + 3
		}
	}
	return "", at
}

func koreanHalf(word string) string {
	switch word {
	case "오전", "아침", "새벽":
		return "am"
	case "오후", "저녁", "밤", "낮":
		return "pm"
	}
	return ""
}
