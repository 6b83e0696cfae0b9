package attachments

import (
	"encoding/binary"
	"slices"
)

var (
	heifBrands = []string{"heic", "heix", "heim", "heis"}
	// heifPictures are the types of items that make the picture.
	heifPictures = []string{"hvc1", "lhv1", "grid", "iden", "iovl", "tmap"}
	// heifDescribed are the boxes in meta and beneath that tell how the picture is made.
	heifDescribed = []string{"hdlr", "dinf", "pitm", "iinf", "iloc", "iref", "iprp", "idat", "grpl"}
)

func beginsHEIF(f file) bool {
	if len(f.head) < 16 || string(f.head[4:8]) != "ftyp" {
		return false
	}
	size := int64(binary.BigEndian.Uint32(f.head))
	brands := f.head[8:max(8, min(size, int64(len(f.head))))]
	for i := 0; i+4 <= len(brands); i += 4 {
		if i != 4 && slices.Contains(heifBrands, string(brands[i:i+4])) { // at 4 is a version
			return true
		}
	}
	return false
}

// inspectHEIF blanks, in its place, everything that is not the picture itself: other items, films, and
// whatever no item refers to. Exif is cleaned. Nothing moves, so that all references hold.
func inspectHEIF(f file) ([]edit, error) {
	top, err := boxes(f, 0, f.size)
	if err != nil {
		return nil, err
	}
	h := heif{file: f}
	for _, one := range top {
		if one.name == "meta" {
			if err := h.readMeta(one); err != nil {
				return nil, err
			}
		}
	}
	spans, err := h.spans()
	if err != nil {
		return nil, err
	}
	for _, one := range top {
		switch one.name {
		case "ftyp", "meta":
		case "mdat":
			err = h.blankBetween(one.from, one.to, spans)
		default:
			h.blank(one)
		}
		if err != nil {
			return nil, err
		}
	}
	return h.edits, nil
}

// heif is what is found out about a file.
type heif struct {
	file
	items *heifItems
	data  box // idat; empty when there is none
	edits []edit
}

// readMeta reads the directory of items, and blanks what describes anything but the picture.
func (h *heif) readMeta(meta box) error {
	if h.items != nil {
		return errDamaged
	}
	inner, err := boxes(h, meta.from+4, meta.to) // 4: version and flags
	if err != nil {
		return err
	}
	h.items = newHEIFItems()
	for _, one := range inner {
		switch {
		case !slices.Contains(heifDescribed, one.name):
			h.blank(one)
		case one.name == "iprp":
			err = h.readProperties(one)
		case one.name == "idat":
			h.data = one
		case one.to-one.from <= maxMetadata:
			err = h.items.read(h, one)
		default:
			err = errDamaged
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readProperties blanks properties that hold free text or somebody's own data.
func (h *heif) readProperties(properties box) error {
	if properties.to-properties.from > maxMetadata {
		return errDamaged
	}
	lists, err := boxes(h, properties.from, properties.to)
	if err != nil {
		return err
	}
	for _, list := range lists {
		if list.name != "ipco" {
			continue
		}
		inner, err := boxes(h, list.from, list.to)
		if err != nil {
			return err
		}
		for _, one := range inner {
			if one.name == "uuid" || one.name == "udes" {
				h.blank(one)
			}
		}
	}
	return nil
}

// blank makes a box free space, which readers pass over.
func (h *heif) blank(one box) {
	h.edits = append(h.edits, edit{from: one.nameAt, to: one.nameAt + 4, with: []byte("free")}, edit{from: one.from, to: one.to, pad: true})
}

// blankBetween blanks what is in none of the spans, which are in ascending order.
func (h *heif) blankBetween(from, to int64, spans []span) error {
	at, cleanedTo := from, from
	for _, s := range spans {
		if s.to <= from || s.from >= to {
			continue
		}
		overlaps := s.from < cleanedTo || s.cleaned && s.from < at
		if overlaps || s.from < from || s.to > to {
			return errDamaged
		}
		if s.from > at {
			h.edits = append(h.edits, edit{from: at, to: s.from, pad: true})
		}
		if s.cleaned {
			h.edits = append(h.edits, edit{from: s.from, to: s.to, with: s.with, pad: true})
			cleanedTo = s.to
		}
		at = max(at, s.to)
	}
	if at < to {
		h.edits = append(h.edits, edit{from: at, to: to, pad: true})
	}
	return nil
}

// spans tells where the picture is, and what becomes of Exif.
func (h *heif) spans() ([]span, error) {
	if h.items == nil || !slices.Contains(heifPictures, h.items.names[h.items.primary]) {
		return nil, errDamaged
	}
	spans, err := h.items.spans(h, h.data)
	if err != nil || h.data.to == 0 {
		return spans, err
	}
	return spans, h.blankBetween(h.data.from, h.data.to, spans)
}

// keepHEIFExif cleans an Exif item in its place; nil when that has no room.
func keepHEIFExif(item []byte) []byte {
	if len(item) < 4 {
		return nil
	}
	cleaned := []byte(emptyExif)
	if header := 4 + int64(binary.BigEndian.Uint32(item)); header < int64(len(item)) {
		if kept := cleanExif(item[header:]); kept != nil {
			cleaned = kept
		}
	}
	made := append(make([]byte, 4), cleaned...) // 4: where the block begins behind this number
	if len(made) > len(item) {
		return nil
	}
	return made
}
