package attachments

import (
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxName is how long a name may be, in bytes: systems allow 255, and people add to names.
const maxName = 200

// safeName makes a name that is safe on any system and looks like what it is: nothing that is
// invisible or changes the direction, no path, no device of Windows, and an extension that fits.
func safeName(name string, extensions []string) string {
	name = norm.NFC.String(strings.ToValidUTF8(name, ""))
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = trimName(strings.Map(safeRune, name))
	if name == "" {
		name = "file"
	}
	if reserved(name) {
		name = "file-" + name
	}
	extension := path.Ext(name)
	if !slices.Contains(extensions, strings.ToLower(extension)) {
		extension = extensions[0]
		name += extension
	}
	stem := strings.TrimSuffix(name, extension)
	return trimName(cut(stem, maxName-len(extension))) + extension
}

// safeRune gives -1 for what is left out.
func safeRune(r rune) rune {
	switch {
	case strings.ContainsRune(`<>:"|?*`, r):
		return '_'
	case unicode.IsSpace(r):
		return ' '
	case !unicode.IsGraphic(r): // control, format and private characters
		return -1
	}
	return r
}

// trimName takes away what hides a file, or what Windows drops.
func trimName(name string) string {
	return strings.TrimRight(strings.TrimLeft(name, " .~-"), " .")
}

// reserved tells whether the name is that of a device of Windows, whatever its extension.
func reserved(name string) bool {
	device, _, _ := strings.Cut(strings.ToUpper(name), ".")
	device = strings.TrimRight(device, " ")
	if number, found := strings.CutPrefix(device, "COM"); found {
		return utf8.RuneCountInString(number) == 1
	}
	if number, found := strings.CutPrefix(device, "LPT"); found {
		return utf8.RuneCountInString(number) == 1
	}
	return slices.Contains([]string{"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}, device)
}

// cut leaves at most so many bytes of whole characters.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}
