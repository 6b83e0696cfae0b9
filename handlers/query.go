package handlers

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

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

// id gives an empty one when the parameter is absent or wrong.
func (q *query) id(name string) domain.ID {
	value := q.text(name)
	id, ok := domain.ParseID(value)
	if value != "" && !ok {
		q.invalid(name, "invalid", "must be an id: 24 digits of lower-case hex")
	}
	return id
}

// time gives the zero time when the parameter is absent or wrong.
func (q *query) time(name string) time.Time {
	value := q.text(name)
	if value == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, value)
	if err != nil {
		q.invalid(name, "invalid", "must be a time as in RFC 3339, for example 2026-03-14T09:26:53Z")
	}
	return at
}

// cursor is where a page begins. It travels as opaque text that is bound to its list.
type cursor struct {
	after domain.ID // the place of the last item of the page before; empty on the first page
	asOf  domain.ID // when the first page was read, where the list's order changes meanwhile
}

// cursorVersion changes when what cursors hold changes.
const cursorVersion = "1"

func (q *query) cursor() cursor {
	place := q.place()
	if place == "" {
		return cursor{}
	}
	first, second, _ := strings.Cut(place, " ")
	after, ok := domain.ParseID(first)
	asOf, ok2 := domain.ParseID(second)
	if ok && (ok2 || second == "") {
		return cursor{after: after, asOf: asOf}
	}
	q.wrongCursor()
	return cursor{}
}

func (q *query) encode(next cursor) string {
	return q.encodePlace(string(next.after) + " " + string(next.asOf))
}

// place is what encodePlace was given; empty on the first page.
func (q *query) place() string {
	text := q.text("cursor")
	if text == "" {
		return ""
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	place, found := strings.CutPrefix(string(raw), q.cursorPrefix())
	if err != nil || !found || place == "" {
		q.wrongCursor()
		return ""
	}
	return place
}

func (q *query) encodePlace(place string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(q.cursorPrefix() + place))
}

func (q *query) cursorPrefix() string { return cursorVersion + " " + q.list + " " }

func (q *query) wrongCursor() {
	q.invalid("cursor", "invalid", "is not a cursor that this list has given")
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
