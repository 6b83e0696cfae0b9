package googletranslate

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
)

const languages = `
af am ar az be bg bn bs ca ceb co cs cy da de el en eo es et eu fa fi fr fy ga gd gl gu ha haw he hi hmn hr ht hu hy
id ig is it ja jv ka kk km kn ko ku ky la lb lo lt lv mg mi mk ml mn mr ms mt my ne nl no ny or pa pl ps pt ro ru rw
sd si sk sl sm sn so sq sr st su sv sw ta te tg th tk tl tr tt ug uk ur uz vi xh yi yo zh-CN zh-TW zu`

// codesOf gives Google's codes and tells whether it knows both.
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
	case base.String() == "nb":
		return "no"
	}
	return base.String()
}

func isListed(code string) bool { return slices.Contains(strings.Fields(languages), code) }
