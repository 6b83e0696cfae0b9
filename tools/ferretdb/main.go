// Command ferretdb runs FerretDB 1 as a server that speaks MongoDB's protocol, for the tests alone:
// its own command cannot be built from a module's source. It is a module of its own, so that the
// product does not depend on it.
package main

import (
	"context"
	"flag"
	"log"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:27017", "host:port to listen on")
	postgres := flag.String("postgres", "", "URL of the PostgreSQL database that holds the documents")
	flag.Parse()
	if err := run(*listen, *postgres); err != nil {
		log.Fatal(err)
	}
}

func run(listen, postgres string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:      ferretdb.ListenerConfig{TCP: listen},
		Handler:       "postgresql",
		PostgreSQLURL: postgres,
		Logger:        slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		return err
	}
	return server.Run(ctx)
}
