package attachments_test

import (
	"bytes"
	"encoding/binary"
)

func isoBox(name string, parts ...[]byte) []byte {
	content := bytes.Join(parts, nil)
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(len(content)+8)), name...), content...)
}

func fullBox(name string, version byte, parts ...[]byte) []byte {
	return isoBox(name, append([][]byte{{version, 0, 0, 0}}, parts...)...)
}

func be16(value int) []byte { return binary.BigEndian.AppendUint16(nil, uint16(value)) }
func be32(value int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(value)) }

// heifItem is one item of the tests' pictures.
type heifItem struct {
	kind    string
	content []byte
	inData  bool // in idat
}

// heif makes a picture of items, the first of which is the primary one. Between the items in mdat lies
// what no item refers to; more boxes follow.
func heif(items []heifItem, between []byte, more ...[]byte) []byte {
	ftyp := isoBox("ftyp", []byte("heic\x00\x00\x00\x00mif1heic"))
	made := heifAt(ftyp, items, between, 0)
	mdatAt := bytes.Index(made, []byte("mdat")) + 4
	return append(heifAt(ftyp, items, between, mdatAt), bytes.Join(more, nil)...)
}

func heifAt(ftyp []byte, items []heifItem, between []byte, mdatAt int) []byte {
	var infos, places, data, inner []byte
	for i, item := range items {
		infos = append(infos, fullBox("infe", 2, be16(i+1), be16(0), []byte(item.kind), []byte("\x00"))...)
		method, at := 0, 0
		if item.inData {
			method, at = 1, len(inner)
			inner = append(inner, item.content...)
		} else {
			at = mdatAt + len(data)
			data = append(append(data, item.content...), between...)
		}
		places = append(places, bytes.Join([][]byte{be16(i + 1), be16(method), be16(0), be16(1), be32(at), be32(len(item.content))}, nil)...)
	}
	meta := fullBox("meta", 0,
		fullBox("hdlr", 0, []byte("\x00\x00\x00\x00pict"), make([]byte, 13)),
		fullBox("pitm", 0, be16(1)),
		fullBox("iinf", 0, be16(len(items)), infos),
		fullBox("iloc", 1, be16(0x4400), be16(len(items)), places),
		isoBox("iprp", isoBox("ipco", isoBox("ispe", make([]byte, 12)), fullBox("udes", 0, []byte(placeText)))),
		isoBox("xml ", []byte(xmpPacket)),
		isoBox("idat", inner),
	)
	return bytes.Join([][]byte{ftyp, meta, isoBox("mdat", data)}, nil)
}

// exifItem is Exif as HEIF holds it.
func exifItem(block []byte) []byte {
	return append(append(be32(6), "Exif\x00\x00"...), block...)
}
