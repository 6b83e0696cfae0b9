package enrichment

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"dentalk/domain"
)

const (
	// cacheTimeout bounds what a translation waits for the cache, which it can do without.
	cacheTimeout = 500 * time.Millisecond
	// longestCached is the longest value in bytes that is worth its space.
	longestCached = 64 << 10
)

// Cached is a Translator that asks another one only for what is not in the cache. A cache that
// fails costs the calls that it would have saved. It is safe for concurrent use.
type Cached struct {
	inner   domain.Translator
	cache   domain.Cache
	version string
	life    time.Duration
	metrics *Metrics
}

var _ domain.Translator = (*Cached)(nil)

// NewCached puts the cache in front of inner. Version must change with whatever changes the answers
// of inner, such as its model; the version of the request's dictionary is part of the key, too.
func NewCached(inner domain.Translator, cache domain.Cache, version string, life time.Duration, metrics *Metrics) *Cached {
	return &Cached{inner: inner, cache: cache, version: version, life: life, metrics: metrics}
}

// Name is the name of the inner one.
func (c *Cached) Name() string { return c.inner.Name() }

// Translate asks the cache once, unless the request is Fresh, and the inner one at most once, for
// each missing text one time. Errors are never cached.
func (c *Cached) Translate(ctx context.Context, request domain.TranslateRequest) ([]domain.Translation, error) {
	keys := make([]string, len(request.Texts))
	for i, text := range request.Texts {
		keys[i] = c.key(request, text)
	}
	known := map[string]domain.Translation{}
	if !request.Fresh {
		known = c.get(ctx, keys)
	}
	missing, places := missingOf(keys, known)
	c.metrics.cache.WithLabelValues(c.inner.Name(), "hit").Add(float64(len(keys) - len(missing)))
	c.metrics.cache.WithLabelValues(c.inner.Name(), "miss").Add(float64(len(missing)))
	if len(missing) > 0 {
		request = selected(request, places)
		fresh, err := c.inner.Translate(ctx, request)
		if err != nil {
			return nil, err
		}
		if len(fresh) != len(missing) {
			return nil, fmt.Errorf("%d answers to %d texts: %w", len(fresh), len(missing), errBroken)
		}
		for i, key := range missing {
			known[key] = fresh[i]
		}
		c.set(ctx, missing, fresh)
	}
	answers := make([]domain.Translation, len(keys))
	for i, key := range keys {
		answers[i] = known[key]
	}
	return answers, nil
}

// missingOf gives the keys that are not known, each once, with their places.
func missingOf(keys []string, known map[string]domain.Translation) (missing []string, places []int) {
	listed := make(map[string]bool)
	for i, key := range keys {
		if _, found := known[key]; !found && !listed[key] {
			listed[key] = true
			missing, places = append(missing, key), append(places, i)
		}
	}
	return missing, places
}

// selected is the request with the texts at these places only.
func selected(request domain.TranslateRequest, places []int) domain.TranslateRequest {
	texts := make([]string, len(places))
	var terms [][]domain.Term
	for i, place := range places {
		texts[i] = request.Texts[place]
		if request.Terms != nil {
			terms = append(terms, request.Terms[place])
		}
	}
	request.Texts, request.Terms = texts, terms
	return request
}

// key is a hash of everything that the answer depends on. The length before each part keeps two
// different lists of parts from looking the same.
func (c *Cached) key(request domain.TranslateRequest, text string) string {
	glossary := ""
	if request.Dictionary != nil {
		glossary = request.Dictionary.Version
	}
	hash := sha256.New()
	for _, part := range []string{c.inner.Name(), c.version, request.Source, request.Target, glossary, text} {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		hash.Write(length[:])
		hash.Write([]byte(part))
	}
	return domain.CachedTranslations + hex.EncodeToString(hash.Sum(nil))
}

// cachedTranslation is the value as JSON.
type cachedTranslation struct {
	Text     string          `json:"text"`
	Analysis *cachedAnalysis `json:"analysis,omitempty"`
}

type cachedAnalysis struct {
	Sentiment  string   `json:"sentiment"`
	Score      float64  `json:"score"`
	Confidence float64  `json:"confidence"`
	Complaint  bool     `json:"complaint"`
	Category   string   `json:"category,omitempty"`
	Certainty  float64  `json:"certainty"` // of the verdict on the complaint
	Reasons    []string `json:"reasons,omitempty"`
}

// get gives what is known; a value that cannot be read is not known.
func (c *Cached) get(ctx context.Context, keys []string) map[string]domain.Translation {
	ctx, cancel := context.WithTimeout(ctx, cacheTimeout)
	defer cancel()
	known := make(map[string]domain.Translation, len(keys))
	values, err := c.cache.CacheGet(ctx, keys...)
	if err != nil {
		return known
	}
	for key, value := range values {
		var cached cachedTranslation
		if json.Unmarshal(value, &cached) == nil {
			known[key] = cached.translation()
		}
	}
	return known
}

func (c cachedTranslation) translation() domain.Translation {
	translation := domain.Translation{Text: c.Text}
	if a := c.Analysis; a != nil {
		translation.Analysis = &domain.Analysis{
			Emotion: domain.Emotion{Sentiment: domain.Sentiment(a.Sentiment), Score: a.Score, Confidence: a.Confidence},
			Complaint: domain.Complaint{
				Detected: a.Complaint, Category: domain.ComplaintCategory(a.Category), Confidence: a.Certainty, Reasons: a.Reasons,
			},
		}
	}
	return translation
}

func newCachedTranslation(given domain.Translation) cachedTranslation {
	cached := cachedTranslation{Text: given.Text}
	if a := given.Analysis; a != nil {
		cached.Analysis = &cachedAnalysis{
			Sentiment: string(a.Emotion.Sentiment), Score: a.Emotion.Score, Confidence: a.Emotion.Confidence,
			Complaint: a.Complaint.Detected, Category: string(a.Complaint.Category), Certainty: a.Complaint.Confidence,
			Reasons: a.Complaint.Reasons,
		}
	}
	return cached
}

// set keeps what can be used again: neither failures nor what cannot be stored with a message.
func (c *Cached) set(ctx context.Context, keys []string, fresh []domain.Translation) {
	values := make(map[string][]byte, len(keys))
	for i, given := range fresh {
		if given.Text == "" || translationError(given) != nil {
			continue
		}
		if value, err := json.Marshal(newCachedTranslation(given)); err == nil && len(value) <= longestCached {
			values[keys[i]] = value
		}
	}
	if len(values) == 0 {
		return
	}
	// The texts are paid for, whatever has become of the request.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cacheTimeout)
	defer cancel()
	_ = c.cache.CacheSet(ctx, c.life, values)
}
