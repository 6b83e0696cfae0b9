package model

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"dentalk/enrichment/analyser/internal/features"
)

// magic opens a model file; the last byte is the version of the format.
const magic = "dentalk model\x02"

const size = len(magic) + 2*sha256.Size + 4*Outputs + features.Buckets/8 + features.Buckets*Outputs

// Bytes is the model as a file: magic, both hashes, the scales, the known words, one byte for each weight.
func (m *Model) Bytes() []byte {
	file := make([]byte, 0, size)
	file = append(file, magic...)
	file = append(file, m.Corpus[:]...)
	file = append(file, m.Features[:]...)
	file, _ = binary.Append(file, binary.LittleEndian, m.scales) // cannot fail: the size is fixed
	file, _ = binary.Append(file, binary.LittleEndian, m.known[:])
	for _, weight := range m.weights {
		file = append(file, byte(weight)) // #nosec G115 -- the same eight bits; read back as they were
	}
	return file
}

// Read reads what Bytes made. A model that was trained with other rules for features is refused.
func Read(file []byte) (*Model, error) {
	rest, found := bytes.CutPrefix(file, []byte(magic))
	if !found {
		return nil, errors.New("not a model file, or one of another version")
	}
	if len(file) != size {
		return nil, fmt.Errorf("model file of %d bytes, want %d", len(file), size)
	}
	m := &Model{weights: make([]int8, features.Buckets*Outputs)}
	rest = rest[copy(m.Corpus[:], rest):]
	rest = rest[copy(m.Features[:], rest):]
	if m.Features != features.Fingerprint() {
		return nil, errors.New("the model was trained with other features: run the training again")
	}
	if _, err := binary.Decode(rest, binary.LittleEndian, &m.scales); err != nil {
		return nil, fmt.Errorf("scales of the model: %w", err)
	}
	rest = rest[4*Outputs:]
	if _, err := binary.Decode(rest, binary.LittleEndian, m.known[:]); err != nil {
		return nil, fmt.Errorf("known words of the model: %w", err)
	}
	for at, weight := range rest[features.Buckets/8:] {
		m.weights[at] = int8(weight) // #nosec G115 -- the same eight bits, as they were written
	}
	return m, nil
}
