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
}

var _ domain.Translator = (*Cached)(nil)

// NewCached puts the cache in front of inner. Version must change with whatever changes the answers
// of inner, such as its model or its terms.
func NewCached(inner domain.Translator, cache domain.Cache, version string, life time.Duration) *Cached {
	return &Cached{inner: inner, cache: cache, version: version, life: life}
}

// Name is the name of the inner one.
func (c *Cached) Name() string { return c.inner.Name() }

// Translate asks the cache once, and the inner one at most once, for each missing text one time.
// Errors are never cached.
func (c *Cached) Translate(ctx context.Context, request domain.TranslateRequest) ([]domain.Translation, error) {
	keys := make([]string, len(request.Texts))
	for i, text := range request.Texts {
		keys[i] = c.key(request.Source, request.Target, text)
	}
	known := c.get(ctx, keys)
	missing, texts := missingOf(request.Texts, keys, known)
	if len(missing) > 0 {
		request.Texts = texts
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

// missingOf gives the keys that are not known, each once, with their texts.
func missingOf(all, keys []string, known map[string]domain.Translation) (missing, texts []string) {
	listed := make(map[string]bool)
	for i, key := range keys {
		if _, found := known[key]; !found && !listed[key] {
			listed[key] = true
			missing, texts = append(missing, key), append(texts, all[i])
		}
	}
	return missing, texts
}

// key is a hash of everything that the answer depends on. The length before each part keeps two
// different lists of parts from looking the same.
func (c *Cached) key(source, target, text string) string {
	hash := sha256.New()
	for _, part := range []string{c.inner.Name(), c.version, source, target, text} {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		hash.Write(length[:])
		hash.Write([]byte(part))
	}
	return "translation:" + hex.EncodeToString(hash.Sum(nil))
}

// cachedTranslation is the value as JSON.
type cachedTranslation struct {
	Text  string       `json:"text"`
	Terms []cachedTerm `json:"terms,omitempty"`
}

type cachedTerm struct {
	Source   string `json:"source"`
	Target   string `json:"target"`
	Category string `json:"category"`
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
	for _, term := range c.Terms {
		translation.Terms = append(translation.Terms, domain.Term(term))
	}
	return translation
}

// set keeps what can be used again. What cannot be stored with a message is not kept either.
func (c *Cached) set(ctx context.Context, keys []string, fresh []domain.Translation) {
	values := make(map[string][]byte, len(keys))
	for i, given := range fresh {
		if translationError(given) != nil {
			continue
		}
		cached := cachedTranslation{Text: given.Text}
		for _, term := range given.Terms {
			cached.Terms = append(cached.Terms, cachedTerm(term))
		}
		if value, err := json.Marshal(cached); err == nil && len(value) <= longestCached {
			values[keys[i]] = value
		}
	}
	if len(values) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, cacheTimeout)
	defer cancel()
	_ = c.cache.CacheSet(ctx, c.life, values)
}
