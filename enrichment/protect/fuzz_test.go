package protect_test

import (
	"strings"
	"testing"

	"dentalk/enrichment/protect"
)

func FuzzMissing(f *testing.F) {
	for _, seed := range []string{"", "4만5천원", "1,200.50 mm", "11-13", "a.stl", "10.11.2026", "2시 반", "$", "5 de", "#", "UR 6⏌", "http://", "1,,2", "0.", "1만"} {
		f.Add(seed, "26번", "es")
	}
	for _, s := range sentences(f) {
		f.Add(s.original, s.translation, s.target)
	}
	f.Fuzz(func(t *testing.T, original, translation, language string) {
		for _, token := range protect.Find(original) {
			if !strings.Contains(original, token) {
				t.Errorf("%q is not in %q", token, original)
			}
		}
		if missing := protect.Missing(original, original, language, language); missing != nil {
			t.Errorf("%q: %q", original, missing)
		}
		// The space keeps the two from being compared as they are.
		if missing := protect.Missing(original, " "+original+" ", language, language); missing != nil {
			t.Errorf("%q with spaces: %q", original, missing)
		}
		protect.Missing(original, translation, "en", language)
	})
}

func BenchmarkMissing(b *testing.B) {
	original := "Hi, scan for the full contour zirconia crown on 26 is uploaded. Shade A2, margin 0.5 mm, due Nov 26 at 2:30 pm."
	translation := "안녕하세요, 26번 풀지르코니아 크라운 스캔을 올렸습니다. 쉐이드 A2, 마진 0.5mm, 11월 26일 오후 2시 30분까지입니다."
	for name, times := range map[string]int{"ordinary": 1, "longest": 35} {
		b.Run(name, func(b *testing.B) {
			from, to := strings.Repeat(original+" ", times), strings.Repeat(translation+" ", times)
			b.ReportAllocs()
			for b.Loop() {
				protect.Missing(from, to, "en", "ko")
			}
		})
	}
	b.Run("numbers", func(b *testing.B) {
		from, to := strings.Repeat("11 ", 1333), strings.Repeat("12 ", 1333)
		for b.Loop() {
			protect.Missing(from, to, "en", "ko")
		}
	})
}
