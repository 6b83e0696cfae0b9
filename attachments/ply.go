package attachments

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
)

// ply is a file whose header, and then whose rows, are read.
type ply struct {
	content  *bufio.Reader
	section  *io.SectionReader // that content reads
	order    binary.ByteOrder  // nil: the numbers are text
	elements []plyElement
}

// plyElement is a table that the file holds.
type plyElement struct {
	count      int64
	properties []plyProperty
}

// plyProperty is a value of each row. A list has a length before its values.
type plyProperty struct {
	length int64 // size of the length, in bytes; 0: no list
	size   int64 // of one value
}

func beginsPLY(f file) bool {
	return beginsWith(bytes.TrimPrefix(f.head, []byte(byteOrderMark)), "ply\n", "ply\r")
}

// inspectPLY reads the header and all that it tells of. A little may follow it, which is cut off.
func inspectPLY(f file) ([]edit, error) {
	from := textStart(f)
	p := ply{section: io.NewSectionReader(f, from, f.size-from)}
	p.content = bufio.NewReaderSize(p.section, maxPLYLine)
	if err := p.readHeader(plyLineEnd(f.head[from:])); err != nil {
		return nil, err
	}
	if p.order == nil {
		return p.inspectText(f, from)
	}
	for _, element := range p.elements {
		if err := p.skip(element); err != nil {
			return nil, err
		}
	}
	at, err := p.at()
	if err != nil {
		return nil, err
	}
	if f.size-from-at > maxTrailing {
		return nil, errDamaged
	}
	return textEdits(f, from, from+at), nil
}

// at tells how far the file was read.
func (p *ply) at() (int64, error) {
	at, err := p.section.Seek(0, io.SeekCurrent)
	return at - int64(p.content.Buffered()), err
}

// inspectText takes the rows of a file whose numbers are text, which begins there.
func (p *ply) inspectText(f file, from int64) ([]edit, error) {
	at, err := p.at()
	if err != nil {
		return nil, err
	}
	to, err := textEnd(f, from+at)
	if err != nil {
		return nil, err
	}
	rows := io.NewSectionReader(f, from+at, to-from-at)
	err = eachLine(rows, func(line []byte) bool { return numbers(bytes.Fields(line), 0) })
	return textEdits(f, from, to), err
}

// skip passes over the rows of an element.
func (p *ply) skip(element plyElement) error {
	if len(element.properties) == 0 && element.count > 0 {
		return errDamaged
	}
	for range element.count {
		for _, property := range element.properties {
			if err := p.skipValue(property); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *ply) skipValue(property plyProperty) error {
	count := int64(1)
	if property.length > 0 {
		raw, err := p.content.Peek(int(property.length))
		if err != nil {
			return fmt.Errorf("read the length of a list: %w", err)
		}
		count = p.integer(raw)
		if _, err := p.content.Discard(len(raw)); err != nil {
			return err
		}
	}
	length := count * property.size
	if length > p.section.Size() {
		return errDamaged
	}
	_, err := p.content.Discard(int(length))
	return err
}

func (p *ply) integer(raw []byte) int64 {
	switch len(raw) {
	case 1:
		return int64(raw[0])
	case 2:
		return int64(p.order.Uint16(raw))
	}
	return int64(p.order.Uint32(raw))
}
