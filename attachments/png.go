package attachments

import (
	"encoding/binary"
	"hash/crc32"
	"slices"
)

const pngSignature = "\x89PNG\r\n\x1a\n"

// pngShown are the chunks that a picture is shown by.
var pngShown = []string{
	"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "mDCV", "cLLI", "bKGD", "pHYs", "hIST", "sPLT",
	"acTL", "fcTL", "fdAT",
}

// inspectPNG keeps what the picture is shown by, cleans eXIf, and takes away all other chunks, such as
// texts and XMP, and whatever follows the last one.
func inspectPNG(f file) ([]edit, error) {
	c := newCursor(f, int64(len(pngSignature)), f.size)
	for {
		name, err := c.pngChunk(f.size)
		if err != nil {
			return nil, err
		}
		if name == "IEND" {
			return c.end(f.size)
		}
	}
}

// pngChunk passes over a chunk, edits what is not kept of it, and gives its name.
func (c *cursor) pngChunk(size int64) (string, error) {
	from := c.at
	header, err := c.read(8)
	if err != nil {
		return "", err
	}
	length, name := int64(binary.BigEndian.Uint32(header)), string(header[4:])
	to := c.at + length + 4
	mustBeKnown := name[0]&0x20 == 0
	switch shown := slices.Contains(pngShown, name); {
	case to > size, !shown && mustBeKnown:
		return "", errDamaged
	case !shown:
		replacement, err := c.replacePNG(name, length)
		if err != nil {
			return "", err
		}
		if err := c.edit(from, to, replacement); err != nil {
			return "", err
		}
	}
	return name, c.skip(to - c.at)
}

// replacePNG gives what stays of a chunk that is not shown; nil for nothing.
func (c *cursor) replacePNG(name string, length int64) ([]byte, error) {
	if name != "eXIf" || length > maxMetadata {
		return nil, nil
	}
	block, err := c.read(length)
	if err != nil {
		return nil, err
	}
	cleaned := cleanExif(block)
	if cleaned == nil {
		return nil, nil
	}
	chunk := binary.BigEndian.AppendUint32(nil, exifLength(cleaned))
	chunk = append(append(chunk, name...), cleaned...)
	return binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:])), nil
}
