package servers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// buildTimeout covers a machine with one core and an empty module cache.
const buildTimeout = 20 * time.Minute

// BuildFerretDB builds the module tools/ferretdb into the user's cache, once for each state of its
// sources, and gives the program's path. It tells progress when there is something to wait for.
func BuildFerretDB(ctx context.Context, progress io.Writer) (string, error) {
	root, err := moduleRoot(ctx)
	if err != nil {
		return "", err
	}
	sources := filepath.Join(root, "tools", "ferretdb")
	program, err := ferretDBProgram(sources)
	if err != nil {
		return "", err
	}
	lock := flock.New(program + ".lock")
	if err := lock.Lock(); err != nil {
		return "", fmt.Errorf("wait for another build of FerretDB: %w", err)
	}
	defer lock.Close()
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	fmt.Fprintln(progress, "building FerretDB for the tests, once: a minute, or up to ten when nothing of it is in Go's caches")
	ctx, cancel := context.WithTimeout(ctx, buildTimeout)
	defer cancel()
	// Built beside it and renamed, so that a build that was interrupted leaves no half program.
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", program+".new", ".")
	build.Dir = sources
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build FerretDB: %w\n%s", err, output)
	}
	if err := os.Rename(program+".new", program); err != nil {
		return "", fmt.Errorf("build FerretDB: %w", err)
	}
	return program, nil
}

// ferretDBProgram is the path in the user's cache, which tells the sources apart.
func ferretDBProgram(sources string) (string, error) {
	hash := sha256.New()
	for _, name := range []string{"go.mod", "go.sum", "main.go"} {
		content, err := os.ReadFile(filepath.Join(sources, name))
		if err != nil {
			return "", fmt.Errorf("read the sources of FerretDB: %w", err)
		}
		hash.Write(content)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find a place for FerretDB: %w", err)
	}
	dir := filepath.Join(cache, "dentalk-test")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("find a place for FerretDB: %w", err)
	}
	return filepath.Join(dir, "ferretdb-"+hex.EncodeToString(hash.Sum(nil)[:6])), nil
}
