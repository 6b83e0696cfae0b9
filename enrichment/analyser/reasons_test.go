package analyser_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"dentalk/domain"
)

func TestReasonsAreWhatOneWouldPointAt(t *testing.T) {
	a := newAnalyser(t)
	for _, test := range []struct {
		text string
		want []string // some of the reasons; every one is looked for
	}{
		{"It is two weeks late, but any one could see that it does not seat once more.", []string{"two weeks late", "does not seat"}},
		{"The clasp doesn't engage at all.", []string{"doesn't engage"}},
		{"The shade is completely wrong, far too yellow.", []string{"completely wrong"}},
		{"You charged me twice for the same crown.", []string{"charged me twice"}},
		{"I still haven't received the crown that was due last week.", []string{"still haven't received"}},
		{"Nobody answers my messages.", []string{"Nobody answers"}},
		{"late again!", []string{"late again"}},
		{"크라운이 안 맞아요. 확인 부탁드립니다.", []string{"안 맞아요"}},
		{"36번 크라운이 깨져 있습니다", []string{"깨져"}},
		{"답이 없어요", []string{"답이 없어요"}},
		{"다른 환자 보철물이 왔네요.", []string{"다른 환자"}},
		{"납기가 일주일이나 지났습니다 아직도 안 왔어요", []string{"아직도 안 왔어요"}},
		{"La corona llegó rota y además tarde.", []string{"llegó rota"}},
	} {
		got := analyse(t, a, test.text).Complaint
		for _, want := range test.want {
			if !slices.ContainsFunc(got.Reasons, func(reason string) bool { return isAbout(reason, want) }) {
				t.Errorf("reasons of %q are %q, want %q among them", test.text, got.Reasons, want)
			}
		}
	}
}

// isAbout tells whether a reason is the wanted one, or that with a word or two more: every training draws
// the borders of phrases anew.
func isAbout(reason, want string) bool {
	return strings.Contains(reason, want) && len(strings.Fields(reason)) <= len(strings.Fields(want))+2
}

// What the filling words of a message are, nobody points at.
func TestReasonsHoldNoFillers(t *testing.T) {
	a := newAnalyser(t)
	const fillers = "|that|but|any one|up once more|the|it|is|and|crown|patient|있습니다|크라운|크라운이|확인|부탁드립니다|은|la corona|que|pero|"
	for _, row := range readLabelled(t) {
		for _, reason := range analyse(t, a, row.text).Complaint.Reasons {
			if strings.Contains(fillers, "|"+strings.ToLower(reason)+"|") || strings.Trim(reason, " .,;:!?\"'") != reason {
				t.Errorf("reason %q of %q is no reason", reason, row.text)
			}
			if words := len(strings.Fields(reason)); words > 8 {
				t.Errorf("reason %q of %d words", reason, words)
			}
		}
	}
}

func TestTextsWithoutContentAreNeutral(t *testing.T) {
	a := newAnalyser(t)
	for _, text := range []string{
		"hello", "hi", "Hey there", "ok", "OK.", "yes", "14", "14, 19", "36", "#30", "?", "...", "-", "Dr. Kim", "the",
		"안녕하세요", "안녕하세요.", "네", "넵", "있습니다", "크라운", "11번", "hola", "Buenos días", "sí",
		"https://files.example.org/x/y.stl", "scan_upper_0012.stl", "IMG_2231.jpg",
		"xqzt", "qwertz blorf", "뷁쉛 쫇", "你好,牙冠不合适", "ありがとうございました", "Спасибо", "Guten Tag, die Krone passt leider nicht",
	} {
		got := analyse(t, a, text)
		if got.Emotion.Sentiment != domain.SentimentNeutral || math.Abs(got.Emotion.Score) > 0.25 || got.Complaint.Detected {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

func TestChancesAreRoundedAndNeverCertain(t *testing.T) {
	a := newAnalyser(t)
	for _, row := range readLabelled(t) {
		got := analyse(t, a, row.text)
		for _, value := range []float64{got.Emotion.Score, got.Emotion.Confidence, got.Complaint.Confidence} {
			if math.Round(value*1000)/1000 != value || math.Abs(value) > 0.995 {
				t.Errorf("%q: %v has more than three decimals, or is certain", row.text, value)
			}
		}
	}
}
