package attachments

import "slices"

// The blocks of GIF.
const (
	gifExtension = 0x21
	gifPicture   = 0x2c
	gifTrailer   = 0x3b
	gifControl   = 0xf9 // an extension: how the next picture is shown
	gifOwn       = 0xff // an extension of an application
)

// gifShown are the applications' extensions that a picture is shown by.
var gifShown = []string{"NETSCAPE2.0", "ANIMEXTS1.0", "ICCRGBG1012"}

// inspectGIF keeps the pictures and how they move, and takes away comments, XMP and whatever follows.
func inspectGIF(f file) ([]edit, error) {
	c := newCursor(f, 10, f.size)
	if err := c.colours(2); err != nil {
		return nil, err
	}
	for {
		from := c.at
		kind, err := c.byte()
		if err != nil {
			return nil, err
		}
		switch kind {
		case gifTrailer:
			return c.end(f.size)
		case gifPicture:
			err = c.gifPicture()
		case gifExtension:
			err = c.gifExtension(from)
		default:
			err = errDamaged
		}
		if err != nil {
			return nil, err
		}
	}
}

// colours passes over the flags, so many bytes behind them, and the table of colours that they tell of.
func (c *cursor) colours(behind int64) error {
	flags, err := c.byte()
	if err != nil {
		return err
	}
	if flags&0x80 != 0 {
		behind += 3 << (flags&7 + 1)
	}
	return c.skip(behind)
}

func (c *cursor) gifPicture() error {
	if err := c.skip(8); err != nil {
		return err
	}
	if err := c.colours(1); err != nil { // 1: the size of the codes, which follows the table
		return err
	}
	return c.gifBlocks()
}

// gifExtension passes over an extension that begins there, and takes it away unless it is kept.
func (c *cursor) gifExtension(from int64) error {
	label, err := c.byte()
	if err != nil {
		return err
	}
	kept := label == gifControl
	if label == gifOwn {
		if kept, err = c.gifApplication(); err != nil {
			return err
		}
	}
	if err := c.gifBlocks(); err != nil || kept {
		return err
	}
	return c.edit(from, c.at, nil)
}

// gifApplication reads whose extension it is, and tells whether that is kept.
func (c *cursor) gifApplication() (bool, error) {
	length, err := c.byte()
	if err != nil {
		return false, err
	}
	if length == 0 {
		return false, errDamaged
	}
	name, err := c.read(int64(length))
	return slices.Contains(gifShown, string(name)), err
}

// gifBlocks passes over blocks up to the empty one.
func (c *cursor) gifBlocks() error {
	for {
		length, err := c.byte()
		if err != nil || length == 0 {
			return err
		}
		if err := c.skip(int64(length)); err != nil {
			return err
		}
	}
}
