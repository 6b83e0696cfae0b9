package attachments

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"strconv"
)

const (
	// maxPLYHeader is how many lines a header may have.
	maxPLYHeader = 1000
	// maxPLYLine is how long each of them may be, in bytes.
	maxPLYLine = 64 << 10
)

// plyLineEnd is the last byte of each line of a header that begins so.
func plyLineEnd(head []byte) byte {
	if beginsWith(head, "ply\n", "ply\r\n") {
		return '\n'
	}
	return '\r'
}

func (p *ply) readHeader(lineEnd byte) error {
	for range maxPLYHeader {
		line, err := p.content.ReadSlice(lineEnd)
		if err != nil {
			return asDamaged(err)
		}
		line = bytes.TrimRight(line, "\r\n")
		if !harmless(line) {
			return errDamaged
		}
		if done, err := p.header(bytes.Fields(line)); err != nil || done {
			return err
		}
	}
	return errDamaged
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
