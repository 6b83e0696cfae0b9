package handlers

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

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

// readBody reads a JSON body, at most maxBody bytes.
func readBody(c *gin.Context) ([]byte, error) {
	if kind := c.GetHeader("Content-Type"); kind != "" {
		if media, _, err := mime.ParseMediaType(kind); err != nil || media != "application/json" {
			return nil, errMediaType
		}
	}
	control := http.NewResponseController(c.Writer)
	if err := control.SetReadDeadline(time.Now().Add(bodyTimeout)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, fmt.Errorf("set read deadline: %w", err)
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, errBodyTooLarge
	case err != nil:
		return nil, domain.InvalidField("body", "unreadable", "could not be read to its end")
	}
	if err := control.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, fmt.Errorf("clear read deadline: %w", err)
	}
	return body, nil
}

const bodyKey = "body"

// decode reads the body into request, which must be a pointer to a struct. Unknown fields,
// anything after the object, and text that is not UTF-8 are refused.
func decode(c *gin.Context, request any) error {
	body, ok := c.Get(bodyKey) // read before by the idempotency check
	if !ok {
		read, err := readBody(c)
		if err != nil {
			return err
		}
		body = read
	}
	return decodeJSON(body.([]byte), request)
}

func decodeJSON(body []byte, request any) error {
	if !utf8.Valid(body) {
		return domain.InvalidField("body", "invalid_utf8", "must be UTF-8")
	}
	if !bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("{")) {
		return domain.InvalidField("body", "invalid_json", "must be a JSON object")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(request); err != nil {
		return jsonProblem(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return domain.InvalidField("body", "invalid_json", "must end after one JSON object")
	}
	return nil
}

func jsonProblem(err error) error {
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) {
		field := wrongType.Field
		if field == "" {
			field = "body"
		}
		return domain.InvalidField(field, "invalid_type", "must not be a JSON "+wrongType.Value)
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return domain.InvalidField(strings.Trim(name, `"`), "unknown_field", "is not a field of this request")
	}
	return domain.InvalidField("body", "invalid_json", "must be a JSON object")
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

// query reads the query's parameters and collects what is wrong with them.
type query struct {
	values map[string][]string
	fields []domain.FieldError
}

// newQuery refuses parameters other than known, so that a typo is not ignored silently.
func newQuery(c *gin.Context, known ...string) *query {
	q := &query{values: c.Request.URL.Query()}
	for name := range q.values {
		if !slices.Contains(known, name) {
			q.invalid(name, "unknown_field", "is not a parameter of this request")
		}
	}
	return q
}

func (q *query) invalid(field, code, detail string) {
	q.fields = append(q.fields, domain.FieldError{Field: field, Code: code, Detail: detail})
}

func (q *query) err() error {
	if len(q.fields) == 0 {
		return nil
	}
	return domain.Invalid(q.fields...)
}

func (q *query) text(name string) string {
	if values := q.values[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// integer gives nil when the parameter is absent or wrong.
func (q *query) integer(name string, least, most int64) *int64 {
	if len(q.values[name]) == 0 {
		return nil
	}
	value, err := strconv.ParseInt(q.text(name), 10, 64)
	if err != nil || value < least || value > most {
		q.invalid(name, "out_of_range", fmt.Sprintf("must be an integer from %d to %d", least, most))
		return nil
	}
	return &value
}

func (q *query) limit() int {
	if limit := q.integer("limit", 1, maxLimit); limit != nil {
		return int(*limit)
	}
	return defaultLimit
}

func (q *query) boolean(name string) bool {
	switch q.text(name) {
	case "", "false":
		return false
	case "true":
		return true
	}
	q.invalid(name, "invalid", "must be true or false")
	return false
}

func (q *query) oneOf(name string, allowed ...string) string {
	value := q.text(name)
	if value != "" && !slices.Contains(allowed, value) {
		q.invalid(name, "invalid", "must be one of "+strings.Join(allowed, ", "))
	}
	return value
}

// cursorPrefix is the cursors' version; a change of what they hold changes it.
const cursorPrefix = "1:"

// cursor reads the place after which a page begins; empty on the first page.
func (q *query) cursor() domain.ID {
	text := q.text("cursor")
	if text == "" {
		return ""
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	place, ok := strings.CutPrefix(string(raw), cursorPrefix)
	id, valid := domain.ParseID(place)
	if err != nil || !ok || !valid {
		q.invalid("cursor", "invalid", "is not a cursor that this list has given")
	}
	return id
}

func encodeCursor(place domain.ID) string {
	if place == "" {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(cursorPrefix + place))
}

// atMostOne refuses parameters that contradict each other.
func (q *query) atMostOne(names ...string) {
	var given []string
	for _, name := range names {
		if len(q.values[name]) > 0 {
			given = append(given, name)
		}
	}
	if len(given) > 1 {
		q.invalid(given[1], "conflict", "cannot be given together with "+given[0])
	}
}
