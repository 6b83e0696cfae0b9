package attachments

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"dentalk/domain"
)

const (
	// headSize is how much of the beginning of a file tells its format. A PDF may begin that far behind.
	headSize = 1024
	// maxTrailing is how much may follow the end of a model, in bytes. It is cut off.
	maxTrailing = 1 << 20
	// byteOrderMark is what some writers begin a text with.
	byteOrderMark = "\xef\xbb\xbf"
)

// file is what is to be recognised.
type file struct {
	io.ReaderAt
	size      int64
	head      []byte // at most headSize bytes
	extension string // lower case, with its dot; only a hint
}

// format is a kind of file that is taken.
type format struct {
	contentType string
	extensions  []string // that fit; the first is the usual one
	// begins tells whether the file claims to be of this format.
	begins func(file) bool
	// inspect finds out whether the claim is true, and gives the edits that take away where a picture
	// was taken. What it does not understand is errDamaged. It is nil where the beginning says all.
	inspect func(file) ([]edit, error)
}

// formats lists them in the order in which they are tried: those without a signature come last.
func formats() []format {
	return []format{
		{"image/jpeg", []string{".jpg", ".jpeg", ".jpe", ".jfif"}, signature("\xff\xd8\xff"), inspectJPEG},
		{"image/png", []string{".png"}, signature(pngSignature), inspectPNG},
		{"image/gif", []string{".gif"}, signature("GIF87a", "GIF89a"), inspectGIF},
		{"image/webp", []string{".webp"}, beginsWebP, inspectWebP},
		{"image/heic", []string{".heic", ".heif", ".hif"}, beginsHEIF, inspectHEIF},
		{"application/dicom", []string{".dcm", ".dicom"}, beginsDICOM, nil},
		{"application/zip", []string{".zip"}, signature("PK\x03\x04", "PK\x05\x06"), inspectZIP},
		{"model/ply", []string{".ply"}, beginsPLY, inspectPLY},
		{"model/stl", []string{".stl"}, isBinarySTL, inspectBinarySTL},
		{"model/stl", []string{".stl"}, beginsTextSTL, inspectTextSTL},
		{"application/pdf", []string{".pdf"}, beginsPDF, nil},
		{"model/obj", []string{".obj"}, func(file) bool { return true }, inspectOBJ},
	}
}

// recognise tells the format of a file and the edits that it needs. The name is only a hint.
func recognise(content io.ReaderAt, size int64, name string) (format, []edit, error) {
	f := file{ReaderAt: content, size: size, head: make([]byte, min(size, headSize)), extension: strings.ToLower(path.Ext(name))}
	if _, err := content.ReadAt(f.head, 0); err != nil && !errors.Is(err, io.EOF) {
		return format{}, nil, fmt.Errorf("read the beginning: %w", err)
	}
	if runs(f) {
		return format{}, nil, errUnsupported()
	}
	all := formats()
	found := all[slices.IndexFunc(all, func(one format) bool { return one.begins(f) })]
	if found.inspect == nil {
		return found, nil, nil
	}
	edits, err := found.inspect(f)
	if errors.Is(err, errDamaged) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return format{}, nil, errUnsupported()
	}
	return found, edits, err
}

func errUnsupported() *domain.Error {
	return &domain.Error{
		Kind: domain.KindUnsupported, Code: "unsupported_file_type",
		Detail: "The file must be a JPEG, PNG, GIF, WebP, HEIC, PDF, STL, PLY, OBJ, DICOM or ZIP file.",
		Fields: []domain.FieldError{{Field: "file", Code: "unsupported_file_type", Detail: "is of none of these types, or is damaged"}},
	}
}

func signature(alternatives ...string) func(file) bool {
	return func(f file) bool { return beginsWith(f.head, alternatives...) }
}

func beginsWith(head []byte, alternatives ...string) bool {
	return slices.ContainsFunc(alternatives, func(one string) bool { return bytes.HasPrefix(head, []byte(one)) })
}

// runs tells whether a system or a browser may run a file that begins so. The beginnings of DICOM and
// binary STL files are free, so that one of them can be a program too. Behind the header of a binary STL
// are numbers, one of which may look like the beginning of markup.
func runs(f file) bool {
	head := bytes.TrimPrefix(f.head, []byte(byteOrderMark))
	if isBinarySTL(f) {
		head = head[:min(len(head), stlHeader)]
	}
	return beginsWith(head, "MZ", "\x7fELF", "#!", "\x00asm", "dex\n", "!<arch>",
		"\xfe\xed\xfa\xce", "\xfe\xed\xfa\xcf", "\xce\xfa\xed\xfe", "\xcf\xfa\xed\xfe", "\xca\xfe\xba\xbe", // Mach-O, Java
		"L\x00\x00\x00\x01\x14\x02\x00") || // a link of Windows
		beginsWith(bytes.TrimLeft(head, byteOrderMark+" \t\r\n\f\v\x00"), "<")
}

// beginsPDF passes over what some writers put before the beginning, as readers of PDF do.
func beginsPDF(f file) bool {
	before, _, found := bytes.Cut(f.head, []byte("%PDF-"))
	return found && !markup(before)
}

func beginsDICOM(f file) bool {
	return len(f.head) >= 132 && bytes.HasPrefix(f.head[128:], []byte("DICM"))
}

// inspectZIP looks for the end of the directory, which is the last thing in the file but a comment, and
// the only thing in an empty one.
func inspectZIP(f file) ([]edit, error) {
	const longest = 22 + 0xffff
	tail := make([]byte, min(f.size, longest))
	if _, err := f.ReadAt(tail, f.size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if !bytes.Contains(tail, []byte("PK\x05\x06")) {
		return nil, errDamaged
	}
	return nil, nil
}
