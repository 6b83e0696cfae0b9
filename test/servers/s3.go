package servers

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// bucket is the one that every S3Server has.
const bucket = "dentalk"

var versityGW = tool{folder: "versitygw", name: "Versity's S3 gateway", takes: "a minute, or up to five when nothing of it is in Go's caches"}

// BuildS3 builds the module tools/versitygw as BuildFerretDB builds FerretDB.
func BuildS3(ctx context.Context, progress io.Writer) (string, error) {
	return versityGW.build(ctx, progress)
}

// S3Server speaks S3 without TLS: Versity's gateway on a directory, with one bucket. Its methods are
// not safe for concurrent use.
type S3Server struct {
	Addr      string // host:port, the same after a restart
	AccessKey string
	SecretKey string
	program   string
	dir       string
	process   *Process
}

// StartS3 runs a server with an empty bucket until Stop. The first time it builds the server, and
// tells so on standard error.
func StartS3(ctx context.Context) (*S3Server, error) {
	program, err := BuildS3(ctx, os.Stderr)
	if err != nil {
		return nil, err
	}
	address, err := FreeAddress()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "dentalk-s3-")
	if err != nil {
		return nil, fmt.Errorf("make a directory for S3: %w", err)
	}
	s := &S3Server{Addr: address, AccessKey: rand.Text(), SecretKey: rand.Text(), program: program, dir: dir}
	if err := s.open(ctx); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

func (s *S3Server) open(ctx context.Context) error {
	for _, folder := range []string{filepath.Join("buckets", bucket), "metadata"} {
		if err := os.MkdirAll(filepath.Join(s.dir, folder), 0o700); err != nil {
			return fmt.Errorf("make a directory for S3: %w", err)
		}
	}
	return s.start(ctx)
}

func (s *S3Server) start(ctx context.Context) error {
	cmd := exec.Command(s.program, "-listen", s.Addr, "-dir", s.dir)
	cmd.Env = append(os.Environ(), "ACCESS_KEY="+s.AccessKey, "SECRET_KEY="+s.SecretKey)
	var err error
	if s.process, err = Begin(cmd); err != nil {
		return err
	}
	return s.process.Until(ctx, s.healthy)
}

func (s *S3Server) healthy(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.Addr+"/health", http.NoBody)
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
		return fmt.Errorf("ask S3 for its health: %s", response.Status)
	}
	return nil
}

// URL leads to the bucket, in the form that a file store's setting takes.
func (s *S3Server) URL() string { return s.URLAt(s.Addr) }

// URLAt is the URL through a proxy at the address.
func (s *S3Server) URLAt(address string) string {
	parsed := url.URL{Scheme: "s3", User: url.UserPassword(s.AccessKey, s.SecretKey), Host: address, Path: "/" + bucket, RawQuery: "tls=false"}
	return parsed.String()
}

// Kill ends the server by SIGKILL. What was stored stays.
func (s *S3Server) Kill() { s.process.Kill() }

// Restart starts the server with its files on the same port, after a Kill if it still runs.
func (s *S3Server) Restart(ctx context.Context) error {
	s.Kill()
	return s.start(ctx)
}

// Stop ends the server and removes its files. SIGTERM would wait for clients that keep connections.
func (s *S3Server) Stop() {
	if s.process != nil {
		s.Kill()
	}
	_ = os.RemoveAll(s.dir)
}

// S3 gives an S3 server that the test may kill.
func S3(t testing.TB) *S3Server {
	t.Helper()
	need(t, versityGW.built(t.Context()))
	server, err := StartS3(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return server
}
