package servers

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// apertiumModes is where Debian puts the pairs of languages.
const apertiumModes = "/usr/share/apertium/modes"

// apertiumLauncher runs APy on 127.0.0.1: by itself it listens on every interface.
const apertiumLauncher = `
import tornado.httpserver
bind = tornado.httpserver.HTTPServer.bind
tornado.httpserver.HTTPServer.bind = lambda server, port: bind(server, port, "127.0.0.1")
import apertium_apy.apy
apertium_apy.apy.main()
`

// ApertiumServer is an APy, the server of the translator Apertium. Its methods are not safe for
// concurrent use.
type ApertiumServer struct {
	Addr    string // host:port
	process *Process
}

// StartApertium runs an APy until Stop, with the pairs of languages that are installed.
func StartApertium(ctx context.Context) (*ApertiumServer, error) {
	python, err := apertiumPrograms()
	if err != nil {
		return nil, err
	}
	address, err := FreeAddress()
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("read the address of Apertium: %w", err)
	}
	cmd := exec.Command(python, "-c", apertiumLauncher, "--port", port, apertiumModes)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	process, err := Begin(cmd)
	if err != nil {
		return nil, err
	}
	a := &ApertiumServer{Addr: address, process: process}
	if err := process.Until(ctx, a.listPairs); err != nil {
		a.Stop()
		return nil, err
	}
	return a, nil
}

// apertiumPrograms gives the interpreter of APy, which Debian installs for its own one.
func apertiumPrograms() (string, error) {
	const python = "/usr/bin/python3"
	_, program := exec.LookPath("apertium-apy")
	_, interpreter := os.Stat(python)
	_, pair := os.Stat(apertiumModes + "/eng-spa.mode")
	if err := errors.Join(program, interpreter, pair); err != nil {
		return "", fmt.Errorf("find Apertium: %w", err)
	}
	return python, nil
}

// URL is the base address of its API.
func (a *ApertiumServer) URL() string { return "http://" + a.Addr }

func (a *ApertiumServer) listPairs(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, a.URL()+"/listPairs", http.NoBody)
	if err != nil {
		return err
	}
	transport := &http.Transport{DisableKeepAlives: true}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("list the pairs of languages: %s", response.Status)
	}
	return nil
}

// Stop ends APy and the pipelines that it has started, which are in its process group.
func (a *ApertiumServer) Stop() {
	_ = syscall.Kill(-a.process.cmd.Process.Pid, syscall.SIGKILL)
	<-a.process.Exited()
}

// Apertium gives an APy that translates between English and Spanish at least.
func Apertium(t testing.TB) *ApertiumServer {
	t.Helper()
	_, err := apertiumPrograms()
	need(t, err)
	server, err := StartApertium(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return server
}
