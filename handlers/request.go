package handlers

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
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

// decode reads the body into request, which must be a pointer to a struct. Names count with their
// case; unknown and repeated ones, anything after the object, and text that is not UTF-8 are refused.
func decode(c *gin.Context, request any) error {
	body, ok := c.Get(bodyKey) // read before by the idempotency check
	if !ok {
		read, err := readBody(c)
		if err != nil {
			return err
		}
		body = read
	}
	raw := jsontext.Value(body.([]byte))
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

// query reads the query's parameters and collects what is wrong with them.
type query struct {
	values url.Values
	list   string // the path, which cursors are bound to
	fields []domain.FieldError
}

func newQuery(c *gin.Context) *query {
	return &query{values: c.Request.URL.Query(), list: c.Request.URL.Path}
}

// checkQuery refuses parameters other than known, repeated ones and what is no query at all, so
// that a typo is not ignored silently.
func checkQuery(c *gin.Context, known []string) error {
	values, err := url.ParseQuery(c.Request.URL.RawQuery)
	if err != nil {
		return domain.InvalidField("query", "invalid", "must be name=value pairs, percent-encoded and separated by &")
	}
	q := query{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		switch {
		case !slices.Contains(known, name):
			q.invalid(name, "unknown_field", "is not a parameter of this request")
		case len(values[name]) > 1:
			q.invalid(name, "duplicate_field", "is given more than once")
		}
	}
	return q.err()
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

func (q *query) text(name string) string { return q.values.Get(name) }

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

// cursor is where a page begins. It travels as opaque text that is bound to its list.
type cursor struct {
	after domain.ID // the place of the last item of the page before; empty on the first page
	asOf  domain.ID // when the first page was read, where the list's order changes meanwhile
}

// cursorVersion changes when what cursors hold changes.
const cursorVersion = "1"

func (q *query) cursor() cursor {
	text := q.text("cursor")
	if text == "" {
		return cursor{}
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	parts := strings.Split(string(raw), " ")
	if err == nil && len(parts) == 4 && parts[0] == cursorVersion && parts[1] == q.list {
		after, ok := domain.ParseID(parts[2])
		asOf, ok2 := domain.ParseID(parts[3])
		if ok && (ok2 || parts[3] == "") {
			return cursor{after: after, asOf: asOf}
		}
	}
	q.invalid("cursor", "invalid", "is not a cursor that this list has given")
	return cursor{}
}

func (q *query) encode(next cursor) string {
	text := strings.Join([]string{cursorVersion, q.list, string(next.after), string(next.asOf)}, " ")
	return base64.RawURLEncoding.EncodeToString([]byte(text))
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
