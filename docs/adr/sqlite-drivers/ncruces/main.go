// Command ncruces measures the driver; see ../../0001-embedded-store.md.
package main

import (
	_ "github.com/ncruces/go-sqlite3/driver"
	"sqlitedrivers/common"
)

func main() { common.Run("ncruces", "sqlite3", "file:%s") }
