package domain

import (
	"slices"
	"strconv"
	"strings"
)

// arches are the teeth in FDI as they stand in the mouth, from the patient's right to the left: the
// permanent ones of both jaws, then the primary ones.
var arches = [][]string{
	strings.Fields("18 17 16 15 14 13 12 11 21 22 23 24 25 26 27 28"),
	strings.Fields("48 47 46 45 44 43 42 41 31 32 33 34 35 36 37 38"),
	strings.Fields("55 54 53 52 51 61 62 63 64 65"),
	strings.Fields("85 84 83 82 81 71 72 73 74 75"),
}

// quadrants are Palmer's names of the quadrants in the order of FDI: 1 (and 5 of primary teeth) is
// the upper right.
var quadrants = []string{"UR", "UL", "LL", "LR"}

// IsFDI tells whether FDI has a tooth of this number.
func IsFDI(fdi string) bool {
	arch, _ := place(fdi)
	return arch >= 0
}

// UniversalOfFDI gives the Universal name of a tooth, "1" … "32" or "A" … "T"; empty when FDI has
// no such tooth.
func UniversalOfFDI(fdi string) string {
	arch, at := place(fdi)
	switch arch {
	case 0:
		return strconv.Itoa(1 + at)
	case 1:
		return strconv.Itoa(32 - at)
	case 2:
		return string(rune('A' + at)) // #nosec G115 -- at is one of the 20 primary teeth
	case 3:
		return string(rune('T' - at)) // #nosec G115 -- at is one of the 20 primary teeth
	}
	return ""
}

// FDIOfUniversal gives the FDI number of a tooth; empty when Universal has no such tooth.
func FDIOfUniversal(universal string) string {
	if len(universal) == 1 && universal >= "A" && universal <= "T" {
		at := int(universal[0] - 'A')
		if at < 10 {
			return arches[2][at]
		}
		return arches[3][19-at]
	}
	if len(universal) > 2 || len(universal) == 0 || universal[0] > '9' {
		return ""
	}
	number, err := strconv.Atoi(universal)
	if err != nil || strconv.Itoa(number) != universal || number < 1 || number > 32 {
		return ""
	}
	if number <= 16 {
		return arches[0][number-1]
	}
	return arches[1][32-number]
}

// PalmerOfFDI gives the Palmer name of a tooth, for example "UR6" or "LLD"; empty when FDI has no
// such tooth.
func PalmerOfFDI(fdi string) string {
	if !IsFDI(fdi) {
		return ""
	}
	quadrant, position := int(fdi[0]-'1'), fdi[1:]
	if quadrant >= 4 {
		return quadrants[quadrant-4] + string(rune('A'+fdi[1]-'1'))
	}
	return quadrants[quadrant] + position
}

// FDIOfPalmer gives the FDI number of a tooth; empty when Palmer has no such tooth.
func FDIOfPalmer(palmer string) string {
	if len(palmer) != 3 {
		return ""
	}
	quadrant := slices.Index(quadrants, palmer[:2])
	if quadrant < 0 {
		return ""
	}
	fdi := strconv.Itoa(quadrant+1) + palmer[2:]
	if palmer[2] >= 'A' && palmer[2] <= 'E' {
		fdi = strconv.Itoa(quadrant+5) + string(rune('1'+palmer[2]-'A'))
	}
	if !IsFDI(fdi) {
		return ""
	}
	return fdi
}

// place gives the arch of a tooth and its position there; the arch is -1 when there is no such tooth.
func place(fdi string) (arch, at int) {
	for arch, teeth := range arches {
		if at := slices.Index(teeth, fdi); at >= 0 {
			return arch, at
		}
	}
	return -1, 0
}

// span gives the teeth from one to the other along the arch, both included; nil when they are not
// in the same arch.
func span(from, to string) []string {
	arch, start := place(from)
	other, end := place(to)
	if arch < 0 || arch != other {
		return nil
	}
	if start <= end {
		return arches[arch][start : end+1]
	}
	teeth := slices.Clone(arches[arch][end : start+1])
	slices.Reverse(teeth)
	return teeth
}
