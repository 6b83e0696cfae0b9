package language_test

import (
	"os"
	"strings"
	"testing"

	"dentalk/domain"
	"dentalk/enrichment/language"
)

func TestDetect(t *testing.T) {
	tests := []struct{ text, profile, want string }{
		// Too short to overrule the profile, whatever it looks like.
		{"thx!!", "es", "es"}, {"thx!!", "en", "en"}, {"Sure", "es", "es"}, {"ok", "es-MX", "es"}, {"ty!", "de", "de"},
		{"Glad we switched.", "en", "en"}, {"Glad we switched.", "es", "es"}, {"Perfecto", "en", "en"}, {"gracias", "en", "en"},
		{"Nice.", "fr", "fr"}, {"Danke!", "en", "en"}, {"A2, 11-13", "en", "en"}, {"👍", "es", "es"}, {"", "en", "en"}, {"1234", "es", "es"},

		// Hangul decides, also among Latin product names.
		{"안녕하세요", "en", "ko"}, {"지르코니아 크라운 A2로 부탁드립니다", "en", "ko"}, {"STL 파일 다시 업로드했습니다", "es", "ko"},
		{"Ti-base 4.5 screw 확인 부탁드려요", "en", "ko"}, {"scan_upper.stl 열리지 않습니다", "en", "ko"},
		{"お世話になっております", "en", "ja"}, {"请确认牙色", "en", "zh"},

		// Long enough, and clear.
		{"We have checked the margins and everything is fine, thanks for the quick work.", "es", "en"},
		{"The patient is coming back on Thursday and we would like to know when this ships.", "es", "en"},
		{"The patient is coming back on Thursday, please let us know when it ships.", "ko", "en"},
		{"Buenos días, la paciente viene el jueves y todavía no hemos recibido nada", "en", "es"},
		{"La corona no ajusta bien en el margen y el paciente está esperando desde ayer", "en", "es"},
		{"Bonjour, pourriez-vous vérifier la teinte avant de l'envoyer chez nous ?", "en", "fr"},
		{"Könnten Sie bitte die Farbe noch einmal prüfen, bevor Sie die Krone verschicken?", "en", "de"},
		{"Bom dia, vocês poderiam verificar a cor e também a posição antes de nos enviar a coroa?", "en", "pt"},

		// The profile agrees.
		{"Could you please check the distal contact on the second molar?", "en", "en"},
		{"Could you please check the distal contact on the second molar?", "en-GB", "en"},
		{"¿Podrían revisar el contacto distal del segundo molar por favor?", "es-AR", "es"},

		// A Korean lab that writes Latin letters writes English.
		{"ok", "ko", "en"}, {"Noted, we will ship tomorrow", "ko", "en"}, {"thank you doctor", "ko-KR", "en"},

		// Codes, names of files and addresses say nothing of the language.
		{"https://example.com/download/scan/upper/lower/bite/registration.stl", "es", "es"},
		{"scan_upper_final_version.stl scan_lower_final_version.stl bite_registration.stl", "es", "es"},
		{"PFM RPD STL CAD CAM DICOM ASAP FYI ZIRCONIA PMMA IOS", "es", "es"},
		{"ana.maria.lopez@clinica-dental-madrid.example", "en", "en"},

		// A language that the detector does not know is not taken for one that it knows.
		{"Sila semak semula warna gigi sebelum dihantar kepada kami esok pagi", "ms", "ms"},
		{"Proszę sprawdzić kolor przed wysłaniem korony do naszej kliniki", "pl", "pl"},
	}
	for _, test := range tests {
		if got := language.Detect(test.text, test.profile); got != test.want {
			t.Errorf("Detect(%q, %q) = %q, want %q", test.text, test.profile, got, test.want)
		}
	}
}

// The labelled messages are mostly short: with the right profile hardly one may be taken for another
// language, and with a wrong one most long ones are to be told. Both figures are printed by -v.
func TestDetectOnLabelledMessages(t *testing.T) {
	data, err := os.ReadFile("../analyser/testdata/dev_sentiment.tsv")
	if err != nil {
		t.Fatal(err)
	}
	wrongProfile := map[string]string{"en": "es", "es": "en", "ko": "en"}
	total, right, recovered := 0, 0, 0
	for line := range strings.Lines(string(data)) {
		columns := strings.Split(line, "\t")
		if columns[0] == "id" {
			continue
		}
		total++
		if language.Detect(columns[2], columns[1]) == columns[1] {
			right++
		}
		if language.Detect(columns[2], wrongProfile[columns[1]]) == columns[1] {
			recovered++
		}
	}
	t.Logf("%d messages: %d right with the sender's profile, %d with a wrong one", total, right, recovered)
	if right < total*99/100 {
		t.Errorf("%d of %d right with the right profile", right, total)
	}
	if recovered < total*3/5 {
		t.Errorf("%d of %d right with a wrong profile", recovered, total)
	}
}

func FuzzDetect(f *testing.F) {
	f.Add("Could you please check the distal contact?", "es")
	f.Add("지르코니아 A2", "en-US")
	f.Fuzz(func(t *testing.T, text, profile string) {
		got := language.Detect(text, profile)
		if got != language.Detect(text, profile) {
			t.Error("not the same twice")
		}
		if base := domain.LanguageOf(text, profile); len(text) < 25 && got != base {
			t.Errorf("a short text is %q, its sender's profile %q", got, base)
		}
	})
}

func BenchmarkDetect(b *testing.B) {
	for name, profile := range map[string]string{"profile": "en", "detector": "es"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				language.Detect("The patient is coming back on Thursday, please let us know when it ships.", profile)
			}
		})
	}
}
