package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
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
	"dentalk/enrichment/glossary"
	"dentalk/enrichment/language"
	"dentalk/handlers"
	"dentalk/repository/volatilestore"
	"dentalk/streams"
)

// house is the server, put together.
type house struct {
	log      *slog.Logger
	settings settings
	now      func() time.Time // the store's clock
	metrics  *prometheus.Registry
	shared   shared
	store    *streams.Store
	hub      *streams.Hub
	api      *handlers.API

	// newPassword is the first operator's when this start has made it up.
	newPassword string

	providers      *providers
	stopEnrichment context.CancelFunc
	enrichment     sync.WaitGroup

	accounts   *domain.Accounts
	chat       *domain.Chat
	uploads    *domain.Uploads
	erasures   *domain.Erasures
	stopUpkeep context.CancelFunc
	upkeep     sync.WaitGroup
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
	cached := volatilestore.NewSessions(inner, shared.volatile, inner.Now)
	h := &house{log: log, settings: s, now: inner.Now, metrics: registry, shared: shared, store: streams.NewStore(cached, shared.broker, log)}
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
	audit := domain.NewAuditLog(h.store, ids, h.now)
	h.accounts = &domain.Accounts{
		Store: h.store, Passwords: domain.NewPasswords(2 * runtime.GOMAXPROCS(0)), IDs: ids, Now: h.now,
		RegistrationOpen: s.registrationOpen, Audit: audit,
	}
	if err := h.ensureOperator(ctx, h.accounts); err != nil {
		return err
	}
	embedded, err := glossary.Embedded()
	if err != nil {
		return fmt.Errorf("load glossary: %w", err)
	}
	terms := &domain.TermBase{Store: h.store, Base: embedded, Now: h.now}
	quality := enrichment.NewMetrics(h.metrics)
	enriches, err := h.startEnrichment(terms, quality)
	if err != nil {
		return err
	}
	h.chat = &domain.Chat{
		Store: h.store, Broker: h.shared.broker, Presences: h.shared.volatile, IDs: ids, Now: h.now,
		Language: language.Detect, Enrich: enriches, Audit: audit,
	}
	if err := h.openFiles(ctx, ids, audit); err != nil {
		return err
	}
	h.hub, err = streams.NewHub(ctx, streams.Config{
		Store: h.store, Broker: h.shared.broker, Presences: h.shared.volatile, Encode: handlers.EncodeEvent,
		Log: h.log, Metrics: h.metrics, Instance: s.instanceID, Heartbeat: s.heartbeat, Now: h.now,
		MaxConnections: s.streams, MaxPerUser: s.streamsPerUser,
	})
	if err != nil {
		return fmt.Errorf("start hub: %w", err)
	}
	h.api = handlers.New(handlers.Config{
		Accounts: h.accounts, Chat: h.chat, Glossary: terms, Corrected: quality.Corrected,
		Audit: audit, Uploads: h.uploads, Erasures: h.erasures, MaxUpload: s.maxUpload,
		Idempotency: h.store, Hub: h.hub, Check: h.store.Check, TokenKey: key,
		Failures: h.shared.volatile, Rates: h.shared.volatile, MessagesPerMinute: s.messagesPerMinute,
		KeyRequestsPerMinute: s.keysPerMinute, AllowedOrigins: s.allowedOrigins,
		TrustedProxies: s.trustedProxies, Metrics: promhttp.HandlerFor(h.metrics, promhttp.HandlerOpts{}),
		OpenAPI: handlers.OpenAPI{YAML: docs.OpenAPIYAML, JSON: docs.OpenAPIJSON}, Log: h.log, Now: h.now,
	})
	h.startUpkeep()
	return nil
}

// close ends everything in the opposite order, and waits.
func (h *house) close() {
	if h.hub != nil {
		h.hub.Close()
	}
	if h.stopUpkeep != nil {
		h.stopUpkeep()
		h.upkeep.Wait()
	}
	if h.stopEnrichment != nil {
		h.stopEnrichment()
		h.enrichment.Wait()
		h.providers.flush()
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
	if domain.KindOf(err) == domain.KindConflict {
		return fmt.Errorf("make an operator (dentalk user password enables one that is there): %w", err)
	}
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
	data := h.settings.dataDir
	if h.settings.mongoDBURI != "" {
		data = "in MongoDB" // its address may hold a password
	}
	_, err := fmt.Fprintf(w, "dentalk listens on %s\n  data       %s\n  %s\n  reference  %s/docs\n", url, data, login, url)
	return err
}
