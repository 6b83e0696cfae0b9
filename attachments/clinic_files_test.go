package attachments_test

import (
	"bytes"
	"strings"
	"testing"
)

// TestEveryNumberOfTrianglesIsTaken goes through the counts whose bytes look like the beginning of
// markup behind a blank header.
func TestEveryNumberOfTrianglesIsTaken(t *testing.T) {
	w := newWorld(t, 4<<20)
	for _, header := range []string{"", strings.Repeat(" ", 80), "exported by a scanner"} {
		for _, triangles := range []int{'<', '<'<<8 | '\n', '<'<<8 | ' ', '<'<<8 | '\r', 'a'<<8 | '<', '/'<<8 | '<', '!'<<8 | '<'} {
			content := binarySTL(header, triangles)
			if attachment, stored := w.stage("crown.stl", content); attachment.ContentType != "model/stl" || !bytes.Equal(stored, content) {
				t.Errorf("%q, %d triangles: got %s", header, triangles, attachment.ContentType)
			}
		}
	}
	w.empty()
}

// TestFilesAsScannersWriteThem takes what deviates from the formats in ways that harm nobody. What is
// around a model is cut off.
func TestFilesAsScannersWriteThem(t *testing.T) {
	w := newWorld(t, 4<<20)
	const mark = "\xef\xbb\xbf"
	littlePLY := string(binaryPLY("binary_little_endian", []byte{2, 0}))
	lf := strings.ReplaceAll(textOBJ, "\r\n", "\n")
	longList := "ply\nformat binary_little_endian 1.0\nelement strip 1\nproperty list int int x\nend_header\n\x00\x00\x08\x00" + strings.Repeat("\x00", 2<<20)
	for what, test := range map[string]struct{ name, kind, content, stored string }{
		"zeros behind a binary STL":    {"a.stl", "model/stl", string(binarySTL("", 2)) + strings.Repeat("\x00", 100), string(binarySTL("", 2))},
		"text behind a binary STL":     {"a.stl", "model/stl", string(binarySTL("", 2)) + "<script>", string(binarySTL("", 2))},
		"text behind a binary PLY":     {"a.ply", "model/ply", littlePLY + "<script>", littlePLY},
		"a mark before an STL":         {"a.stl", "model/stl", mark + textSTL, textSTL},
		"a mark before an OBJ":         {"a.obj", "model/obj", mark + textOBJ, textOBJ},
		"a mark before a PLY":          {"a.ply", "model/ply", mark + textPLY, textPLY},
		"a mark before a binary PLY":   {"a.ply", "model/ply", mark + littlePLY, littlePLY},
		"a mark before a PDF":          {"a.pdf", "application/pdf", mark + "%PDF-1.7", mark + "%PDF-1.7"},
		"a printer's job before it":    {"a.pdf", "application/pdf", "\x1b%-12345X@PJL\r\n%PDF-1.7", "\x1b%-12345X@PJL\r\n%PDF-1.7"},
		"zeros behind a text STL":      {"a.stl", "model/stl", textSTL + strings.Repeat("\x00", 5000), textSTL},
		"spaces behind a text STL":     {"a.stl", "model/stl", textSTL + "   ", textSTL + "   "},
		"both behind a text STL":       {"a.stl", "model/stl", textSTL + "\x00 \x00\r\n", textSTL},
		"the end mark of DOS":          {"a.obj", "model/obj", textOBJ + "\x1a", textOBJ},
		"zeros behind a text PLY":      {"a.ply", "model/ply", mark + textPLY + "\x00\x00", textPLY},
		"an OBJ of lines ending in CR": {"a.obj", "model/obj", strings.ReplaceAll(lf, "\n", "\r"), strings.ReplaceAll(lf, "\n", "\r")},
		"an STL of the same":           {"a.stl", "model/stl", strings.ReplaceAll(textSTL, "\n", "\r"), strings.ReplaceAll(textSTL, "\n", "\r")},
		"a PLY of the same":            {"a.ply", "model/ply", strings.ReplaceAll(textPLY, "\n", "\r"), strings.ReplaceAll(textPLY, "\n", "\r")},
		"a binary PLY of the same":     {"a.ply", "model/ply", strings.ReplaceAll(littlePLY, "\r\n", "\r"), strings.ReplaceAll(littlePLY, "\r\n", "\r")},
		"a statement on three lines":   {"a.obj", "model/obj", textOBJ + "f 1 \\\r\n  2\\\r\n 3\r\n", ""},
		"comments behind statements":   {"a.obj", "model/obj", textOBJ + "v 0 0 0 # the tip\nf 1 2 3 # <john@x>\ns 1 # smooth\n", ""},
		"an address in a name":         {"a.stl", "model/stl", "solid crown <john@x> <3 a<b\n" + textSTL, ""},
		"a body in a name":             {"a.obj", "model/obj", textOBJ + "o <Body1>\n", ""},
		"a long line":                  {"a.obj", "model/obj", textOBJ + "f" + strings.Repeat(" 1", 400_000) + "\n", ""},
		"a long list":                  {"a.ply", "model/ply", longList, ""},
		"an empty ZIP":                 {"a.zip", "application/zip", "PK\x05\x06" + strings.Repeat("\x00", 18), ""},
	} {
		t.Run(what, func(t *testing.T) {
			attachment, stored := newWorld(t, 4<<20).stage(test.name, []byte(test.content))
			if test.stored == "" {
				test.stored = test.content
			}
			if attachment.ContentType != test.kind || string(stored) != test.stored {
				t.Errorf("got %d bytes of %s, want %d of %s", len(stored), attachment.ContentType, len(test.stored), test.kind)
			}
		})
	}
	w.empty()
}
