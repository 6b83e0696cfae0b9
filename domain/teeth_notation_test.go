package domain_test

import (
	"strings"
	"testing"

	"dentalk/domain"
)

// notations are all teeth in FDI, Universal and Palmer.
const notations = `
18 1 UR8   17 2 UR7   16 3 UR6   15 4 UR5   14 5 UR4   13 6 UR3   12 7 UR2   11 8 UR1
21 9 UL1   22 10 UL2  23 11 UL3  24 12 UL4  25 13 UL5  26 14 UL6  27 15 UL7  28 16 UL8
38 17 LL8  37 18 LL7  36 19 LL6  35 20 LL5  34 21 LL4  33 22 LL3  32 23 LL2  31 24 LL1
41 25 LR1  42 26 LR2  43 27 LR3  44 28 LR4  45 29 LR5  46 30 LR6  47 31 LR7  48 32 LR8
55 A URE   54 B URD   53 C URC   52 D URB   51 E URA
61 F ULA   62 G ULB   63 H ULC   64 I ULD   65 J ULE
75 K LLE   74 L LLD   73 M LLC   72 N LLB   71 O LLA
81 P LRA   82 Q LRB   83 R LRC   84 S LRD   85 T LRE`

func TestTeethInThreeNotations(t *testing.T) {
	names := strings.Fields(notations)
	if len(names) != 3*52 {
		t.Fatalf("%d names", len(names))
	}
	for ; len(names) > 0; names = names[3:] {
		fdi, universal, palmer := names[0], names[1], names[2]
		got := []string{
			domain.UniversalOfFDI(fdi), domain.FDIOfUniversal(universal),
			domain.PalmerOfFDI(fdi), domain.FDIOfPalmer(palmer),
		}
		if want := []string{universal, fdi, palmer, fdi}; strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s: got %v, want %v", fdi, got, want)
		}
	}
}

func TestNoSuchTooth(t *testing.T) {
	for _, name := range strings.Fields("0 9 10 19 20 29 30 39 49 50 56 66 76 86 99 011 a U UR0 UR9 XX1 URF ur6") {
		if fdi := domain.UniversalOfFDI(name) + domain.PalmerOfFDI(name) + domain.FDIOfPalmer(name); fdi != "" {
			t.Errorf("%s is %s", name, fdi)
		}
	}
	for _, name := range []string{"", "0", "33", "08", "U", "a", "-1", "+1", "AB"} {
		if fdi := domain.FDIOfUniversal(name); fdi != "" {
			t.Errorf("Universal %q is %s", name, fdi)
		}
	}
}
