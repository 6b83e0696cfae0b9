package features

import (
	"crypto/sha256"
	"fmt"
)

// Fingerprint changes whenever a model has to be trained anew because of this package.
func Fingerprint() [sha256.Size]byte {
	return sha256.Sum256(fmt.Appendf(nil, "features %d, %d buckets\n%s", Version, Buckets, lexiconText))
}
