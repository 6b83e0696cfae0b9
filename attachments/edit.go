package attachments

import (
	"cmp"
	"fmt"
	"io"
	"slices"
)

// edit replaces the bytes from..to of a file. With pad the place keeps its length: what is missing
// becomes zeros.
type edit struct {
	from, to int64
	with     []byte
	pad      bool
}

// grows tells by how much the edit makes the file longer; negative when shorter.
func (e edit) grows() int64 {
	if e.pad {
		return 0
	}
	return int64(len(e.with)) - (e.to - e.from)
}

// applyEdits writes the file with the edits, which do not overlap.
func applyEdits(w io.Writer, file io.ReaderAt, size int64, edits []edit) error {
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	at := int64(0)
	for _, e := range edits {
		if e.from < at || e.to < e.from || e.to > size {
			return fmt.Errorf("edit of bytes %d to %d of %d: %w", e.from, e.to, size, errDamaged)
		}
		if err := copyBytes(w, file, at, e.from); err != nil {
			return err
		}
		if err := e.write(w); err != nil {
			return err
		}
		at = e.to
	}
	return copyBytes(w, file, at, size)
}

// cutBehind is the edit of a file of that size that ends earlier.
func cutBehind(end, size int64) []edit {
	if end == size {
		return nil
	}
	return []edit{{from: end, to: size}}
}

func (e edit) write(w io.Writer) error {
	if _, err := w.Write(e.with); err != nil {
		return err
	}
	if !e.pad {
		return nil
	}
	_, err := io.CopyN(w, zeros{}, e.to-e.from-int64(len(e.with)))
	return err
}

func copyBytes(w io.Writer, file io.ReaderAt, from, to int64) error {
	_, err := io.Copy(w, io.NewSectionReader(file, from, to-from))
	return err
}

// zeros reads zeros without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
