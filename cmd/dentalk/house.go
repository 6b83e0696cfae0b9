package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"dentalk/docs"
	"dentalk/domain"
	"dentalk/enrichment"
	"dentalk/enrichment/analyser"
	"dentalk/enrichment/glossary"
	"dentalk/handlers"
	"dentalk/repository/volatilestore"
	"dentalk/streams"
)

// house is the server, put together.
type house struct {
	log      *slog.Logger
	settings settings
	metrics  *prometheus.Registry
	shared   shared
	store    *streams.Store
	hub      *streams.Hub
	api      *handlers.API

	// newPassword is the first operator's when this start has made it up.
	newPassword string

	stopEnrichment context.CancelFunc
	enrichment     sync.WaitGroup
}

// build opens the store and constructs everything around it. What it has begun when it fails, it
// ends itself.
func build(ctx context.Context, s settings, log *slog.Logger) (*house, error) {
	if s.instanceID == "" {
		s.instanceID = strings.ToLower(rand.Text()[:8])
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	shared, err := openShared(s, registry, log)
	if err != nil {
		return nil, err
	}
	inner, err := openStore(ctx, s, registry)
	if err != nil {
		return nil, errors.Join(err, shared.close())
	}
	cached := volatilestore.NewSessions(inner, shared.volatile, time.Now)
	h := &house{log: log, settings: s, metrics: registry, shared: shared, store: streams.NewStore(cached, shared.broker, log)}
	if err := h.furnish(ctx); err != nil {
		h.close()
		return nil, err
	}
	return h, nil
}

func (h *house) furnish(ctx context.Context) error {
	s := h.settings
	key, err := tokenKey(s)
	if err != nil {
		return err
	}
	ids, err := domain.NewIDSource(rand.Reader, "")
	if err != nil {
		return err
	}
	accounts := &domain.Accounts{
		Store: h.store, Passwords: domain.NewPasswords(2 * runtime.GOMAXPROCS(0)), IDs: ids, Now: time.Now, RegistrationOpen: s.registrationOpen,
	}
	if err := h.ensureOperator(ctx, accounts); err != nil {
		return err
	}
	pipeline, err := h.startEnrichment()
	if err != nil {
		return err
	}
	h.hub, err = streams.NewHub(ctx, streams.Config{
		Store: h.store, Broker: h.shared.broker, Presences: h.shared.volatile, Encode: handlers.EncodeEvent,
		Log: h.log, Metrics: h.metrics, Instance: s.instanceID, Heartbeat: s.heartbeat, Now: time.Now,
	})
	if err != nil {
		return fmt.Errorf("start hub: %w", err)
	}
	h.api = handlers.New(handlers.Config{
		Accounts:    accounts,
		Chat:        &domain.Chat{Store: h.store, Broker: h.shared.broker, Presences: h.shared.volatile, IDs: ids, Now: time.Now, Enrich: pipeline},
		Idempotency: h.store, Hub: h.hub, Check: h.store.Check, TokenKey: key,
		Failures: h.shared.volatile, Rates: h.shared.volatile, MessagesPerMinute: s.messagesPerMinute,
		TrustedProxies: s.trustedProxies, Metrics: promhttp.HandlerFor(h.metrics, promhttp.HandlerOpts{}),
		OpenAPI: handlers.OpenAPI{YAML: docs.OpenAPIYAML, JSON: docs.OpenAPIJSON}, Log: h.log, Now: time.Now,
	})
	return nil
}

// translationLife is how long a translation is remembered.
const translationLife = 24 * time.Hour

// startEnrichment tells whether there is anything to enrich with.
func (h *house) startEnrichment() (bool, error) {
	config := enrichment.Config{Store: h.store, Log: h.log, Now: time.Now}
	if h.settings.translator == "glossary" {
		terms, err := glossary.New()
		if err != nil {
			return false, fmt.Errorf("load glossary: %w", err)
		}
		config.Translator = enrichment.NewCached(terms, h.shared.volatile, terms.Version(), translationLife)
	}
	if h.settings.sentiment == "embedded" {
		model, err := analyser.New()
		if err != nil {
			return false, fmt.Errorf("load analyser: %w", err)
		}
		config.Analyser = model
	}
	if config.Translator == nil && config.Analyser == nil {
		return false, nil
	}
	pipeline := enrichment.New(config)
	h.store.OnEnrichmentDue(pipeline.Ring)
	ctx, stop := context.WithCancel(context.Background())
	h.stopEnrichment = stop
	h.enrichment.Go(func() {
		if err := pipeline.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
			h.log.Error("enrichment ended", "error", err)
		}
	})
	return true, nil
}

// close ends everything in the opposite order, and waits.
func (h *house) close() {
	if h.hub != nil {
		h.hub.Close()
	}
	if h.stopEnrichment != nil {
		h.stopEnrichment()
		h.enrichment.Wait()
	}
	if err := errors.Join(h.store.Close(), h.shared.close()); err != nil {
		h.log.Error("not closed cleanly", "error", err)
	}
}

// ensureOperator makes the first operator when there is none.
func (h *house) ensureOperator(ctx context.Context, accounts *domain.Accounts) error {
	password := h.settings.operatorPassword
	if password == "" {
		password = strings.ToLower(rand.Text()[:20])
	}
	made, err := accounts.EnsureOperator(ctx, h.settings.operatorUsername, password)
	if err != nil {
		return fmt.Errorf("make the first operator: %w", err)
	}
	if made && h.settings.operatorPassword == "" {
		h.newPassword = password
	}
	return nil
}

// greet tells a person what to do next.
func (h *house) greet(w io.Writer, url string) error {
	login := "log in     as an operator that exists already"
	switch {
	case h.newPassword != "":
		login = fmt.Sprintf("log in     %s / %s   (made now, shown only this once)", h.settings.operatorUsername, h.newPassword)
	case h.settings.operatorPassword != "":
		login = fmt.Sprintf("log in     %s (its password is the DENTALK_OPERATOR_PASSWORD of the first start)", h.settings.operatorUsername)
	}
	_, err := fmt.Fprintf(w, "dentalk listens on %s\n  data       %s\n  %s\n  reference  %s/docs\n", url, h.settings.dataDir, login, url)
	return err
}

const secretFile = "jwt-secret"

// tokenKey gives the secret of the settings, or the one that is kept in the data dir and made at
// the first start.
func tokenKey(s settings) ([]byte, error) {
	if s.jwtSecret != "" {
		return []byte(s.jwtSecret), nil
	}
	path := filepath.Join(s.dataDir, secretFile)
	key, err := os.ReadFile(path)
	if err == nil && len(key) >= 32 {
		return key, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the token secret: %w", err)
	}
	key = []byte(rand.Text() + rand.Text())
	if err := writeSecret(path, key); err != nil {
		return nil, fmt.Errorf("keep the token secret: %w", err)
	}
	return key, nil
}

// writeSecret leaves either no file or a whole one, also when the machine dies in between.
func writeSecret(path string, secret []byte) error {
	file, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(secret)
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
