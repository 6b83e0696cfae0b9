// Command compose reads a Compose file as docker compose does, and prints what it holds as JSON.
// It is a module of its own, so that the product does not depend on it.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run takes the values of variables from the environment.
func run(path string) error {
	options, err := cli.NewProjectOptions([]string{path}, cli.WithOsEnv)
	if err != nil {
		return err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return err
	}
	encoded, err := project.MarshalJSON()
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(encoded)
	return err
}
