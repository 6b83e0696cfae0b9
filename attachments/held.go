package attachments

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
)

// held is a file under way.
type held struct {
	*os.File
	size int64
	sum  string // SHA-256, hex
}

// hold makes a file of what is written; an error leaves none.
func (s *stage) hold(write func(io.Writer) error) (held, error) {
	file, err := os.CreateTemp(s.dir, temporary) // only its owner may read it
	if err != nil {
		return held{}, err
	}
	h, hash := held{File: file}, sha256.New()
	if err = write(io.MultiWriter(file, hash)); err == nil {
		h.size, err = file.Seek(0, io.SeekCurrent)
	}
	if err != nil {
		h.discard()
		return held{}, err
	}
	h.sum = hex.EncodeToString(hash.Sum(nil))
	return h, nil
}

// discard removes the file. Should that fail, a later start does it.
func (h held) discard() {
	_ = h.Close()
	_ = os.Remove(h.Name())
}
