package papago

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
)

const languages = `ko en ja zh-CN zh-TW vi th id fr es ru de it`

// codesOf gives Papago's codes and tells whether it knows both.
func codesOf(source, target string) (from, into string, known bool) {
	from, into = code(source), code(target)
	known = from != into && isListed(from) && isListed(into)
	return from, into, known
}

// code is empty for what is not a language.
func code(tag string) string {
	parsed, err := language.Parse(tag)
	if err != nil {
		return ""
	}
	base, _, _ := parsed.Raw()
	script, _ := parsed.Script()
	switch {
	case base.String() == "zh" && script.String() == "Hant":
		return "zh-TW"
	case base.String() == "zh":
		return "zh-CN"
	}
	return base.String()
}

func isListed(code string) bool { return slices.Contains(strings.Fields(languages), code) }
