// Command setup builds what the tests' servers need and no package brings.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"dentalk/test/servers"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if _, err := servers.BuildFerretDB(ctx, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
