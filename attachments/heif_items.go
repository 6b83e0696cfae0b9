package attachments

import (
	"cmp"
	"slices"
)

const (
	// maxSpans bounds how many pieces an item directory may tell of.
	maxSpans = 100_000
	// maxExif bounds how many of them are read as Exif.
	maxExif = 16
)

// span is a piece of a file that stays.
type span struct {
	from, to int64
	cleaned  bool   // it is Exif
	with     []byte // the cleaned Exif; nil for nothing
}

// extent is a place in the file, or in idat.
type extent struct {
	from, length int64
	inData       bool
}

// heifItems is the directory of items.
type heifItems struct {
	primary int64
	names   map[int64]string // the types of items
	extents map[int64][]extent
	count   int // of extents
}

func newHEIFItems() *heifItems {
	return &heifItems{names: map[int64]string{}, extents: map[int64][]extent{}}
}

// read takes up what a box says of items.
func (i *heifItems) read(f *heif, one box) error {
	if one.name != "pitm" && one.name != "iinf" && one.name != "iloc" {
		return nil
	}
	data := make([]byte, one.to-one.from)
	if _, err := f.ReadAt(data, one.from); err != nil {
		return err
	}
	p := &parser{data: data}
	version := p.integer(1)
	p.integer(3) // flags
	switch one.name {
	case "pitm":
		i.primary = p.integer(wide(version > 0))
	case "iinf":
		return i.readNames(f, one.from+4+int64(wide(version > 0)), one.to)
	case "iloc":
		i.readPlaces(p, version)
	}
	if p.failed || i.count > maxSpans {
		return errDamaged
	}
	return nil
}

// wide is the size of a number that newer versions have made wider.
func wide(newer bool) int {
	if newer {
		return 4
	}
	return 2
}

func (i *heifItems) readNames(f *heif, from, to int64) error {
	entries, err := boxes(f, from, to)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		data := make([]byte, min(entry.to-entry.from, 14))
		if _, err := f.ReadAt(data, entry.from); err != nil {
			return err
		}
		p := &parser{data: data}
		version := p.integer(1)
		p.integer(3) // flags
		id := p.integer(wide(version > 2))
		p.integer(2) // protection
		if _, twice := i.names[id]; twice || len(p.data) < 4 || entry.name != "infe" || version < 2 {
			return errDamaged
		}
		i.names[id] = string(p.data[:4])
	}
	return nil
}

// readPlaces reads iloc.
func (i *heifItems) readPlaces(p *parser, version int64) {
	sizes := p.integer(2)
	offset, length, base, index := int(sizes>>12&15), int(sizes>>8&15), int(sizes>>4&15), int(sizes&15)
	if version == 0 {
		index = 0
	}
	for range p.integer(wide(version > 1)) {
		id := p.integer(wide(version > 1))
		method := int64(0)
		if version > 0 {
			method = p.integer(2) & 15
		}
		other := p.integer(2) // not this file
		begin := p.integer(base)
		for range p.integer(2) {
			p.integer(index)
			e := extent{from: begin + p.integer(offset), length: p.integer(length), inData: method == 1}
			if e.from < 0 || e.length <= 0 || method > 1 || other != 0 {
				p.failed = true
			}
			i.extents[id] = append(i.extents[id], e)
			if i.count++; p.failed || i.count > maxSpans {
				return
			}
		}
		if p.failed {
			return
		}
	}
}

// spans gives the places of the pictures' items and of Exif, in ascending order.
func (i *heifItems) spans(f *heif, data box) ([]span, error) {
	var spans []span
	exifs := 0
	for id, extents := range i.extents {
		name := i.names[id]
		if name != "Exif" && !slices.Contains(heifPictures, name) {
			continue
		}
		for _, e := range extents {
			s := e.span(data)
			if s.from < 0 || s.to < s.from || s.to > f.size {
				return nil, errDamaged
			}
			if name == "Exif" {
				if exifs++; exifs > maxExif {
					return nil, errDamaged
				}
				if err := s.clean(f, len(extents) == 1); err != nil {
					return nil, err
				}
			}
			spans = append(spans, s)
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	return spans, nil
}

// span is where the extent is in the file.
func (e extent) span(data box) span {
	s := span{from: e.from, to: e.from + e.length}
	if e.inData {
		s.from, s.to = s.from+data.from, s.to+data.from
	}
	return s
}

// clean makes the span one of Exif. Only what is whole is understood; all else is blanked.
func (s *span) clean(f *heif, whole bool) error {
	s.cleaned = true
	if !whole || s.to-s.from > maxMetadata {
		return nil
	}
	item := make([]byte, s.to-s.from)
	if _, err := f.ReadAt(item, s.from); err != nil {
		return err
	}
	s.with = keepHEIFExif(item)
	return nil
}
