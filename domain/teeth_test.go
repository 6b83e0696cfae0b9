package domain_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
)

// TestFindTeeth reads testdata/teeth.tsv: the writer's notation, the text, and its teeth as
// "text=FDI/Universal", with a question mark when ambiguous.
func TestFindTeeth(t *testing.T) {
	file, err := os.ReadFile("testdata/teeth.tsv")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(file)) {
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(columns) != 3 {
			t.Fatalf("not three columns: %q", line)
		}
		rows++
		got := domain.FindTeeth(columns[1], domain.ToothNotation(columns[0]))
		if diff := cmp.Diff(columns[2], describe(got)); diff != "" {
			t.Errorf("%q (%s): (-want +got)\n%s", columns[1], columns[0], diff)
		}
	}
	if rows < 80 {
		t.Errorf("only %d sentences", rows)
	}
}

func describe(teeth []domain.Tooth) string {
	var words []string
	for _, tooth := range teeth {
		word := tooth.Text + "=" + tooth.FDI + "/" + tooth.Universal
		if tooth.Ambiguous {
			word += "?"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

func TestNumbersOfTwoNotationsAreAmbiguous(t *testing.T) {
	ambiguous := 0
	for number := 1; number <= 99; number++ {
		name := strconv.Itoa(number)
		fdi, universal := domain.FDIOfUniversal(name), domain.UniversalOfFDI(name)
		got := domain.FindTeeth("Please remake tooth "+name+".", "")
		both := fdi != "" && universal != ""
		switch {
		case fdi == "" && universal == "":
			if len(got) != 0 {
				t.Errorf("%s: %v", name, got)
			}
			continue
		case len(got) != 1 || got[0].Ambiguous != both:
			t.Fatalf("%s: %v", name, got)
		case both:
			ambiguous++
			checkReadings(t, name, fdi, universal, got[0])
		}
	}
	if ambiguous != 18 {
		t.Errorf("%d numbers are ambiguous", ambiguous)
	}
}

func checkReadings(t *testing.T, name, fdi, universal string, unknown domain.Tooth) {
	t.Helper()
	asFDI := domain.Tooth{Text: name, FDI: name, Universal: universal}
	asUniversal := domain.Tooth{Text: name, FDI: fdi, Universal: name}
	asUnknown := asFDI
	asUnknown.Ambiguous = true
	read := func(text string, notation domain.ToothNotation) domain.Tooth {
		t.Helper()
		teeth := domain.FindTeeth(text, notation)
		if len(teeth) != 1 {
			t.Fatalf("%s: %v", text, teeth)
		}
		return teeth[0]
	}
	got := []domain.Tooth{
		unknown, read("tooth "+name, domain.NotationFDI), read("tooth "+name, domain.NotationPalmer),
		read("tooth "+name, domain.NotationUniversal), read("FDI "+name, domain.NotationUniversal), read("Universal "+name, ""),
	}
	want := []domain.Tooth{asUnknown, asFDI, asFDI, asUniversal, asFDI, asUniversal}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: (-want +got)\n%s", name, diff)
	}
}

func FuzzFindTeeth(f *testing.F) {
	for _, seed := range []string{"", "tooth 26", "#14/#15, UR6-UL3", "6⏌⎿12", "11번부터 13번까지", "tooth A, B-", "FDI 26 / #14", "26 (#14", "#"} {
		f.Add(seed, "fdi")
		f.Add(seed, "")
	}
	f.Fuzz(func(t *testing.T, text, notation string) {
		teeth := domain.FindTeeth(text, domain.ToothNotation(notation))
		for _, tooth := range teeth {
			if !strings.Contains(text, tooth.Text) || !domain.IsFDI(tooth.FDI) || domain.UniversalOfFDI(tooth.FDI) != tooth.Universal {
				t.Errorf("%q: %+v", text, tooth)
			}
		}
		if diff := cmp.Diff(teeth, domain.FindTeeth(text, domain.ToothNotation(notation))); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	})
}

func BenchmarkFindTeeth(b *testing.B) {
	message := "Hi, scan for the full contour zirconia crown on 26 is uploaded. Shade A2, veneers 11-13, due Nov 26."
	for _, length := range []int{1, 40} {
		text := strings.Repeat(message+" ", length)
		b.Run(fmt.Sprint(len(text)), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				domain.FindTeeth(text, "")
			}
		})
	}
	b.Run("numbers", func(b *testing.B) {
		text := strings.Repeat("11-", 1333)
		for b.Loop() {
			domain.FindTeeth(text, "")
		}
	})
}
