package attachments

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// maxPLYHeader is how many lines a header may have.
const maxPLYHeader = 1000

// ply is the header of a PLY file.
type ply struct {
	order    binary.ByteOrder // nil: the numbers are text
	elements []plyElement
	lines    int
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

// inspectPLY reads the header and all that it tells of, up to the exact end of the file.
func inspectPLY(f file) ([]edit, error) {
	content := bufio.NewReaderSize(section(f, 0), maxLine)
	var p ply
	for done := false; !done; {
		line, err := content.ReadSlice('\n')
		if err != nil {
			return nil, asDamaged(err)
		}
		line = bytes.TrimRight(line, "\r\n")
		if p.lines++; p.lines > maxPLYHeader || !harmless(line) {
			return nil, errDamaged
		}
		if done, err = p.header(bytes.Fields(line)); err != nil {
			return nil, err
		}
	}
	if p.order == nil {
		return nil, inspectText(content, func(line []byte) bool { return numbers(bytes.Fields(line), 0) })
	}
	for _, element := range p.elements {
		if err := p.skip(content, element); err != nil {
			return nil, err
		}
	}
	if _, err := content.ReadByte(); !errors.Is(err, io.EOF) {
		return nil, errDamaged
	}
	return nil, nil
}

func asDamaged(err error) error {
	if errors.Is(err, bufio.ErrBufferFull) {
		return errDamaged
	}
	return err
}

// header takes up a line of the header, and tells whether it is the last.
func (p *ply) header(words [][]byte) (bool, error) {
	switch {
	case is(words, "ply"), is(words, "comment"), is(words, "obj_info"):
		return false, nil
	case is(words, "format") && len(words) == 3:
		return false, p.format(string(words[1]))
	case is(words, "element") && len(words) == 3:
		count, err := strconv.ParseInt(string(words[2]), 10, 64)
		if err != nil || count < 0 {
			return false, errDamaged
		}
		p.elements = append(p.elements, plyElement{count: count})
		return false, nil
	case is(words, "property") && len(p.elements) > 0:
		property, err := newPLYProperty(words[1:])
		last := &p.elements[len(p.elements)-1]
		last.properties = append(last.properties, property)
		return false, err
	case is(words, "end_header"):
		return true, nil
	}
	return false, errDamaged
}

func (p *ply) format(name string) error {
	switch name {
	case "ascii":
	case "binary_little_endian":
		p.order = binary.LittleEndian
	case "binary_big_endian":
		p.order = binary.BigEndian
	default:
		return errDamaged
	}
	return nil
}

// plySize is the size of a type of values, in bytes; 0 when there is no such type.
func plySize(name []byte) int64 {
	switch string(name) {
	case "char", "uchar", "int8", "uint8":
		return 1
	case "short", "ushort", "int16", "uint16":
		return 2
	case "int", "uint", "int32", "uint32", "float", "float32":
		return 4
	case "double", "float64":
		return 8
	}
	return 0
}

func newPLYProperty(words [][]byte) (plyProperty, error) {
	var property plyProperty
	switch {
	case len(words) == 4 && is(words, "list"):
		property = plyProperty{length: plySize(words[1]), size: plySize(words[2])}
		if property.length == 0 || property.length == 8 {
			return property, errDamaged
		}
	case len(words) == 2:
		property.size = plySize(words[0])
	}
	if property.size == 0 {
		return property, errDamaged
	}
	return property, nil
}

// skip passes over the rows of an element.
func (p *ply) skip(content *bufio.Reader, element plyElement) error {
	if len(element.properties) == 0 && element.count > 0 {
		return errDamaged
	}
	for range element.count {
		for _, property := range element.properties {
			if err := p.skipValue(content, property); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *ply) skipValue(content *bufio.Reader, property plyProperty) error {
	count := int64(1)
	if property.length > 0 {
		raw, err := content.Peek(int(property.length))
		if err != nil {
			return fmt.Errorf("read the length of a list: %w", err)
		}
		count = p.integer(raw)
		if _, err := content.Discard(len(raw)); err != nil {
			return err
		}
	}
	if count*property.size > maxMetadata {
		return errDamaged
	}
	_, err := content.Discard(int(count * property.size))
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
