package attachments_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
)

var orders = []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian}

func TestAJPEGLosesItsPlaceAndKeepsItsPixels(t *testing.T) {
	w := newWorld(t, 1<<20)
	plain := plainJPEG(t)
	for _, order := range orders {
		exif := "Exif\x00\x00" + string(exifBlock(order))
		profile := segment(0xe2, "ICC_PROFILE\x00\x01\x01"+colourProfile)
		tail := jpegWith(plain, nil, segment(0xe1, exif))
		_, stored := w.stage("x.jpg", jpegWith(plain, tail,
			segment(0xe0, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"), segment(0xe1, exif), profile,
			segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00"+xmpPacket), segment(0xe1, "http://ns.adobe.com/xmp/extension/\x00"+xmpPacket),
			segment(0xed, "Photoshop 3.0\x00"+exif), segment(0xe2, "MPF\x00"+exif), segment(0xfe, placeText), []byte("stuffing"+placeText),
		))
		wantNoPlace(t, order.String(), stored)
		wantPixels(t, order.String(), plain, stored)
		if got := orientation(stored); got != 6 {
			t.Errorf("%v: the orientation is %d", order, got)
		}
		for _, kept := range []string{"JFIF", string(profile), "2026:03:14 09:26:53", "R03"} {
			if !bytes.Contains(stored, []byte(kept)) {
				t.Errorf("%v: %q is gone", order, kept)
			}
		}
	}
	w.empty()
}

func TestAPlainPictureStaysAsItIs(t *testing.T) {
	w := newWorld(t, 1<<20)
	for name, content := range map[string][]byte{
		"x.jpg": plainJPEG(t), "x.png": plainPNG(t), "x.gif": plainGIF(t), "x.webp": webpWith(webpPicture(t)), "y.webp": webpWith(vp8x(0), webpPicture(t)),
	} {
		if _, stored := w.stage(name, content); !bytes.Equal(stored, content) {
			t.Errorf("%s has changed", name)
		}
	}
	w.empty()
}

func TestWhatWasCleanedStaysAsItIs(t *testing.T) {
	w := newWorld(t, 1<<20)
	for name, content := range located(t, exifBlock(binary.LittleEndian)) {
		_, once := w.stage(name, content)
		if _, twice := w.stage(name, once); !bytes.Equal(once, twice) {
			t.Errorf("%s has changed again", name)
		}
	}
}

// located are pictures with this Exif, by name.
func located(t testing.TB, exif []byte) map[string][]byte {
	pictures := map[string][]byte{
		"x.png":  pngWith(plainPNG(t), chunk("eXIf", exif)),
		"x.webp": webpWith(vp8x(0x0c), webpPicture(t), riff("EXIF", exif), riff("XMP ", []byte(xmpPacket))),
		"x.heic": heif([]heifItem{{kind: "hvc1", content: []byte("the picture")}, {kind: "Exif", content: exifItem(exif)}}, nil),
	}
	if len(exif) < 60_000 {
		pictures["x.jpg"] = jpegWith(plainJPEG(t), nil, segment(0xe1, "Exif\x00\x00"+string(exif)))
	}
	return pictures
}

func TestAPNGLosesItsPlaceAndKeepsItsPixels(t *testing.T) {
	w := newWorld(t, 1<<20)
	plain := plainPNG(t)
	for _, order := range orders {
		_, stored := w.stage("x.png", append(pngWith(plain, chunk("pHYs", make([]byte, 9)), chunk("eXIf", exifBlock(order)),
			chunk("iTXt", []byte("XML:com.adobe.xmp\x00\x00\x00\x00\x00"+xmpPacket)), chunk("tEXt", []byte("Raw profile type exif\x00"+placeText)),
			chunk("zTXt", []byte("Raw profile type exif\x00\x00"+placeText)), chunk("prVt", []byte(placeText))), placeText...))
		wantNoPlace(t, order.String(), stored)
		wantPixels(t, order.String(), plain, stored) // Go's decoder checks the sums
		if orientation(stored) != 6 || !bytes.Contains(stored, []byte("pHYs")) {
			t.Errorf("%v: what the picture is shown by is gone", order)
		}
	}
}

func TestAWebPLosesItsPlaceAndKeepsItsPicture(t *testing.T) {
	w := newWorld(t, 1<<20)
	picture := webpPicture(t)
	for _, order := range orders {
		for prefix, block := range map[string][]byte{"": exifBlock(order), "Exif": append([]byte("Exif\x00\x00"), exifBlock(order)...)} {
			_, stored := w.stage("x.webp", append(webpWith(vp8x(0x0c), riff("ICCP", []byte("profile")), picture, riff("EXIF", block),
				riff("XMP ", []byte(xmpPacket+" ")), riff("ABCD", []byte(placeText))), placeText...))
			name := fmt.Sprint(order, prefix)
			wantNoPlace(t, name, stored)
			if !bytes.Contains(stored, picture) || !bytes.Contains(stored, []byte("profile")) || orientation(stored) != 6 {
				t.Errorf("%s: what the picture is shown by is gone", name)
			}
			if size := binary.LittleEndian.Uint32(stored[4:]); int(size) != len(stored)-8 || stored[20] != 0x18 {
				t.Errorf("%s: size %d of %d bytes, flags %x", name, size, len(stored), stored[20])
			}
		}
	}
	_, stored := w.stage("x.webp", webpWith(vp8x(0x0c), picture, riff("EXIF", []byte("MM broken")), riff("XMP ", []byte(xmpPacket))))
	if stored[20] != 0x10 || bytes.Contains(stored, []byte("EXIF")) {
		t.Errorf("metadata that is gone is promised still: %q", stored)
	}
}

func TestAGIFLosesItsPlaceAndKeepsItsPixels(t *testing.T) {
	w := newWorld(t, 1<<20)
	plain := plainGIF(t)
	extensions := "\x21\xfe" + string(rune(len(placeText))) + placeText + "\x00" +
		"\x21\xff\x0bXMP DataXMP" + xmpPacket[:60] + placeText + magicTrailer()
	at := bytes.Index(plain, []byte("\x21\xf9"))
	located := []byte(string(plain[:at]) + extensions + string(plain[at:]) + placeText)
	_, stored := w.stage("x.gif", located)
	wantNoPlace(t, "GIF", stored)
	if !bytes.Equal(stored, plain) {
		t.Error("more than metadata is gone")
	}
}

// magicTrailer ends XMP in a GIF: wherever a reader of blocks comes into it, it finds its end.
func magicTrailer() string {
	trailer := []byte{1}
	for i := 0xff; i >= 0; i-- {
		trailer = append(trailer, byte(i))
	}
	return string(trailer) + "\x00"
}

func TestAHEICLosesItsPlaceAndKeepsItsPicture(t *testing.T) {
	w := newWorld(t, 1<<20)
	for _, order := range orders {
		content := heif([]heifItem{
			{kind: "grid", content: []byte("the grid"), inData: true}, {kind: "hvc1", content: []byte("the first tile")},
			{kind: "Exif", content: exifItem(exifBlock(order))}, {kind: "mime", content: []byte(xmpPacket)},
			{kind: "jpeg", content: []byte(placeText)}, {kind: "mime", content: []byte(placeText), inData: true}, {kind: "hvc1", content: []byte("the second tile")},
		}, []byte(placeText), isoBox("moov", []byte(placeText)), isoBox("uuid", []byte(placeText)), isoBox("free", []byte(placeText)))
		attachment, stored := w.stage("x.heic", content)
		wantNoPlace(t, order.String(), stored)
		if len(stored) != len(content) || attachment.ContentType != "image/heic" {
			t.Errorf("%v: %d bytes became %d of %s", order, len(content), len(stored), attachment.ContentType)
		}
		for _, kept := range []string{"the grid", "the first tile", "the second tile"} {
			if bytes.Index(stored, []byte(kept)) != bytes.Index(content, []byte(kept)) {
				t.Errorf("%v: %s has moved", order, kept)
			}
		}
		if orientation(stored) != 6 {
			t.Errorf("%v: the orientation is %d", order, orientation(stored))
		}
	}
}

func TestMetadataThatIsNotUnderstoodIsRemoved(t *testing.T) {
	w := newWorld(t, 1<<22)
	whole := exifBlock(binary.BigEndian)
	loop := bytes.Clone(whole)
	copy(loop[4:], "\x00\x00\x00\x08") // into values
	far := bytes.Clone(whole)
	copy(far[4:], "\xff\xff\xff\xff")
	for what, block := range map[string][]byte{
		"cut": whole[:len(whole)-40], "cut early": whole[:9], "a header alone": whole[:8], "nothing": nil, "no Exif": []byte(placeText),
		"a loop": loop, "an offset out of range": far, "much": append(bytes.Clone(whole), make([]byte, 1<<20)...),
		"a directory of 65,535": []byte("MM\x00\x2a\x00\x00\x00\x08\xff\xff" + strings.Repeat("\x88\x25\x00\x04", 30)),
	} {
		for name, content := range located(t, block) {
			_, stored := w.stage(name, content)
			wantNoPlace(t, what+" in "+name, stored)
		}
	}
	w.empty()
}
