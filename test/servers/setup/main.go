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
	if err := build(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// build builds one after the other: each uses all cores.
func build(ctx context.Context) error {
	if _, err := servers.BuildFerretDB(ctx, os.Stderr); err != nil {
		return err
	}
	_, err := servers.BuildS3(ctx, os.Stderr)
	return err
}
