package test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"strings"
	"testing"
)

// placeText is where the photograph was taken.
const placeText = "37.4979N 127.0276E, Gangnam Smile Dental"

// photograph is a JPEG whose Exif tells where it was taken.
func photograph(t testing.TB) []byte {
	t.Helper()
	picture := image.NewGray(image.Rect(0, 0, 32, 32))
	for i := range 32 {
		picture.SetGray(i, i, color.Gray{Y: 200})
	}
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, picture, nil); err != nil {
		t.Fatal(err)
	}
	// One directory with the orientation and a pointer to that of the place, which has one text.
	exif := "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08" +
		"\x00\x02" + "\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00" + "\x88\x25\x00\x04\x00\x00\x00\x01\x00\x00\x00\x26" + "\x00\x00\x00\x00" +
		"\x00\x01" + "\x00\x1c\x00\x07\x00\x00\x00" + string(rune(len(placeText))) + "\x00\x00\x00\x38" + "\x00\x00\x00\x00" + placeText
	segment := func(marker byte, payload string) string {
		return "\xff" + string([]byte{marker, byte((len(payload) + 2) >> 8), byte(len(payload) + 2)}) + payload
	}
	return []byte("\xff\xd8" + segment(0xe1, exif) + segment(0xfe, placeText) + plain.String()[2:])
}

func TestPhotographsLoseWhereTheyWereTaken(t *testing.T) {
	r := newFilesRoom(t, startServer(t, t.TempDir()))
	sent := photograph(t)
	file := r.upload(r.lab, "crown.jpg", sent)
	r.send(r.lab, "image", file)
	got := r.download(r.clinic, file)
	if !bytes.Contains(sent, []byte(placeText)) || bytes.Contains(got.body, []byte(placeText)) || bytes.Contains(got.body, []byte("\x88\x25")) {
		t.Errorf("the place is in what is downloaded: %q", got.body)
	}
	if !bytes.Contains(got.body, []byte("\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06")) {
		t.Error("the picture's orientation is gone")
	}
	if _, err := jpeg.Decode(bytes.NewReader(got.body)); err != nil || got.header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("got %s: %v", got.header.Get("Content-Type"), err)
	}
	wantNowhere(t, r.server.dir, placeText)
}

func TestProgramsWithAFriendlyNameAreRefused(t *testing.T) {
	r := newFilesRoom(t, startServer(t, t.TempDir()))
	for _, beginning := range []string{"MZ\x90\x00\x03", "\x7fELF\x02\x01\x01", "#!/bin/sh\n", "<script>", "\xca\xfe\xba\xbe"} {
		content := append([]byte(beginning), smallSTL()[len(beginning):]...)
		answer := upload(t, r.lab, r.id, "scan.stl", content, http.StatusUnsupportedMediaType)
		if !strings.Contains(string(answer.body), `"unsupported_file_type"`) {
			t.Errorf("%q: got %s", beginning, answer.body)
		}
	}
	if left := regularFiles(t, r.server.dir, "files", "incoming"); len(left) > 0 {
		t.Errorf("of what was refused is left %v", left)
	}
}
