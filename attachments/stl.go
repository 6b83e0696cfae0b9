package attachments

import (
	"bytes"
	"encoding/binary"
)

// A binary STL is a free header, the number of triangles, and the triangles.
const (
	stlHeader   = 80
	stlTriangle = 50
)

// isBinarySTL goes by the name and the exact length, since the format has no signature. The header may
// begin like that of a text.
func isBinarySTL(f file) bool {
	if f.extension != ".stl" || len(f.head) < stlHeader+4 {
		return false
	}
	triangles := int64(binary.LittleEndian.Uint32(f.head[stlHeader:]))
	return triangles > 0 && f.size == stlHeader+4+triangles*stlTriangle
}

func beginsTextSTL(f file) bool {
	return is(bytes.Fields(f.head), "solid")
}

func inspectTextSTL(f file) ([]edit, error) {
	corners := 0
	err := inspectText(section(f, 0), func(line []byte) bool {
		words := bytes.Fields(line)
		switch {
		case is(words, "vertex"):
			corners++
			return numbers(words[1:], 3)
		case is(words, "facet", "normal"):
			return numbers(words[2:], 3)
		case is(words, "solid"), is(words, "endsolid"): // a name may follow
			return true
		}
		return len(words) == 0 || len(words) == 2 && is(words, "outer", "loop") || len(words) == 1 && (is(words, "endloop") || is(words, "endfacet"))
	})
	if err == nil && corners == 0 {
		err = errDamaged
	}
	return nil, err
}
