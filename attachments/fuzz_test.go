package attachments_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzStage bends whole files: nothing panics or hangs, nothing is left behind, and what is taken has a
// safe name and shows what it has shown.
func FuzzStage(f *testing.F) {
	for name, content := range located(f, exifBlock(binary.LittleEndian)) {
		f.Add(name, content)
	}
	f.Add("x.gif", plainGIF(f))
	f.Add("x.stl", binarySTL("", 1))
	f.Add("x.stl", []byte(textSTL))
	f.Add("x.obj", []byte(textOBJ))
	f.Add("x.ply", []byte(textPLY))
	f.Add("x.ply", binaryPLY("binary_little_endian", []byte{2, 0}))
	f.Add("x.zip", []byte(zipped))
	f.Add("../\x00.x", dicom(""))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		w := newWorld(t, 1<<20)
		staged, err := w.receive(t.Context(), name, bytes.NewReader(content))
		if err != nil {
			w.empty()
			return
		}
		staged.Discard()
		attachment, stored := w.stage(name, content)
		w.empty()
		if attachment.Name == "" || len(attachment.Name) > 200 || !utf8.ValidString(attachment.Name) || strings.ContainsAny(attachment.Name, "/\\\x00\r\n\"") {
			t.Errorf("the name is %q", attachment.Name)
		}
		if config, _, err := image.DecodeConfig(bytes.NewReader(content)); err == nil && config.Width*config.Height < 1<<20 {
			if _, _, err := image.Decode(bytes.NewReader(content)); err == nil {
				wantPixels(t, name, content, stored)
			}
		}
	})
}

// FuzzStripLocation bends Exif within whole pictures: whatever is wrong with it, the place is gone.
func FuzzStripLocation(f *testing.F) {
	for _, order := range orders {
		block := exifBlock(order)
		f.Add(block)
		f.Add(block[:len(block)/2])
		f.Add(append([]byte("Exif\x00\x00"), block...))
	}
	f.Add([]byte(placeText))
	f.Fuzz(func(t *testing.T, block []byte) {
		w := newWorld(t, 1<<20)
		for name, content := range located(t, block) {
			if len(content) > 1<<20 {
				continue
			}
			_, stored := w.stage(name, content)
			if len(stored) > len(content) && len(stored)-len(content) > 200 {
				t.Errorf("%s has grown by %d bytes", name, len(stored)-len(content))
			}
			wantNoPlace(t, name, stored)
		}
	})
}
