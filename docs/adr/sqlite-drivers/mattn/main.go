// Command mattn measures the driver; see ../../0001-embedded-store.md.
package main

import (
	_ "github.com/mattn/go-sqlite3"
	"sqlitedrivers/common"
)

func main() { common.Run("mattn", "sqlite3", "file:%s") }
