package protect

import "strings"

// values gives what the number may mean. A comma between short numbers is a decimal comma, or makes
// a list; the numbers of the list come second.
func values(literal string, spanish bool) (meanings, list []string) {
	points, commas := strings.Count(literal, "."), strings.Count(literal, ",")
	switch {
	case points+commas == 0:
		return []string{plain(literal)}, nil
	case points > 0 && commas > 0:
		return mixed(literal)
	case points == 1 || commas == 1:
		return oneSeparator(literal, points == 1, spanish)
	case grouped(literal):
		return []string{joined(literal)}, nil
	case points > 0:
		return []string{literal}, nil // a version
	}
	return nil, strings.Split(literal, ",")
}

// mixed reads "1,200.50" and "1.200,50": the last separator is the decimal one.
func mixed(literal string) (meanings, list []string) {
	last := strings.LastIndexAny(literal, ".,")
	if strings.Count(literal, literal[last:last+1]) > 1 || !grouped(literal[:last]) {
		return nil, strings.Split(literal, ",")
	}
	return []string{decimal(joined(literal[:last]), literal[last+1:])}, nil
}

// oneSeparator reads "1,200", "1.200" and "0,3". In Spanish both signs are in use for both ends.
func oneSeparator(literal string, point, spanish bool) (meanings, list []string) {
	before, after, _ := strings.Cut(strings.ReplaceAll(literal, ",", "."), ".")
	asDecimal, asGroups := decimal(before, after), before+after
	switch {
	case !grouped(literal):
		if point {
			return []string{asDecimal}, nil
		}
		return []string{asDecimal}, []string{before, after}
	case spanish && point:
		return []string{asGroups, asDecimal}, nil
	case spanish:
		return []string{asDecimal, asGroups}, nil
	case point:
		return []string{asDecimal}, nil
	}
	return []string{asGroups}, nil
}

// grouped tells whether all groups behind the first have three digits, as in thousands.
func grouped(literal string) bool {
	groups := strings.FieldsFunc(literal, func(r rune) bool { return r == '.' || r == ',' })
	if len(groups[0]) > 3 || len(groups) > 1 && groups[0][0] == '0' {
		return false
	}
	for _, group := range groups[1:] {
		if len(group) != 3 {
			return false
		}
	}
	return true
}

func joined(literal string) string {
	return strings.ReplaceAll(strings.ReplaceAll(literal, ".", ""), ",", "")
}

// plain drops the zero of "05"; longer numbers with zeros before are names and keep them.
func plain(literal string) string {
	if len(literal) == 2 && literal[0] == '0' {
		return literal[1:]
	}
	return literal
}

func decimal(before, after string) string {
	before, after = plain(before), strings.TrimRight(after, "0")
	if after == "" {
		return before
	}
	return before + "." + after
}
