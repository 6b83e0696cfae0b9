package handlers

import (
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// importGlossary takes terms from a file, for operators.
//
//	@Summary		Import terms into the glossary
//	@Description	The file is tab-separated text (UTF-8, at most 1,048,576 bytes) with named columns in any order: term_en; term_xx and synonyms_xx for a language xx, synonyms separated by `|`; category. New terms are added; in known ones the languages of the file are replaced and others stay; terms that it does not name stay. All of it or nothing, as one version. Errors name line and column in `field`.
//	@Tags			glossary
//	@Accept			text/tab-separated-values,plain
//	@Produce		json,application/problem+json
//	@Security		Bearer
//	@Param			request								body		string	true	"The file"
//	@Success		200									{object}	GlossaryImport
//	@Failure		400,401,403,404,409,413,415,500,503	{object}	Problem
//	@x-access	"operator"
//	@ID				importGlossary
//	@Router			/v1/ops/glossary/import [post]
func (a *API) importGlossary(c *gin.Context) (answer, error) {
	file, err := readBody(c, domain.MaxGlossaryBytes, "text/tab-separated-values", "text/plain")
	if err != nil {
		return answer{}, err
	}
	terms, err := domain.ParseGlossary(string(file))
	if err != nil {
		return answer{}, err
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	result, err := a.Glossary.Import(ctx, caller(c), terms)
	if err != nil {
		return answer{}, err
	}
	return ok(GlossaryImport(result))
}

// exportGlossary gives the glossary as a file, for operators.
//
//	@Summary	Export the glossary, as the import takes it
//	@Tags		glossary
//	@Produce	text/tab-separated-values,application/problem+json
//	@Security	Bearer
//	@Success	200					{string}	string
//	@Header		200					{string}	Content-Disposition	"A name for the file"
//	@Failure	400,401,403,500,503	{object}	Problem
//	@x-access	"operator ops:read"
//	@ID			exportGlossary
//	@Router		/v1/ops/glossary/export [get]
func (a *API) exportGlossary(c *gin.Context) (answer, error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	terms, _, err := a.Glossary.Terms(ctx, caller(c), domain.TermQuery{Limit: domain.MaxGlossaryTerms})
	if err != nil {
		return answer{}, err
	}
	trace := domain.AuditEntry{Action: domain.AuditExported, Detail: map[string]string{"what": "glossary"}}
	if err := a.Audit.Record(ctx, caller(c), trace); err != nil {
		return answer{}, err
	}
	c.Header("Content-Disposition", `attachment; filename="glossary.tsv"`)
	c.Data(http.StatusOK, "text/tab-separated-values; charset=utf-8", []byte(domain.FormatGlossary(terms)))
	return answer{}, nil
}

// listGlossaryVersions lists who changed what, for operators.
//
//	@Summary	List the versions of the glossary, oldest first: who changed what
//	@Tags		glossary
//	@Produce	json,application/problem+json
//	@Security	Bearer
//	@Param		cursor				query		string	false	"Where the page begins, from next"
//	@Param		limit				query		int		false	"Size of the page"	minimum(1)	maximum(200)	default(50)
//	@Success	200					{object}	Page[GlossaryVersion]
//	@Failure	400,401,403,500,503	{object}	Problem
//	@x-access	"operator ops:read"
//	@ID			listGlossaryVersions
//	@Router		/v1/ops/glossary/versions [get]
func (a *API) listGlossaryVersions(c *gin.Context) (answer, error) {
	q := newQuery(c)
	after, limit := q.version(), q.limit()
	if err := q.err(); err != nil {
		return answer{}, err
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	changes, err := a.Glossary.Changes(ctx, caller(c), after, limit+1) // one more tells whether a page follows
	if err != nil {
		return answer{}, err
	}
	next := ""
	if len(changes) > limit {
		changes = changes[:limit]
		next = q.encodePlace(strconv.FormatInt(changes[limit-1].Version, 10))
	}
	items := make([]GlossaryVersion, len(changes))
	for i, change := range changes {
		items[i] = newGlossaryVersion(change)
	}
	return list(c, items, next)
}

// version is the place of a cursor in a list of versions; 0 on the first page.
func (q *query) version() int64 {
	place := q.place()
	if place == "" {
		return 0
	}
	version, err := strconv.ParseInt(place, 10, 64)
	if err != nil || version < 0 {
		q.wrongCursor()
	}
	return version
}
