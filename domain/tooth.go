package domain

// ToothNotation is a way to number teeth.
type ToothNotation string

// The notations. FDI (ISO 3950) is used in Korea and most of the world, Universal in the USA,
// Palmer in parts of the United Kingdom and Asia. Empty means that it is not known.
const (
	NotationFDI       ToothNotation = "fdi"
	NotationUniversal ToothNotation = "universal"
	NotationPalmer    ToothNotation = "palmer"
)

// Tooth is a tooth that a text names.
type Tooth struct {
	Text      string // as written, without the words around it: "26", "#14", "UR6"
	FDI       string // "26"
	Universal string // "14"; "A" … "T" of primary teeth
	// Ambiguous means that the number exists in FDI and Universal and names different teeth, and
	// that nothing tells which one is meant. FDI and Universal then hold the reading as FDI.
	Ambiguous bool
}
