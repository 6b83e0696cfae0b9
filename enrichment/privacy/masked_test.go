package privacy_test

import (
	"bufio"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"dentalk/domain"
	"dentalk/enrichment/privacy"
)

// sample is a text with what is to be masked in it; \n stands for the end of a line.
type sample struct {
	text, masked string
	secrets      []string
}

var marked = regexp.MustCompile(`\{\{(.*?)\}\}`)

func newSample(line string) sample {
	var s sample
	line = strings.ReplaceAll(line, `\n`, "\n")
	numbers := map[string]int{}
	s.text = marked.ReplaceAllString(line, "$1")
	s.masked = marked.ReplaceAllStringFunc(line, func(mark string) string {
		secret := mark[2 : len(mark)-2]
		if numbers[secret] == 0 {
			numbers[secret] = len(numbers) + 1
			s.secrets = append(s.secrets, secret)
		}
		return "⟦" + strconv.Itoa(numbers[secret]) + "⟧"
	})
	return s
}

func samples(t testing.TB) []sample {
	t.Helper()
	var all []sample
	for _, language := range []string{"en", "ko", "es"} {
		file, err := os.Open(filepath.Join("testdata", language+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(file)
		for lines.Scan() {
			if !strings.HasPrefix(lines.Text(), "# ") {
				all = append(all, newSample(lines.Text()))
			}
		}
		if err := lines.Err(); err != nil {
			t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestMasksWhatIsThePatientsAndNothingElse(t *testing.T) {
	for _, s := range samples(t) {
		provider := &recorder{}
		answers, err := privacy.Translator(provider).Translate(t.Context(), domain.TranslateRequest{Texts: []string{s.text}})
		if err != nil {
			t.Fatal(err)
		}
		if got := provider.texts()[0]; got != s.masked {
			t.Errorf("%s\n got %s\nwant %s", s.text, got, s.masked)
		}
		if answers[0].Text != s.text || len(answers[0].Mismatches) > 0 {
			t.Errorf("%s\ncame back as %s, mismatches %q", s.text, answers[0].Text, answers[0].Mismatches)
		}
	}
}

func TestNoSecretReachesTheProvider(t *testing.T) {
	translator, analyser := &recorder{}, &recorder{analyse: func(string) domain.Analysis { return domain.Analysis{} }}
	var texts []string
	var analyse []domain.AnalyseText
	all := samples(t)
	for _, s := range all {
		texts = append(texts, s.text)
		analyse = append(analyse, domain.AnalyseText{Text: s.text})
	}
	if _, err := privacy.Translator(translator).Translate(t.Context(), domain.TranslateRequest{Texts: texts}); err != nil {
		t.Fatal(err)
	}
	if _, err := privacy.Analyser(analyser).Analyse(t.Context(), analyse); err != nil {
		t.Fatal(err)
	}
	for i, s := range all {
		for _, secret := range s.secrets {
			if received := translator.texts()[i]; leaks(received, secret) {
				t.Errorf("%q reached the translator: %s", secret, received)
			}
			if received := analyser.texts()[i]; leaks(received, secret) {
				t.Errorf("%q reached the analyser: %s", secret, received)
			}
		}
	}
}

// leaks ignores placeholders and the words that are kept although they are names as well.
func leaks(received, secret string) bool {
	switch secret {
	case "⟦1⟧", "Crown":
		return false
	}
	return strings.Contains(received, secret)
}
