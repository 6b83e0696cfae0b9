package analyser_test

import (
	"strings"
	"unicode"

	"dentalk/domain"
)

// The baseline is what one would write without training: words with a polarity, negation that
// turns the next three words around, and a list of words that mean trouble with an order.
// English words are matched whole or by the beginning given, Korean ones inside the text.
const (
	positiveWords = `thank thanks thx great good nice perfect perfectly excellent beautiful beautifully love loves
		loved happy pleased glad amazing awesome fantastic wonderful best superb impressed appreciate appreciated
		delighted satisfied gorgeous lovely brilliant flawless smooth smile fast quick natural easy cheers 👍 😍 🙏 😊 😄 👏 ❤`
	negativeWords = `bad wrong terrible awful horrible poor late broken damaged cracked chipped disappointed
		unhappy unacceptable angry upset furious annoyed frustrated frustrating worst worse problem issue mistake
		error fail failed fails missing lost sorry sadly unfortunately delay delayed hate rough useless shame
		ridiculous complaint loose open crushed pain`
	complaintWords = `late delay delayed overdue waiting broken cracked chipped damaged crushed wrong missing
		incorrect open loose tight high gap remake redo refund charged overcharged unacceptable disappointed
		complaint ignored poor mismatch promised`
	negationWords = `not no never don't doesn't didn't isn't wasn't won't can't cannot couldn't without nothing`

	positiveParts  = `감사 고맙 좋 예쁘 완벽 최고 만족 훌륭 마음에 잘 덕분 굿 대박 자연스럽 깔끔 편했 👍 👏 🙏 ^^`
	negativeParts  = `안맞 맞지 늦 깨 파손 불량 실망 문제 나쁘 잘못 틀리 엉망 최악 화가 아쉽 죄송 불만 부러 지연 떨어 거칠 안타깝 실수 ㅠ`
	complaintParts = `안 맞|안 왔|늦|지연|깨|파손|부러|잘못 |틀리|틀렸|다른 환자|누락|빠졌|실망|불만|엉망|환불|재제작|높아|헐거|청구|답이 없|연락이 없|아직`
)

// judgeByWords is the baseline.
func judgeByWords(text string) verdict {
	text = strings.ToLower(text)
	score, trouble, negated := 0, false, 0
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool {
		return r != '\'' && (unicode.IsSpace(r) || unicode.IsPunct(r))
	}) {
		polarity := number(isListed(positiveWords, word)) - number(isListed(negativeWords, word))
		if negated > 0 {
			polarity, negated = -polarity, negated-1
		}
		score += polarity
		trouble = trouble || isListed(complaintWords, word)
		if isListed(negationWords, word) {
			negated = 3
		}
	}
	for part := range strings.FieldsSeq(positiveParts) {
		score += number(strings.Contains(text, part))
	}
	for part := range strings.FieldsSeq(negativeParts) {
		score -= number(len(part) > len("안") && strings.Contains(text, part))
	}
	for part := range strings.SplitSeq(complaintParts, "|") {
		trouble = trouble || strings.Contains(text, part)
	}
	switch {
	case score > 0:
		return verdict{domain.SentimentPositive, trouble && score < 2}
	case score < 0:
		return verdict{domain.SentimentNegative, trouble}
	}
	return verdict{domain.SentimentNeutral, trouble}
}

func isListed(list, word string) bool {
	for each := range strings.FieldsSeq(list) {
		if each == word {
			return true
		}
	}
	return false
}
