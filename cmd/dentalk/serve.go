package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

const (
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	// maxHeader is more than the API takes, so that what is a little too much is refused with a problem.
	maxHeader = 64 << 10
	// drainWindow is over how long open streams are sent away, so that they do not all come back
	// at the same moment.
	drainWindow     = 2 * time.Second
	shutdownTimeout = 15 * time.Second
)

func (p program) serve(ctx context.Context, args []string) error {
	s, err := p.readSettings(args)
	if err != nil {
		return err
	}
	return s.serve(ctx, p.stdout, p.stderr)
}

// serve runs the server until ctx ends, and then until everything that was under way is done.
func (s settings) serve(ctx context.Context, stdout, stderr io.Writer) error {
	house, listener, err := s.open(ctx, stderr)
	if err != nil {
		return err
	}
	defer house.close()
	if err := house.greet(stdout, address(listener)); err != nil {
		return errors.Join(err, listener.Close())
	}
	return house.run(ctx, listener)
}

// open puts the server together and listens, but answers nobody yet.
func (s settings) open(ctx context.Context, stderr io.Writer) (*house, net.Listener, error) {
	gin.SetMode(gin.ReleaseMode)
	house, err := build(ctx, s, s.logger(stderr))
	if err != nil {
		return nil, nil, err
	}
	listener, err := net.Listen("tcp", s.addr)
	if err != nil {
		house.close()
		return nil, nil, fmt.Errorf("DENTALK_ADDR: cannot listen there: %w", err)
	}
	return house, listener, nil
}

func address(listener net.Listener) string { return "http://" + listener.Addr().String() }

func (s settings) logger(w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: s.logLevel}
	if s.logJSON {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// newServer bounds what a client may send before it is known what it wants. The handler bounds the
// rest: how long bodies and answers may take differs by route.
func newServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		DisableGeneralOptionsHandler: true, // OPTIONS * is answered like everything else
		ErrorLog:                     slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

func (h *house) run(ctx context.Context, listener net.Listener) error {
	server := newServer(h.api, h.log)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	return h.shutdown(server, served)
}

// shutdown ends the streams first, since http.Server.Shutdown waits for them.
func (h *house) shutdown(server *http.Server, served <-chan error) error {
	h.log.Info("shutting down")
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	h.api.Drain()
	h.hub.Drain(ctx, drainWindow)
	err := server.Shutdown(ctx)
	if served := <-served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	if err != nil {
		return fmt.Errorf("shut down: %w", err)
	}
	return nil
}
