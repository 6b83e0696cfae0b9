package attachments

import (
	"encoding/binary"
	"io"
	"math"
)

// maxBoxes bounds how many boxes one box may hold.
const maxBoxes = 10_000

// box is a part of an ISO base media file. Its content is from..to.
type box struct {
	name     string
	nameAt   int64
	from, to int64
}

// boxes lists the boxes that fill a part of a file.
func boxes(content io.ReaderAt, from, to int64) ([]box, error) {
	var found []box
	for from < to {
		one, err := readBox(content, from, to)
		if err != nil {
			return nil, err
		}
		if len(found) == maxBoxes {
			return nil, errDamaged
		}
		found = append(found, one)
		from = one.to
	}
	return found, nil
}

func readBox(content io.ReaderAt, from, to int64) (box, error) {
	header := make([]byte, 16)
	if n, err := content.ReadAt(header, from); n < 8 {
		return box{}, err
	}
	size, begins := int64(binary.BigEndian.Uint32(header)), from+8
	switch size {
	case 0: // to the end
		size = to - from
	case 1:
		p := parser{data: header[8:]}
		size, begins = p.integer(8), from+16
	}
	if size < begins-from || size > to-from {
		return box{}, errDamaged
	}
	return box{name: string(header[4:8]), nameAt: from + 4, from: begins, to: from + size}, nil
}

// parser reads numbers. What is behind the end, or too large, is 0, and the parser has failed.
type parser struct {
	data   []byte
	failed bool
}

// integer reads a number of so many bytes, at most 8.
func (p *parser) integer(size int) int64 {
	if size > 8 || size > len(p.data) {
		p.failed, p.data = true, nil
		return 0
	}
	var value uint64
	for _, b := range p.data[:size] {
		value = value<<8 | uint64(b)
	}
	p.data = p.data[size:]
	if value > math.MaxInt64 {
		p.failed = true
		return 0
	}
	return int64(value)
}
