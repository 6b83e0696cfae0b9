package attachments

import (
	"bytes"
	"encoding/binary"
)

// exif is a block of Exif, which is a TIFF file. Nothing in it is believed.
type exif struct {
	data  []byte
	order binary.ByteOrder
}

// openExif reads the header. Some writers put a name before it.
func openExif(block []byte) (exif, bool) {
	block = bytes.TrimPrefix(block, []byte("Exif\x00\x00"))
	switch {
	case len(block) < 8:
		return exif{}, false
	case bytes.HasPrefix(block, []byte("MM\x00\x2a")):
		return exif{block, binary.BigEndian}, true
	case bytes.HasPrefix(block, []byte("II\x2a\x00")):
		return exif{block, binary.LittleEndian}, true
	}
	return exif{}, false
}

// first tells where the main directory is.
func (e exif) first() uint32 { return e.order.Uint32(e.data[4:]) }

// directory tells where the directory is that the tag leads to; 0, where none can be, when there is
// none.
func (e exif) directory(from uint32, tag uint16) uint32 {
	value := e.find(from, tag, exifLong, 1)
	if value == nil {
		return 0
	}
	return e.order.Uint32(value)
}

func (e exif) short(directory uint32, tag uint16) (uint16, bool) {
	value := e.find(directory, tag, exifShort, 1)
	if value == nil {
		return 0, false
	}
	return e.order.Uint16(value), true
}

// find gives the value of a tag that has this type and count; nil when there is none.
func (e exif) find(directory uint32, tag, kind uint16, count uint32) []byte {
	head := e.at(int64(directory), 2)
	if directory == 0 || head == nil {
		return nil
	}
	for i := range int64(e.order.Uint16(head)) {
		entry := e.at(int64(directory)+2+12*i, 12)
		if entry == nil {
			return nil
		}
		if e.order.Uint16(entry) != tag {
			continue
		}
		if e.order.Uint16(entry[2:]) != kind || e.order.Uint32(entry[4:]) != count {
			return nil
		}
		length := exifSize(kind) * int64(count)
		if length <= 4 {
			return entry[8 : 8+length]
		}
		return e.at(int64(e.order.Uint32(entry[8:])), length)
	}
	return nil
}

// at gives a part of the block; nil when it does not have it.
func (e exif) at(offset, length int64) []byte {
	if offset+length > int64(len(e.data)) {
		return nil
	}
	return e.data[offset : offset+length]
}

// exifSize is how many bytes a value of the type has.
func exifSize(kind uint16) int64 {
	switch kind {
	case exifShort:
		return 2
	case exifLong:
		return 4
	}
	return 1
}
