package checker

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
)

// Build builds the server with the race detector into a directory.
func Build(ctx context.Context, dir string) (string, error) {
	binary := filepath.Join(dir, "dentalk")
	output, err := exec.CommandContext(ctx, "go", "build", "-race", "-o", binary, "dentalk/cmd/dentalk").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build the server: %w\n%s", err, output)
	}
	return binary, nil
}
