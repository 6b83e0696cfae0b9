// Command versitygw runs Versity's S3 gateway on a directory, for the tests alone. It is a module of
// its own, so that the product does not depend on it, and leaves out the gateway's other storage.
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
)

// connections is more than any test opens.
const connections = 1024

func main() {
	listen := flag.String("listen", "127.0.0.1:7070", "host:port to listen on")
	dir := flag.String("dir", "", "directory with the folders buckets, each folder in it a bucket, and metadata")
	flag.Parse()
	if err := run(*listen, *dir, os.Getenv("ACCESS_KEY"), os.Getenv("SECRET_KEY")); err != nil {
		log.Fatal(err)
	}
}

func run(listen, dir, accessKey, secretKey string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	// Beside the files: not every file system has extended attributes for it.
	metadata, err := meta.NewSideCar(filepath.Join(dir, "metadata"))
	if err != nil {
		return err
	}
	files, err := posix.New(filepath.Join(dir, "buckets"), metadata, posix.PosixOpts{SideCarDir: filepath.Join(dir, "metadata")})
	if err != nil {
		return err
	}
	return embedgw.RunVersityGW(ctx, files, &embedgw.Config{
		RootUserAccess: accessKey, RootUserSecret: secretKey, Ports: []string{listen}, KeepAlive: true, Quiet: true,
		MaxConnections: connections, MaxRequests: connections, MultipartMaxParts: 10_000, HealthPath: "/health",
	})
}
