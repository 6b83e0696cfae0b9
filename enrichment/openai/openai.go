// Package openai translates and judges messages with a language model behind an endpoint that is
// compatible with OpenAI's chat completions, such as those of Ollama and vLLM.
//
// A message may try to give the model orders. It reaches the model as data, and what comes back is
// taken only when it has the form that is asked for and can be a translation. A judgement that is
// false in form and fact alike cannot be told from an honest one: another analyser has to stand
// beside this one.
package openai

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"

	"dentalk/domain"
	"dentalk/enrichment/internal/rest"
)

// Config says how the endpoint is called. Model is required.
type Config struct {
	URL   string // https://api.openai.com/v1
	Key   string // empty: the endpoint needs none
	Model string
	// MaxTokens bounds what the model writes for a message, its thoughts included; 4096. The
	// longest message takes about 3000.
	MaxTokens int
	Client    *http.Client // nil: one of its own
	AtOnce    int          // requests of one call; 8
}

const (
	name             = "openai"
	defaultURL       = "https://api.openai.com/v1"
	defaultMaxTokens = 4096
)

// Client is a domain.Translator and a domain.Analyser. It is safe for concurrent use.
type Client struct {
	client    *rest.Client
	header    http.Header
	model     string
	maxTokens int
	atOnce    int
	dialect   atomic.Pointer[dialect]
}

var (
	_ domain.Translator = (*Client)(nil)
	_ domain.Analyser   = (*Client)(nil)
)

var errModel = errors.New("the model is missing")

// New makes a client; it does not call the endpoint.
func New(config Config) (*Client, error) {
	if strings.TrimSpace(config.Model) == "" {
		return nil, fmt.Errorf("configure OpenAI: %w", errModel)
	}
	header, err := headerFor(config.Key)
	if err != nil {
		return nil, fmt.Errorf("configure OpenAI: %w", err)
	}
	if config.URL == "" {
		config.URL = defaultURL
	}
	client, err := rest.New(config.URL, config.Client)
	if err != nil {
		return nil, fmt.Errorf("configure OpenAI: %w", err)
	}
	c := &Client{client: client, header: header, model: config.Model, maxTokens: config.MaxTokens, atOnce: config.AtOnce}
	if c.maxTokens <= 0 {
		c.maxTokens = defaultMaxTokens
	}
	if c.atOnce <= 0 {
		c.atOnce = 8
	}
	c.dialect.Store(&dialect{})
	return c, nil
}

func headerFor(key string) (http.Header, error) {
	header := http.Header{}
	if key == "" {
		return header, nil
	}
	if err := rest.CheckKey(key); err != nil {
		return nil, err
	}
	header.Set("Authorization", "Bearer "+key)
	return header, nil
}

// Name is "openai".
func (c *Client) Name() string { return name }

// Version changes with whatever changes the answers: the model and what it is told.
func (c *Client) Version() string { return c.model + "/" + PromptVersion }
