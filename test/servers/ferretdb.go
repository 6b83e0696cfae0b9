package servers

import (
	"context"
	"io"
)

var ferretDB = tool{folder: "ferretdb", name: "FerretDB", takes: "a minute, or up to ten when nothing of it is in Go's caches"}

// BuildFerretDB builds the module tools/ferretdb into the user's cache, once for each state of its
// sources, and gives the program's path. It tells progress when there is something to wait for.
func BuildFerretDB(ctx context.Context, progress io.Writer) (string, error) {
	return ferretDB.build(ctx, progress)
}
