package attachments

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

// The markers of JPEG that matter here.
const (
	markerSOF0 = 0xc0 // the first of those that a picture is made of
	markerJPG  = 0xc8 // reserved
	markerSOI  = 0xd8
	markerEOI  = 0xd9
	markerSOS  = 0xda
	markerEXP  = 0xdf // the last of those that a picture is made of
	markerAPP0 = 0xe0
)

// The lengths of segments of which some writers put more behind the end.
const (
	jfifSize  = 14 // with a thumbnail of no pixels
	adobeSize = 12
)

var exifName = []byte("Exif\x00\x00")

// jpeg is what is found out about a file on the way through it.
type jpeg struct {
	*cursor
	profile byte // how many parts of the colour profile are kept
}

// inspectJPEG keeps the picture and what its colours hang on, cleans Exif, and takes away all other
// metadata, and whatever follows the picture: other pictures and films with metadata of their own.
// A picture without end gets one.
func inspectJPEG(f file) ([]edit, error) {
	c := &jpeg{cursor: newCursor(f, 2, f.size)}
	scans, inScan := 0, false
	for {
		from := c.at
		marker, markerAt, err := c.marker(inScan)
		if inScan && errors.Is(err, io.EOF) {
			return append(c.edits, edit{from: f.size, to: f.size, with: []byte{0xff, markerEOI}}), nil
		}
		if err != nil {
			return nil, err
		}
		if !inScan && markerAt > from { // stuffing that readers pass over
			if err := c.edit(from, markerAt, nil); err != nil {
				return nil, err
			}
		}
		switch {
		case marker == markerEOI && scans > 0:
			return c.end(f.size)
		case marker == markerEOI, marker == markerSOI:
			return nil, errDamaged
		case standsAlone(marker):
			continue
		}
		if err := c.segment(marker, markerAt); err != nil {
			return nil, err
		}
		if inScan = marker == markerSOS; inScan {
			scans++
		}
	}
}

// marker finds the next marker and where it begins. In a scan the bytes before it are the picture.
func (c *cursor) marker(inScan bool) (byte, int64, error) {
	for {
		if err := c.skipTo(0xff); err != nil {
			return 0, 0, err
		}
		for {
			at := c.at
			if _, err := c.byte(); err != nil {
				return 0, 0, err
			}
			next, err := c.r.Peek(1)
			if err != nil {
				return 0, 0, err
			}
			if next[0] == 0xff {
				continue // fill bytes
			}
			marker, err := c.byte()
			if err != nil {
				return 0, 0, err
			}
			if marker == 0 || inScan && standsAlone(marker) {
				break
			}
			return marker, at, nil
		}
	}
}

// standsAlone tells whether the marker is one without a segment that may occur among the picture's
// data.
func standsAlone(marker byte) bool { return marker == 0x01 || marker >= 0xd0 && marker <= 0xd7 }

// segment reads what belongs to a marker, and edits what is not kept of it.
func (c *jpeg) segment(marker byte, markerAt int64) error {
	length, err := c.uint16()
	if err != nil {
		return err
	}
	payload, err := c.read(int64(length) - 2)
	if err != nil {
		return err
	}
	kept := c.keepSegment(marker, payload)
	if bytes.Equal(kept, payload) {
		return nil
	}
	return c.edit(markerAt, c.at, jpegSegment(marker, kept))
}

// keepSegment gives what is left of a segment; nil for nothing.
func (c *jpeg) keepSegment(marker byte, payload []byte) []byte {
	begins := func(name string) bool { return bytes.HasPrefix(payload, []byte(name)) }
	switch {
	case marker == markerAPP0 && begins("JFIF\x00"):
		made := make([]byte, jfifSize)
		copy(made[:jfifSize-2], payload) // the last two are the size of the thumbnail
		return made
	case marker == markerAPP0+1 && begins(string(exifName)):
		return keepExifSegment(payload)
	case marker == markerAPP0+2 && begins(profileName) && c.keepProfile(payload[len(profileName):]):
		return payload
	case marker == markerAPP0+14 && begins("Adobe"):
		return payload[:min(len(payload), adobeSize)]
	case marker >= markerSOF0 && marker <= markerEXP && marker != markerJPG:
		return payload
	}
	return nil
}

// profileName begins the parts of a colour profile. Their number follows, and that of all of them.
const profileName = "ICC_PROFILE\x00"

// keepProfile tells whether it is the next part of something that looks like a colour profile.
func (c *jpeg) keepProfile(part []byte) bool {
	const signatureAt = 2 + 36
	if len(part) < 2 || part[0] != c.profile+1 || part[0] > part[1] {
		return false
	}
	if c.profile == 0 && (len(part) < signatureAt+4 || string(part[signatureAt:signatureAt+4]) != "acsp") {
		return false
	}
	c.profile++
	return true
}

func keepExifSegment(payload []byte) []byte {
	cleaned := cleanExif(payload[len(exifName):])
	if cleaned == nil {
		return nil
	}
	return append(bytes.Clone(exifName), cleaned...)
}

// jpegSegment is nothing when there is nothing to keep.
func jpegSegment(marker byte, payload []byte) []byte {
	if len(payload) == 0 {
		return nil
	}
	segment := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(payload)+2)) // #nosec G115 -- no longer than it was
	return append(segment, payload...)
}
