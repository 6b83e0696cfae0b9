// Command modernc measures the driver; see ../../0001-embedded-store.md.
package main

import (
	_ "modernc.org/sqlite"
	"sqlitedrivers/common"
)

func main() { common.Run("modernc", "sqlite", "file:%s") }
