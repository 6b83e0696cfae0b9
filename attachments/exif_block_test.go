package attachments_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
)

// place is a coordinate that nothing else looks like, and placeText the same in texts.
const (
	place     = 0x9badcafe
	placeText = "37.566535N"
)

// ifdEntry is one value of a directory of the tests' Exif.
type ifdEntry struct {
	tag, kind uint16
	count     uint32
	value     []byte
}

// exifWriter makes blocks as cameras do.
type exifWriter struct {
	order binary.AppendByteOrder
	block []byte
}

func (w *exifWriter) short(tag, value uint16) ifdEntry {
	return ifdEntry{tag, 3, 1, w.order.AppendUint16(nil, value)}
}

func (w *exifWriter) pointer(tag uint16, at int) ifdEntry {
	return ifdEntry{tag, 4, 1, w.order.AppendUint32(nil, uint32(at))}
}

func text(tag uint16, value string) ifdEntry {
	return ifdEntry{tag, 2, uint32(len(value) + 1), append([]byte(value), 0)}
}

func opaque(tag uint16, value []byte) ifdEntry { return ifdEntry{tag, 7, uint32(len(value)), value} }

// directory appends a directory and tells where it is.
func (w *exifWriter) directory(next int, entries ...ifdEntry) int {
	at := len(w.block)
	behind := at + 2 + 12*len(entries) + 4
	var values []byte
	w.block = w.order.AppendUint16(w.block, uint16(len(entries)))
	for _, entry := range entries {
		w.block = w.order.AppendUint16(w.block, entry.tag)
		w.block = w.order.AppendUint16(w.block, entry.kind)
		w.block = w.order.AppendUint32(w.block, entry.count)
		if len(entry.value) <= 4 {
			w.block = append(w.block, append(entry.value, make([]byte, 4-len(entry.value))...)...)
			continue
		}
		w.block = w.order.AppendUint32(w.block, uint32(behind+len(values)))
		values = append(values, entry.value...)
	}
	w.block = w.order.AppendUint32(w.block, uint32(next))
	w.block = append(w.block, values...)
	return at
}

// exifBlock is what a telephone writes: the place in its directory, in the maker's notes and in the
// thumbnail's own metadata.
func exifBlock(order binary.AppendByteOrder) []byte {
	w := &exifWriter{order: order, block: []byte("MM\x00\x2a\x00\x00\x00\x00")}
	if order.String() == "LittleEndian" {
		w.block = []byte("II\x2a\x00\x00\x00\x00\x00")
	}
	var coordinates []byte
	for range 3 {
		coordinates = order.AppendUint32(order.AppendUint32(coordinates, place), 100)
	}
	gps := func() int {
		return w.directory(0, text(1, "N"), ifdEntry{2, 5, 3, coordinates}, text(3, "E"), ifdEntry{4, 5, 3, coordinates})
	}
	interop := w.directory(0, text(1, "R03"))
	conditions := w.directory(0, text(0x9003, "2026:03:14 09:26:53"), opaque(0x927c, append([]byte("Maker"), coordinates...)),
		opaque(0x9286, []byte("taken at "+placeText)), w.short(0xa001, 0xffff), w.pointer(0xa005, interop))
	thumbnail := w.directory(0, w.pointer(0x8825, gps()))
	main := w.directory(thumbnail, text(0x010f, "Camera of "+placeText), w.short(0x0112, 6), w.pointer(0x8769, conditions), w.pointer(0x8825, gps()))
	patch := order.AppendUint32(nil, uint32(main))
	copy(w.block[4:], patch)
	return w.block
}

// wantNoPlace looks for the place in whatever way it was written.
func wantNoPlace(t testing.TB, name string, content []byte) {
	t.Helper()
	for _, trace := range []string{
		string(binary.BigEndian.AppendUint32(nil, place)), string(binary.LittleEndian.AppendUint32(nil, place)),
		placeText, "GPS", "ns.adobe.com/xap", "\x88\x25\x00\x04", "\x25\x88\x04\x00",
	} {
		if strings.Contains(string(content), trace) {
			t.Errorf("%s still has %q", name, trace)
		}
	}
}

// orientation reads that of the first Exif block, in big-endian order; 0 when there is none.
func orientation(content []byte) uint16 {
	at := bytes.Index(content, []byte("MM\x00\x2a"))
	if at < 0 {
		return 0
	}
	block := content[at:]
	directory := binary.BigEndian.Uint32(block[4:])
	for i := range uint32(binary.BigEndian.Uint16(block[directory:])) {
		if entry := block[directory+2+12*i:]; binary.BigEndian.Uint16(entry) == 0x0112 {
			return binary.BigEndian.Uint16(entry[8:])
		}
	}
	return 0
}
