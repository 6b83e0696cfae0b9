package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// answer is what a handler says. The zero answer means that the handler has written everything
// itself, as streams do.
type answer struct {
	Status   int
	Location string // of what was made
	Replayed bool   // the answer to an earlier request with the same idempotency key
	Link     string // to the next page
	Body     any    // nil for none
}

func ok(body any) (answer, error) { return answer{Status: http.StatusOK, Body: body}, nil }

func noContent() (answer, error) { return answer{Status: http.StatusNoContent}, nil }

func created(location string, body any) (answer, error) {
	return answer{Status: http.StatusCreated, Location: location, Body: body}, nil
}

// list answers a page with the cursor and the link of the next.
func list[T any](c *gin.Context, items []T, next string) (answer, error) {
	page := Page[T]{Items: items}
	if items == nil {
		page.Items = []T{}
	}
	result := answer{Status: http.StatusOK, Body: page}
	if next != "" {
		page.Next = &next
		result.Body = page
		query := c.Request.URL.Query()
		query.Set("cursor", next)
		result.Link = "<" + c.Request.URL.Path + "?" + query.Encode() + `>; rel="next"`
	}
	return result, nil
}

// listByID answers a list in the order of IDs. read gives the items after an ID.
func listByID[T, J any](c *gin.Context, read func(context.Context, domain.Caller, domain.ID, int) ([]T, error), id func(T) domain.ID, encode func(T) J) (answer, error) {
	q := newQuery(c)
	after, limit := q.cursor().after, q.limit()
	if err := q.err(); err != nil {
		return answer{}, err
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	found, err := read(ctx, caller(c), after, limit+1) // one more tells whether a page follows
	if err != nil {
		return answer{}, err
	}
	next := ""
	if len(found) > limit {
		found = found[:limit]
		next = q.encode(cursor{after: id(found[limit-1])})
	}
	items := make([]J, len(found))
	for i := range found {
		items[i] = encode(found[i])
	}
	return list(c, items, next)
}

// Page is a page of a list.
type Page[T any] struct {
	Items []T `json:"items"`
	// Opaque; null on the last page.
	Next *string `json:"next" extensions:"x-nullable"`
}

func (a answer) write(c *gin.Context) error {
	if a.Status == 0 {
		return nil
	}
	answerSoon(c)
	var body []byte
	if a.Body != nil {
		var err error
		if body, err = json.Marshal(a.Body); err != nil {
			return fmt.Errorf("encode answer: %w", err)
		}
	}
	a.writeEncoded(c, body)
	return nil
}

func (a answer) writeEncoded(c *gin.Context, body []byte) {
	header := c.Writer.Header()
	setHeader(header, "Location", a.Location)
	setHeader(header, "Link", a.Link)
	if a.Replayed {
		header.Set("Idempotent-Replayed", "true")
	}
	if body == nil {
		c.Status(a.Status)
		c.Writer.WriteHeaderNow()
		return
	}
	c.Data(a.Status, "application/json; charset=utf-8", body)
}

func setHeader(header http.Header, name, value string) {
	if value != "" {
		header.Set(name, value)
	}
}
