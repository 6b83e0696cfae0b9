package attachments_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"
)

const xmpPacket = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf exif:GPSLatitude="` + placeText + `"/></x:xmpmeta>`

func picture() image.Image {
	made := image.NewPaletted(image.Rect(0, 0, 33, 17), color.Palette{color.Black, color.White, color.RGBA{200, 30, 30, 255}, color.RGBA{30, 30, 200, 255}})
	for i := range made.Pix {
		made.Pix[i] = uint8(i % 7 % 4)
	}
	return made
}

func encoded(t testing.TB, encode func(*bytes.Buffer) error) []byte {
	t.Helper()
	var buffer bytes.Buffer
	if err := encode(&buffer); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

func plainJPEG(t testing.TB) []byte {
	return encoded(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, picture(), nil) })
}

func plainPNG(t testing.TB) []byte {
	return encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, picture()) })
}

func plainGIF(t testing.TB) []byte {
	return encoded(t, func(b *bytes.Buffer) error {
		still := picture().(*image.Paletted)
		return gif.EncodeAll(b, &gif.GIF{Image: []*image.Paletted{still, still}, Delay: []int{1, 1}})
	})
}

// wantPixels fails the test unless both show the same.
func wantPixels(t testing.TB, name string, want, got []byte) {
	t.Helper()
	before, _, err := image.Decode(bytes.NewReader(want))
	if err != nil {
		t.Fatal(err)
	}
	after, _, err := image.Decode(bytes.NewReader(got))
	if err != nil {
		t.Fatalf("%s cannot be shown any more: %v", name, err)
	}
	if before.Bounds() != after.Bounds() {
		t.Fatalf("%s has changed its size", name)
	}
	for y := range before.Bounds().Dy() {
		for x := range before.Bounds().Dx() {
			if before.At(x, y) != after.At(x, y) {
				t.Fatalf("%s has changed at %d, %d", name, x, y)
			}
		}
	}
}

func segment(marker byte, payload string) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(payload)+2)), payload...)
}

// jpegWith puts segments behind the beginning and bytes behind the end.
func jpegWith(plain []byte, tail []byte, segments ...[]byte) []byte {
	made := bytes.Clone(plain[:2])
	made = append(made, bytes.Join(segments, nil)...)
	return append(append(made, plain[2:]...), tail...)
}

func chunk(name string, data []byte) []byte {
	made := append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), name...)
	made = append(made, data...)
	return binary.BigEndian.AppendUint32(made, crc32.ChecksumIEEE(made[4:]))
}

// pngWith puts chunks behind IHDR.
func pngWith(plain []byte, chunks ...[]byte) []byte {
	const behindIHDR = 8 + 25
	made := append(bytes.Clone(plain[:behindIHDR]), bytes.Join(chunks, nil)...)
	return append(made, plain[behindIHDR:]...)
}

func riff(name string, data []byte) []byte {
	made := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(data)))
	made = append(made, data...)
	if len(data)%2 == 1 {
		made = append(made, 0)
	}
	return made
}

// webpPicture is the VP8L chunk of one pixel.
func webpPicture(t testing.TB) []byte {
	t.Helper()
	whole, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	if err != nil {
		t.Fatal(err)
	}
	return whole[12:]
}

func webpWith(chunks ...[]byte) []byte {
	return riff("RIFF", append([]byte("WEBP"), bytes.Join(chunks, nil)...))
}

// vp8x says that there is alpha and these.
func vp8x(flags byte) []byte { return riff("VP8X", []byte{0x10 | flags, 0, 0, 0, 0, 0, 0, 0, 0, 0}) }
