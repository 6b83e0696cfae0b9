package protect_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/enrichment/protect"
)

func TestOtherFormsOfTheSameAreKept(t *testing.T) {
	for _, forms := range [][]string{
		{"en:0.3 mm", "en:0.3mm", "es:0,3 mm", "ko:0.3밀리", "es:0.30 milímetros", "ko:0.3 mm로"},
		{"en:1,200 µm", "es:1.200 µm", "en:1200 microns", "ko:1200마이크론은", "es:1200 micras"},
		{"en:$45", "ko:45달러", "es:45 dólares", "en:USD 45", "es:US$45", "en:45 USD", "es:45 dólares"},
		{"ko:45,000원", "ko:4만5천원", "ko:4만 5천 원입니다", "es:45.000 wones", "en:45,000 KRW", "en:₩45,000", "ko:4.5만원"},
		{"en:Nov 26", "ko:11월 26일", "es:26 de noviembre", "en:2026-11-26", "en:11/26", "en:26 November", "en:November 26th", "en:26-Nov-2026", "es:26/11", "ko:2026.11.26", "ko:11월 26일까지"},
		{"en:2:30 pm", "ko:오후 2시 30분", "en:14:30", "en:2:30 p.m.", "es:las 2 y media de la tarde", "ko:오후 2시 반", "es:14:30 h"},
		{"en:at 9", "ko:9시", "es:a las 9", "ko:오전 9시에", "en:9:00", "en:9 am"},
		{"en:No. 26", "ko:26번", "es:n.º 26", "en:#26", "en:26th", "es:26.º"},
		{"en:2 crowns", "ko:크라운 2개", "es:2 coronas", "ko:크라운 두 개", "ko:크라운 두개"},
		{"en:20%", "ko:20퍼센트", "es:20 %", "en:20 percent", "es:20 por ciento", "ko:20프로"},
		{"en:4.5x6", "es:4,5 x 6", "ko:4.5×6", "ko:4.5*6"},
		{"en:35 Ncm", "ko:35Ncm로", "es:35 N·cm", "en:35N-cm", "ko:35뉴턴센티미터"},
		{"en:teeth 11,21", "ko:11번, 21번", "es:11 y 21", "en:11 and 21", "en:11 + 21"},
		{"en:bridge 11-13", "ko:11번부터 13번까지", "es:del 11 al 13", "ko:11~13"},
		{"en:Nov 3-5", "ko:11월 3일~5일", "es:del 3 al 5 de noviembre", "ko:11월 3일부터 11월 5일까지"},
		{"en:0.3-0.5 mm", "ko:0.3mm에서 0.5mm", "es:entre 0,3 y 0,5 mm"},
		{"en:between 2 and 4 pm", "ko:오후 2시에서 4시 사이"},
		{"en:A3.5", "es:A3,5", "ko:A3.5로", "en:a3.5"},
		{"en:the third 1/3", "ko:세 번째 1/3"},
		{"en:5 mm", "en:five mm", "es:cinco milímetros"},
		{"en:Tooth K", "ko:유치 K", "en:#K"},
		{"en:the cervical third", "ko:치경부 1/3", "es:el tercio cervical"},
	} {
		for _, one := range forms {
			for _, other := range forms {
				if missing := protect.Missing(one[3:], other[3:], one[:2], other[:2]); missing != nil {
					t.Errorf("%s → %s: %q", one, other, missing)
				}
			}
		}
	}
}

func TestWordsOfNumbersMayStandForThem(t *testing.T) {
	for _, c := range [][4]string{
		{"2 crowns", "dos coronas", "en", "es"}, {"Two crowns", "크라운 2개", "en", "ko"}, {"세 번째 재제작", "3rd remake", "ko", "en"},
		{"이틀 후", "in 2 days", "ko", "en"}, {"a week", "1주", "en", "ko"}, {"제2대구치", "second molar", "ko", "en"},
		{"5시 반", "half past 5", "ko", "en"}, {"una hora y media", "1시간 30분", "es", "ko"}, {"once implantes", "11 implants", "es", "en"},
		{"in March", "3월에", "en", "ko"}, {"We may be late", "늦을 수 있습니다", "en", "ko"}, {"네, 알겠습니다", "Yes, understood", "ko", "en"},
		{"a tooth", "치아 1개", "en", "ko"}, {"half the fee", "비용의 1/2", "en", "ko"},
	} {
		if missing := protect.Missing(c[0], c[1], c[2], c[3]); missing != nil {
			t.Errorf("%q → %q: %q", c[0], c[1], missing)
		}
	}
}

func TestWhatIsLostOrInventedIsNamed(t *testing.T) {
	for _, c := range []struct {
		original, translation, source, target string
		want                                  []string
	}{
		{"Crown on 26, shade A2.", "27번 크라운, 쉐이드 A2.", "en", "ko", []string{"26", "27"}},
		{"Crown on 26, shade A2.", "26번 크라운, 쉐이드 B2.", "en", "ko", []string{"A2", "B2"}},
		{"Crown on 26.", "26번 크라운, 쉐이드 A3.", "en", "ko", []string{"A3"}},
		{"0.3 mm open", "0.3cm 떠 있음", "en", "ko", []string{"0.3 mm", "0.3cm"}},
		{"0.3 mm open", "3mm 떠 있음", "en", "ko", []string{"0.3 mm", "3mm"}},
		{"2:30 pm", "오전 2시 30분", "en", "ko", []string{"2:30 pm", "오전 2시 30분"}},
		{"$45", "45유로", "en", "ko", []string{"$45", "45유로"}},
		{"1,200", "1,2", "en", "es", []string{"1,200", "1,2"}},
		{"Nov 26, 2026", "26 de noviembre de 2027", "en", "es", []string{"Nov 26, 2026", "26 de noviembre de 2027"}},
		{"scan_upper.stl", "scan_lower.stl", "en", "ko", []string{"scan_upper.stl", "scan_lower.stl"}},
		{"0.5 mm mesial, 0.5 mm distal", "0.5mm", "en", "ko", []string{"0.5 mm"}},
		{"tooth K", "유치 L", "en", "ko", []string{"K", "L"}},
		{"teeth 11 and 21", "11번", "en", "ko", []string{"21"}},
		{"2 crowns", "coronas", "en", "es", []string{"2"}},
		{"three crowns", "크라운 2개", "en", "ko", []string{"2"}},
		{"UR6", "UR7", "en", "ko", []string{"UR6", "UR7"}},
		{"Straumann NC 3.3", "스트라우만 RC 3.3", "en", "ko", []string{"NC 3.3", "RC 3.3"}},
		{"the crown", "크라운", "en", "ko", nil},
		{"tooth 26, yes 26", "26번", "en", "ko", nil},
		{"", "", "", "", nil},
	} {
		got := protect.Missing(c.original, c.translation, c.source, c.target)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%q → %q: (-want +got)\n%s", c.original, c.translation, diff)
		}
	}
}

func TestTwoNumbersOfDifferentCountAreBothNeeded(t *testing.T) {
	if missing := protect.Missing("4 units, 4 boxes", "4본", "en", "ko"); len(missing) != 1 {
		t.Errorf("got %q", missing)
	}
}
