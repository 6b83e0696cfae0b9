package attachments

import (
	"encoding/binary"
	"regexp"
	"slices"
)

// The tags of Exif that are kept, and those that lead to them.
const (
	tagInteropRule = 0x0001
	tagOrientation = 0x0112
	tagConditions  = 0x8769 // the directory of the picture's conditions
	tagTaken       = 0x9003 // when the picture was taken
	tagColourSpace = 0xa001
	tagInterop     = 0xa005 // the directory of interoperability
)

// The types of Exif's values.
const (
	exifASCII = 2
	exifShort = 3
	exifLong  = 4
)

var exifTime = regexp.MustCompile(`^\d{4}:\d\d:\d\d \d\d:\d\d:\d\d\x00$`)

// emptyExif is a block that says nothing.
const emptyExif = "MM\x00\x2a\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00"

// cleanExif makes a new block of what a picture needs to be shown as it was meant, and of when it was
// taken. Everything else, above all the place, the thumbnail and the maker's notes, which may hold the
// place too, is left behind: what is not copied cannot leak. It gives nil when nothing is kept, also
// because the block is not understood.
func cleanExif(block []byte) []byte {
	old, ok := openExif(block)
	if !ok {
		return nil
	}
	main := old.first()
	conditions := old.directory(main, tagConditions)
	interop := old.directory(conditions, tagInterop)

	made, interopAt := appendDirectory([]byte(emptyExif[:8]), old.keepInterop(interop))
	made, conditionsAt := appendDirectory(made, old.keepConditions(conditions, interopAt))
	made, mainAt := appendDirectory(made, old.keepMain(main, conditionsAt))
	if mainAt == 0 {
		return nil
	}
	binary.BigEndian.PutUint32(made[4:], mainAt)
	return made
}

func (e exif) keepMain(directory, conditionsAt uint32) []exifEntry {
	var entries []exifEntry
	if orientation, ok := e.short(directory, tagOrientation); ok && orientation >= 1 && orientation <= 8 {
		entries = append(entries, shortEntry(tagOrientation, orientation))
	}
	if conditionsAt != 0 {
		entries = append(entries, longEntry(tagConditions, conditionsAt))
	}
	return entries
}

// keepConditions keeps the colour space: the shade of a tooth hangs on it.
func (e exif) keepConditions(directory, interopAt uint32) []exifEntry {
	var entries []exifEntry
	if taken := e.find(directory, tagTaken, exifASCII, 20); exifTime.Match(taken) {
		entries = append(entries, textEntry(tagTaken, taken))
	}
	if space, ok := e.short(directory, tagColourSpace); ok && slices.Contains([]uint16{1, 2, 0xffff}, space) {
		entries = append(entries, shortEntry(tagColourSpace, space))
	}
	if interopAt != 0 {
		entries = append(entries, longEntry(tagInterop, interopAt))
	}
	return entries
}

// keepInterop keeps by which rule the colours are to be read: R03 is Adobe RGB.
func (e exif) keepInterop(directory uint32) []exifEntry {
	rule := e.find(directory, tagInteropRule, exifASCII, 4)
	if text := string(rule); text == "R03\x00" || text == "R98\x00" {
		return []exifEntry{textEntry(tagInteropRule, rule)}
	}
	return nil
}
