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

// tool is a server that no package brings: a module in tools/, built into the user's cache once for
// each state of its sources.
type tool struct {
	folder string
	name   string // for people
	takes  string // how long a build does
}

// build gives the program's path. It tells progress when there is something to wait for.
func (t tool) build(ctx context.Context, progress io.Writer) (string, error) {
	sources, program, err := t.paths(ctx)
	if err != nil {
		return "", err
	}
	lock := flock.New(program + ".lock")
	if err := lock.Lock(); err != nil {
		return "", fmt.Errorf("wait for another build of %s: %w", t.name, err)
	}
	defer lock.Close()
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	fmt.Fprintf(progress, "building %s for the tests, once: %s\n", t.name, t.takes)
	ctx, cancel := context.WithTimeout(ctx, buildTimeout)
	defer cancel()
	// Built beside it and renamed, so that a build that was interrupted leaves no half program.
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", program+".new", ".")
	build.Dir = sources
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", t.name, err, output)
	}
	if err := os.Rename(program+".new", program); err != nil {
		return "", fmt.Errorf("build %s: %w", t.name, err)
	}
	return program, nil
}

// built tells whether build would have nothing to do.
func (t tool) built(ctx context.Context) error {
	_, program, err := t.paths(ctx)
	if err == nil {
		_, err = os.Stat(program)
	}
	if err != nil {
		return fmt.Errorf("find %s: %w", t.name, err)
	}
	return nil
}

// paths gives the sources, and the program in the user's cache, whose name tells the sources apart.
func (t tool) paths(ctx context.Context) (sources, program string, err error) {
	root, err := moduleRoot(ctx)
	if err != nil {
		return "", "", err
	}
	sources = filepath.Join(root, "tools", t.folder)
	hash := sha256.New()
	for _, name := range []string{"go.mod", "go.sum", "main.go"} {
		content, err := os.ReadFile(filepath.Join(sources, name))
		if err != nil {
			return "", "", fmt.Errorf("read the sources of %s: %w", t.name, err)
		}
		hash.Write(content)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", "", fmt.Errorf("find a place for %s: %w", t.name, err)
	}
	dir := filepath.Join(cache, "dentalk-test")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", "", fmt.Errorf("find a place for %s: %w", t.name, err)
	}
	return sources, filepath.Join(dir, t.folder+"-"+hex.EncodeToString(hash.Sum(nil)[:6])), nil
}
