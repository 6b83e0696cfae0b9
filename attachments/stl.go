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

// isBinarySTL goes by the name and the length, since the format has no signature. The header may begin
// like that of a text.
func isBinarySTL(f file) bool {
	end := binarySTLEnd(f)
	return end > 0 && f.size >= end && f.size-end <= maxTrailing
}

// binarySTLEnd is where the last triangle ends; 0 when there is none.
func binarySTLEnd(f file) int64 {
	if f.extension != ".stl" || len(f.head) < stlHeader+4 {
		return 0
	}
	triangles := int64(binary.LittleEndian.Uint32(f.head[stlHeader:]))
	if triangles == 0 {
		return 0
	}
	return stlHeader + 4 + triangles*stlTriangle
}

func inspectBinarySTL(f file) ([]edit, error) { return cutBehind(binarySTLEnd(f), f.size), nil }

func beginsTextSTL(f file) bool {
	return is(bytes.Fields(bytes.TrimPrefix(f.head, []byte(byteOrderMark))), "solid")
}

func inspectTextSTL(f file) ([]edit, error) {
	corners := 0
	edits, err := inspectText(f, func(line []byte) bool {
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
	return edits, err
}
