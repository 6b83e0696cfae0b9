package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"dentalk/domain"
	"dentalk/enrichment"
	"dentalk/enrichment/apertium"
	"dentalk/enrichment/deepl"
	"dentalk/enrichment/googlelanguage"
	"dentalk/enrichment/googletranslate"
	"dentalk/enrichment/libretranslate"
	"dentalk/enrichment/openai"
	"dentalk/enrichment/papago"
	"dentalk/enrichment/privacy"
	"dentalk/enrichment/protect"
)

const (
	// translationLife is how long a translation is remembered.
	translationLife = 24 * time.Hour
	// requestTimeout is for one request of a provider; a language model takes longer.
	requestTimeout = 5 * time.Second
	modelTimeout   = 10 * time.Second
)

// providers makes what translates and analyses from the settings. Each provider stands behind a
// guard of its own, also when it does both.
type providers struct {
	settings providerSettings
	usage    domain.UsageStore
	cache    domain.Cache
	metrics  *enrichment.Metrics
	log      *slog.Logger
	now      func() time.Time

	guards map[string]*enrichment.Guard
	openAI *openai.Client
}

// translator makes the chain of the providers; nil when there is none that translates.
func (p *providers) translator(names []string) (domain.Translator, error) {
	var links []domain.Translator
	for _, name := range names {
		if name == "glossary" {
			continue // it has terms only, and gives them beside every provider
		}
		link, err := p.link(name)
		if err != nil {
			return nil, fmt.Errorf("provider %s: %w", name, err)
		}
		links = append(links, link)
	}
	if len(links) == 0 {
		return nil, nil
	}
	return enrichment.NewChain(protect.Missing, p.metrics, links...), nil
}

// link is a provider as the chain sees it. The masks are outside of the cache, so that what is masked
// does not get into it either.
func (p *providers) link(name string) (domain.Translator, error) {
	inner, version, address, err := p.bare(name)
	if err != nil {
		return nil, err
	}
	cached := enrichment.NewCached(p.guard(name).Translator(inner), p.cache, version, translationLife, p.metrics)
	if !p.masks(address) {
		return cached, nil
	}
	return privacy.Translator(cached), nil
}

// bare makes the provider itself, with what its answers depend on and where it is.
func (p *providers) bare(name string) (_ domain.Translator, version, address string, err error) {
	s := p.settings
	switch name {
	case "openai":
		made, err := p.model()
		if err != nil {
			return nil, "", "", err
		}
		return made, made.Version(), s.openAIURL, nil
	case "deepl":
		made, err := deepl.New(deepl.Config{Key: s.deepLKey, URL: s.deepLURL, Client: p.client(name, requestTimeout), Log: p.log})
		return made, "1", s.deepLURL, err
	case "papago":
		made, err := papago.New(papago.Config{
			KeyID: s.papagoKeyID, Key: s.papagoKey, URL: s.papagoURL, GlossaryKey: s.papagoGlossary,
			Client: p.client(name, requestTimeout), AtOnce: s.atOnce,
		})
		return made, s.papagoGlossary, s.papagoURL, err
	case "google":
		made, err := googletranslate.New(googletranslate.Config{Key: s.googleKey, URL: s.googleTranslateURL, Client: p.client(name, requestTimeout)})
		return made, "1", s.googleTranslateURL, err
	case "libretranslate":
		made, err := libretranslate.New(libretranslate.Config{Key: s.libreTranslateKey, URL: s.libreTranslateURL, Client: p.client(name, requestTimeout)})
		return made, s.libreTranslateURL, s.libreTranslateURL, err
	case "apertium":
		made, err := apertium.New(apertium.Config{URL: s.apertiumURL, Client: p.client(name, requestTimeout)})
		return made, s.apertiumURL, s.apertiumURL, err
	}
	return nil, "", "", fmt.Errorf("there is no provider %q", name)
}

// model is one client for translations and analyses.
func (p *providers) model() (*openai.Client, error) {
	if p.openAI != nil {
		return p.openAI, nil
	}
	s := p.settings
	made, err := openai.New(openai.Config{URL: s.openAIURL, Key: s.openAIKey, Model: s.openAIModel, Client: p.client("openai", modelTimeout)})
	p.openAI = made
	return made, err
}

// second is the analyser that the embedded one stands beside; nil when there is none.
func (p *providers) second(name string) (domain.Analyser, error) {
	var inner domain.Analyser
	var err error
	address := p.settings.openAIURL
	switch name {
	case "openai":
		inner, err = p.model()
	case "google":
		address = p.settings.googleLanguageURL
		inner, err = googlelanguage.New(googlelanguage.Config{
			Key: p.settings.googleKey, URL: address, Client: p.client(googleLanguage, requestTimeout), AtOnce: p.settings.atOnce,
		})
		name = googleLanguage
	default:
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("provider %s: %w", name, err)
	}
	guarded := p.guard(name).Analyser(inner)
	if !p.masks(address) {
		return guarded, nil
	}
	return privacy.Analyser(guarded), nil
}

// googleLanguage is the guard's name of the API that analyses, which has a budget of its own.
const googleLanguage = "google-language"

func (p *providers) guard(name string) *enrichment.Guard {
	if p.guards == nil {
		p.guards = map[string]*enrichment.Guard{}
	}
	if p.guards[name] == nil {
		p.guards[name] = enrichment.NewGuard(enrichment.GuardConfig{
			Name: name, Usage: p.usage, Metrics: p.metrics, Budget: p.settings.budget, Log: p.log, Now: p.now,
		})
	}
	return p.guards[name]
}

// flush writes what was counted last, at the end of the process.
func (p *providers) flush() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	for _, guard := range p.guards {
		guard.Flush(ctx)
	}
}

func (p *providers) client(name string, timeout time.Duration) *http.Client {
	return &http.Client{Transport: enrichment.NewTransport(enrichment.TransportConfig{
		Name: name, Base: newTransport(), Metrics: p.metrics, Timeout: timeout, AtOnce: p.settings.atOnce, PerSecond: p.settings.perSecond,
	})}
}

func newTransport() *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = transport.MaxIdleConns
	return transport
}

// masks tells whether texts for the provider at the address, the vendor's own when it is empty, are
// masked.
func (p *providers) masks(address string) bool {
	switch p.settings.masking {
	case "off":
		return false
	case "always":
		return true
	}
	return !isOwnNetwork(address)
}

// isOwnNetwork tells whether the address is of this machine or of a private network. A name is taken
// as public unless it has no dot, as those inside of a compose file.
func isOwnNetwork(address string) bool {
	parsed, err := url.Parse(address)
	if err != nil || address == "" {
		return false
	}
	host := parsed.Hostname()
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()
	}
	return !strings.Contains(host, ".")
}
