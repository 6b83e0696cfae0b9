package handlers

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
	"github.com/go-json-experiment/json/jsontext"

	"dentalk/domain"
)

const (
	idempotencyHeader = "Idempotency-Key"
	// keyLifetime is how long an answer is remembered.
	keyLifetime = 24 * time.Hour
	// keyLease is how long a request may be under way. If the server dies in it, the key is free
	// again afterwards.
	keyLease = time.Minute
)

// storedAnswer is what is remembered of a creating request.
type storedAnswer struct {
	Status   int             `json:"status"`
	Location string          `json:"location,omitempty" validate:"optional"`
	Body     json.RawMessage `json:"body"`
}

// idempotent makes a creating request safe to repeat with an Idempotency-Key. Only successes are
// remembered: a request that was refused changed nothing, and is judged anew.
func (a *API) idempotent(handle handler) handler {
	return func(c *gin.Context) (answer, error) {
		key, err := idempotencyKey(c)
		if err != nil || key == "" {
			if err != nil {
				return answer{}, err
			}
			return handle(c)
		}
		body, err := readJSON(c)
		if err != nil {
			return answer{}, err
		}
		c.Set(bodyKey, body)
		fingerprint := a.fingerprint(body)
		return a.once(c, handle, domain.IdempotencyRecord{
			CallerID: keyOwner(c, fingerprint), Path: c.Request.Method + " " + c.Request.URL.Path, Key: key, Fingerprint: fingerprint,
		})
	}
}

// keyOwner is whose key it is: the caller's, or where nobody has logged in that of the address for this
// one request, since visitors behind one address may choose the same key.
func keyOwner(c *gin.Context, fingerprint string) domain.ID {
	if id := caller(c).UserID; id != "" {
		return id
	}
	return domain.ID("address " + c.ClientIP() + " " + fingerprint)
}

// fingerprint is that of what the body says, not of how its JSON is written. It is keyed, so that whoever
// reads the store cannot try passwords against the bodies that held one.
func (a *API) fingerprint(body []byte) string {
	canonical := jsontext.Value(bytes.Clone(body))
	if canonical.Canonicalize() != nil {
		canonical = body // no JSON: the request will be refused
	}
	keyed := hmac.New(sha256.New, a.TokenKey)
	keyed.Write([]byte("fingerprint "))
	keyed.Write(canonical)
	return hex.EncodeToString(keyed.Sum(nil))
}

func idempotencyKey(c *gin.Context) (string, error) {
	values := c.Request.Header.Values(idempotencyHeader)
	if len(values) == 0 {
		return "", nil
	}
	key := values[0]
	if length := utf8.RuneCountInString(key); length < 1 || length > domain.MaxIdempotencyKey || !utf8.ValidString(key) {
		return "", domain.InvalidField(idempotencyHeader, "out_of_range", fmt.Sprintf("must have 1 to %d characters", domain.MaxIdempotencyKey))
	}
	return key, nil
}

func (a *API) once(c *gin.Context, handle handler, record domain.IdempotencyRecord) (answer, error) {
	now := a.Now()
	record.ExpiresAt = now.Add(keyLease)
	existing, err := a.reserve(c, record, now)
	if err != nil {
		return answer{}, fmt.Errorf("reserve idempotency key: %w", err)
	}
	if existing != nil {
		return replay(*existing, record)
	}
	result, err := handle(c)
	ctx, cancel := withTimeout(c) // what was handled may have taken longer than one
	defer cancel()
	if err != nil {
		a.release(ctx, c, record)
		return answer{}, err
	}
	if record.Answer, err = encodeAnswer(result); err != nil {
		return answer{}, err
	}
	record.ExpiresAt = now.Add(keyLifetime)
	if err := a.Idempotency.CompleteKey(ctx, record); err != nil {
		return answer{}, fmt.Errorf("remember answer: %w", err)
	}
	return result, nil
}

func (a *API) reserve(c *gin.Context, record domain.IdempotencyRecord, now time.Time) (*domain.IdempotencyRecord, error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	return a.Idempotency.ReserveKey(ctx, record, now)
}

// release frees the key of a refused request. Should that fail, the key's lease runs out.
func (a *API) release(ctx context.Context, c *gin.Context, record domain.IdempotencyRecord) {
	if err := a.Idempotency.ReleaseKey(ctx, record); err != nil {
		a.Log.Warn("idempotency key not released", "request", requestID(c), "error", err)
	}
}

func replay(existing, record domain.IdempotencyRecord) (answer, error) {
	if existing.Fingerprint != record.Fingerprint {
		return answer{}, domain.KeyReused()
	}
	if existing.Answer == nil {
		return answer{}, errInProgress
	}
	var stored storedAnswer
	if err := json.Unmarshal(existing.Answer, &stored); err != nil {
		return answer{}, fmt.Errorf("decode remembered answer: %w", err)
	}
	return answer{Status: stored.Status, Location: stored.Location, Replayed: true, Body: stored.Body}, nil
}

// secretive is an answer that tells a secret once. What is remembered of it goes without: a secret that
// is stored, even for a day, could be read in the store or in a copy of it. Who has lost the answer
// makes another key.
type secretive interface{ withoutSecret() any }

func encodeAnswer(result answer) ([]byte, error) {
	if once, ok := result.Body.(secretive); ok {
		result.Body = once.withoutSecret()
	}
	body, err := json.Marshal(result.Body)
	if err != nil {
		return nil, fmt.Errorf("encode answer: %w", err)
	}
	encoded, err := json.Marshal(storedAnswer{Status: result.Status, Location: result.Location, Body: body})
	if err != nil {
		return nil, fmt.Errorf("encode answer to remember: %w", err)
	}
	return encoded, nil
}
