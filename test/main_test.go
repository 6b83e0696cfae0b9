// Package test drives the built binary from outside, over real sockets, as clients do. Every
// request and answer is checked against the API's description.
package test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"dentalk/test/servers"
)

// binary is the server under test, built once with the race detector.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "dentalk-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binary = filepath.Join(dir, "dentalk")
	build := exec.Command("go", "build", "-race", "-o", binary, "dentalk/cmd/dentalk")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "build the server:", err)
		os.Exit(1)
	}
	code := servers.Main(m)
	os.RemoveAll(dir)
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// usePlainBinary runs a server without the race detector for the length of a benchmark.
func usePlainBinary(b *testing.B) {
	b.Helper()
	checked := binary
	binary = filepath.Join(b.TempDir(), "dentalk")
	if output, err := exec.Command("go", "build", "-o", binary, "dentalk/cmd/dentalk").CombinedOutput(); err != nil {
		b.Fatalf("build the server: %v: %s", err, output)
	}
	b.Cleanup(func() { binary = checked })
}
