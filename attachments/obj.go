package attachments

import "bytes"

// inspectOBJ takes the statements of polygons, lines and points. Others, above all those that call
// files or commands, are not taken.
func inspectOBJ(f file) ([]edit, error) {
	corners := 0
	err := inspectText(section(f, 0), func(line []byte) bool {
		words := bytes.Fields(line)
		if len(words) == 0 || words[0][0] == '#' {
			return true
		}
		switch string(words[0]) {
		case "v":
			corners++
			return numbers(words[1:], 3)
		case "vn":
			return numbers(words[1:], 3)
		case "vt", "vp":
			return numbers(words[1:], 1)
		case "f", "l", "p":
			return len(words) > 1 && madeOf(words[1:], "0123456789-/")
		case "s":
			return len(words) == 2 && (is(words[1:], "off") || is(words[1:], "on") || numbers(words[1:], 1))
		case "o", "g", "usemtl", "mtllib": // a name follows
			return true
		}
		return false
	})
	if err == nil && corners == 0 {
		err = errDamaged
	}
	return nil, err
}
