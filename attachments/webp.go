package attachments

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// The flags of VP8X that say which metadata there is.
const (
	webpHasXMP  = 1 << 2
	webpHasExif = 1 << 3
)

var webpShown = []string{"VP8X", "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF", "ICCP"}

func beginsWebP(f file) bool {
	return len(f.head) >= 12 && bytes.HasPrefix(f.head, []byte("RIFF")) && string(f.head[8:12]) == "WEBP"
}

// webp is what is found out about a file on the way through it.
type webp struct {
	*cursor
	flagsAt int64 // 0: there are none
	flags   byte
	picture bool
	exif    bool // some of it is kept
}

// inspectWebP keeps what the picture is shown by, cleans Exif, and takes away all other chunks, and
// whatever follows.
func inspectWebP(f file) ([]edit, error) {
	end := int64(binary.LittleEndian.Uint32(f.head[4:])) + 8
	if end > f.size {
		return nil, errDamaged
	}
	w := webp{cursor: newCursor(f, 12, end)}
	for w.at < end {
		if err := w.chunk(end); err != nil {
			return nil, err
		}
	}
	if !w.picture {
		return nil, errDamaged
	}
	return w.finish(f.size)
}

func (w *webp) chunk(end int64) error {
	from := w.at
	header, err := w.read(8)
	if err != nil {
		return err
	}
	name, length := string(header[:4]), int64(binary.LittleEndian.Uint32(header[4:]))
	to := min(w.at+length+length%2, end)
	if w.at+length > end {
		return errDamaged
	}
	switch {
	case name == "VP8X":
		if w.flagsAt != 0 || length < 1 {
			return errDamaged
		}
		w.flagsAt = w.at
		w.flags, err = w.byte()
	case name == "EXIF" && length <= maxMetadata:
		err = w.keepExif(from, to, length)
	case !slices.Contains(webpShown, name):
		err = w.edit(from, to, nil)
	}
	if err != nil {
		return err
	}
	w.picture = w.picture || name == "VP8 " || name == "VP8L" || name == "ANMF"
	return w.skip(to - w.at)
}

func (w *webp) keepExif(from, to, length int64) error {
	block, err := w.read(length)
	if err != nil {
		return err
	}
	var chunk []byte
	if cleaned := cleanExif(block); cleaned != nil && w.flagsAt != 0 {
		w.exif = true
		chunk = binary.LittleEndian.AppendUint32([]byte("EXIF"), exifLength(cleaned))
		chunk = append(chunk, cleaned...) // of an even length
	}
	return w.edit(from, to, chunk)
}

// finish makes the flags and the size fit.
func (w *webp) finish(size int64) ([]edit, error) {
	flags := w.flags &^ (webpHasXMP | webpHasExif)
	if w.exif {
		flags |= webpHasExif
	}
	if flags != w.flags {
		w.edits = append(w.edits, edit{from: w.flagsAt, to: w.flagsAt + 1, with: []byte{flags}})
	}
	length := w.at - 8
	for _, e := range w.edits {
		length += e.grows()
	}
	if len(w.edits) > 0 {
		w.edits = append(w.edits, edit{from: 4, to: 8, with: binary.LittleEndian.AppendUint32(nil, uint32(length))}) // #nosec G115 -- it was such a number, and grows by a few hundred at most
	}
	return w.end(size)
}
