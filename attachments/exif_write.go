package attachments

import "encoding/binary"

// exifEntry is one value of a directory that is made.
type exifEntry struct {
	tag, kind uint16
	count     uint32
	value     []byte
}

func shortEntry(tag, value uint16) exifEntry {
	return exifEntry{tag, exifShort, 1, binary.BigEndian.AppendUint16(nil, value)}
}

func longEntry(tag uint16, value uint32) exifEntry {
	return exifEntry{tag, exifLong, 1, binary.BigEndian.AppendUint32(nil, value)}
}

func textEntry(tag uint16, text []byte) exifEntry {
	return exifEntry{tag, exifASCII, exifLength(text), text}
}

// appendDirectory writes the entries, which are in the order of their tags, and tells where; 0 when
// there are none.
func appendDirectory(block []byte, entries []exifEntry) ([]byte, uint32) {
	if len(entries) == 0 {
		return block, 0
	}
	at := exifLength(block)
	behind := at + 2 + 12*uint32(len(entries)) + 4 // #nosec G115 -- a few
	var values []byte
	block = binary.BigEndian.AppendUint16(block, uint16(len(entries))) // #nosec G115 -- a few
	for _, entry := range entries {
		block = binary.BigEndian.AppendUint16(block, entry.tag)
		block = binary.BigEndian.AppendUint16(block, entry.kind)
		block = binary.BigEndian.AppendUint32(block, entry.count)
		if len(entry.value) > 4 {
			block = binary.BigEndian.AppendUint32(block, behind+exifLength(values))
			values = append(values, entry.value...)
			continue
		}
		block = append(block, entry.value...)
		block = append(block, make([]byte, 4-len(entry.value))...)
	}
	block = append(block, 0, 0, 0, 0) // no directory follows
	return append(block, values...), at
}

// exifLength is the length of a part of a block that is made, which has a few hundred bytes.
func exifLength(part []byte) uint32 { return uint32(len(part)) } // #nosec G115 -- a few hundred
