package attachments

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// maxMetadata is how much metadata of one piece is read, in bytes. More is not understood.
const maxMetadata = 1 << 20

// maxEdits bounds what is remembered of a file that is made of scraps.
const maxEdits = 10_000

// cursor reads a part of a file forward, knows where it is, and collects what is to be edited.
type cursor struct {
	r     *bufio.Reader
	at    int64 // of the next byte
	edits []edit
}

func newCursor(content io.ReaderAt, from, to int64) *cursor {
	return &cursor{r: bufio.NewReaderSize(io.NewSectionReader(content, from, max(to-from, 0)), 64<<10), at: from}
}

// edit notes that bytes are to be replaced.
func (c *cursor) edit(from, to int64, with []byte) error {
	if len(c.edits) == maxEdits {
		return errDamaged
	}
	c.edits = append(c.edits, edit{from: from, to: to, with: with})
	return nil
}

// end notes that the file of that size ends here, and gives all edits.
func (c *cursor) end(size int64) ([]edit, error) {
	if c.at < size {
		c.edits = append(c.edits, edit{from: c.at, to: size})
	}
	return c.edits, nil
}

// read gives the next bytes, at most maxMetadata.
func (c *cursor) read(length int64) ([]byte, error) {
	if length < 0 || length > maxMetadata {
		return nil, fmt.Errorf("%d bytes at %d: %w", length, c.at, errDamaged)
	}
	data := make([]byte, length)
	n, err := io.ReadFull(c.r, data)
	c.at += int64(n)
	return data, err
}

func (c *cursor) byte() (byte, error) {
	one, err := c.r.ReadByte()
	if err == nil {
		c.at++
	}
	return one, err
}

// skip passes over bytes, which must be there.
func (c *cursor) skip(length int64) error {
	if length < 0 {
		return errDamaged
	}
	n, err := io.CopyN(io.Discard, c.r, length)
	c.at += n
	return err
}

// skipTo passes over everything before the next such byte, which must be there.
func (c *cursor) skipTo(delimiter byte) error {
	for {
		passed, err := c.r.ReadSlice(delimiter)
		c.at += int64(len(passed))
		if err == nil {
			c.at--
			return c.r.UnreadByte()
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

func (c *cursor) uint16() (uint16, error) {
	data, err := c.read(2)
	if err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint16(data), nil
}
