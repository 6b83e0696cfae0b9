package protect

import "strings"

// units are the words behind a number that make a measure of it.
var units = names(map[string]string{
	"mm":  "mm millimeter millimeters millimetre millimetres milímetro milímetros milimetro milimetros ㎜",
	"cm":  "cm centimeter centimeters centimetre centimetres centímetro centímetros centimetro centimetros ㎝",
	"µm":  "µm μm um micron microns micrometer micrometers micrometre micrometres micra micras micrómetro micrómetros micrometros micrones ㎛",
	"Ncm": "ncm", "%": "percent pct %", "°": "° degree degrees deg grado grados", "°C": "℃",
	"kg": "kg kilo kilos", "g": "g gr gram grams gramo gramos", "ml": "ml mililitros milliliters", "mg": "mg",
	"MB": "mb", "GB": "gb", "KB": "kb", "MPa": "mpa", "rpm": "rpm", "inch": "inch inches pulgada pulgadas",
	"mA": "ma", "kV": "kv",
})

// koreanUnits are attached to the number and carry particles; longer ones stand before their beginnings.
var koreanUnits = []struct{ word, unit string }{
	{"밀리미터", "mm"}, {"밀리그램", "mg"}, {"밀리리터", "ml"}, {"밀리", "mm"}, {"마이크론", "µm"}, {"마이크로미터", "µm"}, {"미크론", "µm"},
	{"센티미터", "cm"}, {"센티", "cm"}, {"뉴턴센티미터", "Ncm"}, {"뉴턴센티", "Ncm"}, {"뉴턴", "N"}, {"킬로그램", "kg"}, {"그램", "g"}, {"인치", "inch"},
	{"퍼센트", "%"}, {"프로비저널", ""}, {"프로", "%"}, {"섭씨", "°C"}, {"도씨", "°C"}, {"도", "°"}, {"메가파스칼", "MPa"}, {"메가", "MB"}, {"기가", "GB"},
}

func names(lists map[string]string) map[string]string {
	found := map[string]string{}
	for name, list := range lists {
		for word := range strings.FieldsSeq(list) {
			found[word] = name
		}
	}
	return found
}

// unit reads the unit at the lexeme, which stands behind a number; it is empty when there is none.
func (r *reader) unit(at int) (unit string, end int) {
	l := r.at(at)
	switch {
	case l.kind == hangul:
		return koreanUnit(l.word), at + 1
	case l.word == "n" && r.text[l.start:l.end] == "N":
		centimetre := at + 1
		if next := r.at(centimetre); next.word == "·" || next.word == "-" || next.word == "." || next.word == "⋅" {
			centimetre++
		}
		if r.at(centimetre).word == "cm" {
			return "Ncm", centimetre + 1
		}
		return "N", at + 1
	case l.word == "per" && r.at(at+1).word == "cent", l.word == "por" && (r.at(at+1).word == "ciento" || r.at(at+1).word == "cien"):
		return "%", at + 2
	}
	unit = units[l.word]
	if unit == "°" {
		switch r.at(at + 1).word {
		case "c", "celsius", "centígrados", "centigrados":
			return "°C", at + 2
		}
	}
	return unit, at + 1
}

func koreanUnit(word string) string {
	for _, one := range koreanUnits {
		if strings.HasPrefix(word, one.word) {
			return one.unit
		}
	}
	return ""
}
