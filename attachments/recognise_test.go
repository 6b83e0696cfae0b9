package attachments_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"dentalk/domain"
)

// binarySTL has the header and so many triangles.
func binarySTL(header string, triangles int) []byte {
	made := make([]byte, 80+4+50*triangles)
	copy(made, header)
	binary.LittleEndian.PutUint32(made[80:], uint32(triangles))
	return made
}

const (
	textSTL = "solid a crown\n facet normal 0 0 1e-3\n  outer loop\n   vertex 0 0 0\n   vertex 1 0 0\n   vertex -nan(ind) 1.5E+2 0\n  endloop\n endfacet\nendsolid a crown\n"
	textOBJ = "# made by a scanner\r\nmtllib a crown.mtl\r\no crown\r\nv 0 0 0\r\nv 1 0 0 0.5 0.5 0.5\r\nv 0 1 0\r\nvt 0.5 1\r\nvn 0 0 1\r\n\r\ng 교합면\r\nusemtl gold\r\ns off\r\nf 1/1/1 2//1 -1\r\n"
	textPLY = "ply\nformat ascii 1.0\ncomment made by a scanner\nelement vertex 1\nproperty float x\nproperty list uchar int y\nend_header\n1.5 2 3 4\n"
	zipped  = "PK\x03\x04 a file PK\x05\x06" + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
)

// binaryPLY has one row of 4 + 1 + 2*2 bytes.
func binaryPLY(format string, length []byte) []byte {
	header := "ply\r\nformat " + format + " 1.0\r\nelement face 1\r\nproperty float32 x\r\nproperty list ushort int16 y\r\nend_header\r\n"
	return append(append([]byte(header+"\x00\x00\x00\x00"), length...), 1, 2, 3, 4)
}

func dicom(preamble string) []byte {
	made := make([]byte, 128)
	copy(made, preamble)
	return append(made, "DICM\x02\x00\x00\x00"...)
}

func TestFilesAreRecognisedByTheirContent(t *testing.T) {
	w := newWorld(t, 1<<20)
	picture := heifItem{kind: "hvc1", content: []byte("the picture")}
	for _, test := range []struct {
		name, kind, stored string
		content            []byte
	}{
		{"a.jpeg", "image/jpeg", "a.jpeg", plainJPEG(t)},
		{"a.PNG", "image/png", "a.PNG", plainPNG(t)},
		{"a", "image/gif", "a.gif", plainGIF(t)},
		{"a.stl", "image/webp", "a.stl.webp", webpWith(webpPicture(t))},
		{"a.heif", "image/heic", "a.heif", heif([]heifItem{picture}, nil)},
		{"a.exe", "application/pdf", "a.exe.pdf", []byte("%PDF-1.7 ...")},
		{"IM000001", "application/dicom", "IM000001.dcm", dicom("")},
		{"a.dcm", "application/dicom", "a.dcm", dicom("II*\x00")},
		{"a.jar", "application/zip", "a.jar.zip", []byte(zipped)},
		{"a.STL", "model/stl", "a.STL", binarySTL("made by a scanner", 1)},
		{"a.stl", "model/stl", "a.stl", binarySTL("solid, but binary", 2)},
		{"a.txt", "model/stl", "a.txt.stl", []byte(textSTL)},
		{"a.stl", "model/stl", "a.stl", []byte(strings.ToUpper(strings.ReplaceAll(textSTL, "-nan(ind)", "1")))},
		{"a.obj", "model/obj", "a.obj", []byte(textOBJ)},
		{"a.obj", "model/obj", "a.obj", []byte("# 크라운 \xc5\xa9\xb6\xf3\xbf\xee\nv 0 0 0")},
		{"a.ply", "model/ply", "a.ply", []byte(textPLY)},
		{"a.ply", "model/ply", "a.ply", binaryPLY("binary_little_endian", []byte{2, 0})},
		{"a.ply", "model/ply", "a.ply", binaryPLY("binary_big_endian", []byte{0, 2})},
	} {
		attachment, _ := w.stage(test.name, test.content)
		if attachment.ContentType != test.kind || attachment.Name != test.stored {
			t.Errorf("%s: got %s as %s, want %s as %s", test.name, attachment.Name, attachment.ContentType, test.stored, test.kind)
		}
	}
	w.empty()
}

func TestWhatIsNotTakenIsRefused(t *testing.T) {
	w := newWorld(t, 1<<20)
	triangle := binarySTL("", 1)
	picture := plainJPEG(t)
	for what, test := range map[string]struct {
		name    string
		content string
	}{
		"a program of Windows":         {"photo.jpg", "MZ\x90\x00\x03"},
		"a program of Linux":           {"photo.jpg", "\x7fELF\x02\x01\x01"},
		"a program of macOS":           {"photo.jpg", "\xcf\xfa\xed\xfe\x07"},
		"a class of Java":              {"photo.jpg", "\xca\xfe\xba\xbe\x00\x00\x00\x34"},
		"a script":                     {"crown.obj", "#!/bin/sh\nrm -rf /\n"},
		"a script as a comment":        {"crown.obj", "#!/usr/bin/obj\nv 0 0 0\n"},
		"a link of Windows":            {"crown.stl", "L\x00\x00\x00\x01\x14\x02\x00"},
		"WebAssembly":                  {"crown.stl", "\x00asm\x01\x00\x00\x00"},
		"HTML":                         {"crown.png", "\n <!doctype html><script>alert(1)</script>"},
		"SVG":                          {"crown.svg", `<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`},
		"SVG after a byte order mark":  {"crown.png", "\xef\xbb\xbf<?xml version='1.0'?><svg/>"},
		"JavaScript":                   {"crown.obj", "alert(1)\n"},
		"text":                         {"crown.obj", "hello\n"},
		"comments alone":               {"crown.obj", "# hello\n"},
		"a program that fits an STL":   {"crown.stl", string(binarySTL("MZ\x90\x00", 3))},
		"a page that fits an STL":      {"crown.stl", string(binarySTL("<html><script>alert(1)</script>", 3))},
		"an STL that is cut":           {"crown.stl", string(triangle[:len(triangle)-1])},
		"much behind an STL":           {"crown.stl", string(triangle) + strings.Repeat("x", 1<<20+1)},
		"an STL with no triangle":      {"crown.stl", string(binarySTL("", 0))},
		"an STL with another name":     {"crown.bin", string(triangle)},
		"a program with DICM":          {"crown.dcm", string(dicom("MZ\x90\x00"))},
		"DICOM without its preamble":   {"crown.dcm", string(dicom("")[132:])},
		"a page before a PDF":          {"a.pdf", "x <script>alert(1)</script> %PDF-1.7"},
		"a script before a PDF":        {"a.pdf", "\xef\xbb\xbf#!/bin/sh\n%PDF-1.7"},
		"a PDF far behind":             {"a.pdf", strings.Repeat("x", 1024) + "%PDF-1.7"},
		"a page behind an OBJ":         {"crown.obj", textOBJ + "<script>alert(1)</script>\n"},
		"a page in a comment":          {"crown.obj", textOBJ + "# <img src=x onerror=alert(1)>\n"},
		"a page in a name":             {"crown.obj", textOBJ + "g <iframe/src=x>\n"},
		"a command behind a name":      {"crown.obj", textOBJ + "g x \\\ncsh rm -rf /\n"},
		"a statement without end":      {"crown.obj", textOBJ + "v 0 0 \\\n"},
		"a command of OBJ":             {"crown.obj", textOBJ + "csh rm -rf /\n"},
		"a call of OBJ":                {"crown.obj", textOBJ + "call other.obj\n"},
		"zeros in an OBJ":              {"crown.obj", textOBJ + "v 0 0 0\x00\nv 0 0 0\n"},
		"a long line":                  {"crown.obj", textOBJ + "g " + strings.Repeat("x", 1<<20) + "\n"},
		"a page behind a text STL":     {"crown.stl", textSTL + "<script>alert(1)</script>\n"},
		"a page in an STL's name":      {"crown.stl", "solid <script>alert(1)</script>\n" + textSTL},
		"words in a text STL":          {"crown.stl", strings.Replace(textSTL, "vertex 0 0 0", "vertex a b c", 1)},
		"solid alone":                  {"crown.stl", "solid rock\n"},
		"a page behind a text PLY":     {"crown.ply", textPLY + "<script>alert(1)</script>\n"},
		"a page in a PLY's comment":    {"crown.ply", strings.Replace(textPLY, "made by", "<script>", 1)},
		"much behind a binary PLY":     {"crown.ply", string(binaryPLY("binary_little_endian", []byte{2, 0})) + strings.Repeat("x", 1<<20+1)},
		"a binary PLY that is cut":     {"crown.ply", string(binaryPLY("binary_little_endian", []byte{3, 0}))},
		"a PLY without end":            {"crown.ply", "ply\nformat binary_little_endian 1.0\nelement x 9223372036854775807\nend_header\n"},
		"a PLY of one line":            {"crown.ply", "ply\n" + strings.Repeat("comment ", 10_000)},
		"a ZIP that is cut":            {"a.zip", "PK\x03\x04 a file"},
		"a JPEG that is cut":           {"a.jpg", string(picture[:200])},
		"a JPEG with nothing in it":    {"a.jpg", "\xff\xd8\xff\xd9"},
		"a JPEG of scraps":             {"a.jpg", "\xff\xd8" + strings.Repeat("\xff\xfe\x00\x02x", 20_000) + string(picture[2:])},
		"a PNG that is cut":            {"a.png", string(plainPNG(t)[:60])},
		"a PNG that must be known":     {"a.png", string(pngWith(plainPNG(t), chunk("CgBI", nil)))},
		"a GIF that is cut":            {"a.gif", string(bytes.TrimSuffix(plainGIF(t), []byte(";")))},
		"a GIF with a page":            {"a.gif", "GIF89a=1;/*<script>alert(1)</script>*/"},
		"a WebP without a picture":     {"a.webp", string(webpWith(vp8x(0)))},
		"a WebP that is cut":           {"a.webp", string(webpWith(webpPicture(t))[:30])},
		"HEIC without a directory":     {"a.heic", string(isoBox("ftyp", []byte("heic\x00\x00\x00\x00heic")))},
		"HEIC whose picture is a JPEG": {"a.heic", string(heif([]heifItem{{kind: "jpeg", content: picture}}, nil))},
		"a film":                       {"a.mp4", string(isoBox("ftyp", []byte("isom\x00\x00\x00\x00mp42")))},
		"a TIFF":                       {"a.tif", "II*\x00\x08\x00\x00\x00"},
	} {
		t.Run(what, func(t *testing.T) {
			refusal := newWorld(t, 4<<20).refused(test.name, []byte(test.content), domain.KindUnsupported, "unsupported_file_type")
			if !strings.Contains(refusal.Detail, "STL") {
				t.Errorf("nothing says what is taken: %s", refusal.Detail)
			}
		})
	}
	w.empty()
}

func TestAnEmptyFileIsRefused(t *testing.T) {
	w := newWorld(t, 10)
	w.refused("a.stl", nil, domain.KindInvalid, "validation_failed")
	w.empty()
}

func TestNamesAreMadeSafe(t *testing.T) {
	w := newWorld(t, 1<<20)
	long := strings.Repeat("크", 100)
	for name, want := range map[string]string{
		"":                        "file.pdf",
		".":                       "file.pdf",
		"..":                      "file.pdf",
		".pdf":                    "pdf.pdf",
		"../../etc/passwd":        "passwd.pdf",
		`C:\Users\x\crown.pdf`:    "crown.pdf",
		"crown.pdf/":              "file.pdf",
		".htaccess":               "htaccess.pdf",
		"-rf.pdf":                 "rf.pdf",
		"crown\u202efdp.exe":      "crownfdp.exe.pdf",
		"cro\u0000wn\r\n\x1b.pdf": "crown.pdf",
		"cr\u200bown\ufeff.pdf":   "crown.pdf",
		`a<b>:"|?*c.pdf`:          "a_b______c.pdf",
		"con.pdf":                 "file-con.pdf",
		"LPT1":                    "file-LPT1.pdf",
		"COM¹.x.pdf":              "file-COM¹.x.pdf",
		"company.pdf":             "company.pdf",
		"crown.PDF . ":            "crown.PDF",
		"크라운.pdf":                 "크라운.pdf",
		"e\u0301.pdf":             "é.pdf",
		"\xff\xfe.pdf":            "pdf.pdf",
		"bad\xff.pdf":             "bad.pdf",
		long + ".pdf":             strings.Repeat("크", 65) + ".pdf",
		long:                      strings.Repeat("크", 65) + ".pdf",
		"a." + long:               "a." + strings.Repeat("크", 64) + ".pdf",
	} {
		if attachment, _ := w.stage(name, []byte("%PDF-1.7")); attachment.Name != want {
			t.Errorf("%q: got %q, want %q", name, attachment.Name, want)
		}
	}
}
