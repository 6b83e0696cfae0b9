package handlers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"dentalk/domain"
)

const (
	// maxBody holds a message of 4,000 characters, each escaped as two \uXXXX.
	maxBody = 64 << 10
	// bodyTimeout is how long a client may take to send a body.
	bodyTimeout = 15 * time.Second
	// requestTimeout bounds everything that a request waits for.
	requestTimeout = 10 * time.Second

	defaultLimit = 50
	maxLimit     = 200
)

// withTimeout gives the request's context with a deadline, so that a store that is down makes a
// 503 and not a hanging client.
func withTimeout(c *gin.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(c.Request.Context(), requestTimeout)
}

// readJSON reads a JSON body, at most maxBody bytes.
func readJSON(c *gin.Context) ([]byte, error) { return readBody(c, maxBody, "application/json") }

// readBody reads a body of one of the media types, at most the given number of bytes.
func readBody(c *gin.Context, most int64, media ...string) ([]byte, error) {
	if kind := c.GetHeader("Content-Type"); kind != "" {
		if given, _, err := mime.ParseMediaType(kind); err != nil || !slices.Contains(media, given) {
			return nil, errMediaType(media)
		}
	}
	control := http.NewResponseController(c.Writer)
	if err := control.SetReadDeadline(time.Now().Add(bodyTimeout)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, fmt.Errorf("set read deadline: %w", err)
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, most))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, errBodyTooLarge(most)
	case err != nil:
		return nil, domain.InvalidField("body", "unreadable", "could not be read to its end")
	}
	if err := control.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, fmt.Errorf("clear read deadline: %w", err)
	}
	return body, nil
}

const bodyKey = "body" // read before by the idempotency check

// decode reads the body into request, which must be a pointer to a struct. Names count with their
// case; unknown and repeated ones, anything after the object, and text that is not UTF-8 are refused.
func decode(c *gin.Context, request any) error {
	body, err := requestBody(c)
	if err != nil {
		return err
	}
	return decodeBody(body, request)
}

// decodeIfAny is decode for a request that may also come without a body, when all its fields are optional.
func decodeIfAny(c *gin.Context, request any) error {
	if c.Request.ContentLength == 0 {
		return nil
	}
	body, err := requestBody(c)
	if err != nil || len(body) == 0 {
		return err
	}
	return decodeBody(body, request)
}

// withoutBody refuses a body that says anything, so that nobody believes that it was heeded.
func withoutBody(handle handler) handler {
	return func(c *gin.Context) (answer, error) {
		if err := decodeIfAny(c, &struct{}{}); err != nil {
			return answer{}, err
		}
		return handle(c)
	}
}

func requestBody(c *gin.Context) ([]byte, error) {
	if body, ok := c.Get(bodyKey); ok {
		return body.([]byte), nil
	}
	return readJSON(c)
}

func decodeBody(body []byte, request any) error {
	raw := jsontext.Value(body)
	if raw.Kind() != '{' {
		return domain.InvalidField("body", "invalid_json", "must be a JSON object")
	}
	if err := json.Unmarshal(raw, request, json.RejectUnknownMembers(true)); err != nil {
		return jsonProblem(err)
	}
	return nil
}

// jsonProblem names the field, or the place where the text is no JSON.
func jsonProblem(err error) error {
	var meaning *json.SemanticError
	if errors.As(err, &meaning) {
		field := fieldName(meaning.JSONPointer)
		if errors.Is(err, json.ErrUnknownName) {
			return domain.InvalidField(field, "unknown_field", "is not a field of this request")
		}
		return domain.InvalidField(field, "invalid_type", "must not be a JSON "+meaning.JSONKind.String())
	}
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		if errors.Is(err, jsontext.ErrDuplicateName) {
			return domain.InvalidField(fieldName(syntax.JSONPointer), "duplicate_field", "is given more than once")
		}
		return domain.InvalidField("body", "invalid_json", fmt.Sprintf("is no JSON from byte %d on", syntax.ByteOffset))
	}
	return domain.InvalidField("body", "invalid_json", "must be a JSON object")
}

// fieldName turns /participantIds/0 into participantIds[0].
func fieldName(pointer jsontext.Pointer) string {
	name := ""
	for token := range pointer.Tokens() {
		switch _, err := strconv.Atoi(token); {
		case name == "":
			name = token
		case err == nil:
			name += "[" + token + "]"
		default:
			name += "." + token
		}
	}
	if name == "" {
		return "body"
	}
	return name
}

// nullable is a field of a PATCH that tells apart: absent, null and a value.
type nullable struct {
	Present bool
	Value   string
}

// UnmarshalJSON is called only when the field is there; null gives an empty value.
func (n *nullable) UnmarshalJSON(raw []byte) error {
	n.Present = true
	return json.Unmarshal(raw, &n.Value)
}

// text gives nil when the field is absent, and an empty text for null.
func (n nullable) text() *string {
	if !n.Present {
		return nil
	}
	return &n.Value
}

// id gives nil when the field is absent, and an empty ID for null.
func (n nullable) id() *domain.ID { return (*domain.ID)(n.text()) }
