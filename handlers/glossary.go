package handlers

import (
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// listGlossary lists the glossary, for operators.
//
//	@Summary	List the glossary in the order of its terms
//	@Tags		glossary
//	@Produce	json,application/problem+json
//	@Security	Bearer
//	@Param		q					query		string	false	"Only terms with this text, in any language"
//	@Param		category			query		string	false	"Only terms of this category"
//	@Param		cursor				query		string	false	"Where the page begins, from next"
//	@Param		limit				query		int		false	"Size of the page"	minimum(1)	maximum(200)	default(50)
//	@Success	200					{object}	GlossaryPage
//	@Failure	400,401,403,500,503	{object}	Problem
//	@x-access	"operator ops:read"
//	@ID			listGlossary
//	@Router		/v1/ops/glossary [get]
func (a *API) listGlossary(c *gin.Context) (answer, error) {
	q := newQuery(c)
	after, limit := q.place(), q.limit()
	if err := q.err(); err != nil {
		return answer{}, err
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	terms, version, err := a.Glossary.Terms(ctx, caller(c), domain.TermQuery{
		Text: q.text("q"), Category: q.text("category"), After: after, Limit: limit + 1, // one more tells whether a page follows
	})
	if err != nil {
		return answer{}, err
	}
	next := ""
	if len(terms) > limit {
		terms = terms[:limit]
		next = q.encodePlace(terms[limit-1].Term)
	}
	items := newGlossaryTerms(terms)
	result, err := list(c, items, next)
	result.Body = GlossaryPage{Page: Page[GlossaryTerm]{Items: items, Next: textOrNull(next)}, Version: version}
	return result, err
}

// glossaryTerm is read from the path as it was sent: gin would take a plus sign for a space where
// another sign is escaped.
func glossaryTerm(c *gin.Context) string {
	sent := c.Request.URL.EscapedPath()
	term, err := url.PathUnescape(sent[strings.LastIndexByte(sent, '/')+1:])
	if err != nil {
		return c.Param("term")
	}
	return term
}

// getGlossaryTerm gives one term, for operators.
//
//	@Summary		One term of the glossary
//	@Description	The case of its letters does not matter. Terms named export or versions can only be read in the list.
//	@Tags			glossary
//	@Produce		json,application/problem+json
//	@Security		Bearer
//	@Param			term					path		string	true	"The English term, percent-encoded"
//	@Success		200						{object}	GlossaryTerm
//	@Failure		400,401,403,404,500,503	{object}	Problem
//	@x-access	"operator ops:read"
//	@ID				getGlossaryTerm
//	@Router			/v1/ops/glossary/{term} [get]
func (a *API) getGlossaryTerm(c *gin.Context) (answer, error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	term, err := a.Glossary.Term(ctx, caller(c), glossaryTerm(c))
	if err != nil {
		return answer{}, err
	}
	return ok(newGlossaryTerm(term))
}

// SetGlossaryTermRequest is a term in other languages.
type SetGlossaryTermRequest struct {
	// By language (ISO 639), without English; at least one.
	Translations map[string]string `json:"translations" validate:"required" example:"ko:교합 접촉,es:contacto oclusal"`
	// By language, English included; at most 50 a language that has a translation.
	Synonyms map[string][]string `json:"synonyms,omitempty" validate:"optional"`
	Category string              `json:"category,omitempty" validate:"optional" example:"fit_occlusion"`
}

// setGlossaryTerm makes or replaces a term, for operators.
//
//	@Summary		Make or replace a term of the glossary
//	@Description	Later translations follow it on every instance. What is equal already makes no new version.
//	@Tags			glossary
//	@Accept			json
//	@Produce		json,application/problem+json
//	@Security		Bearer
//	@Param			term							path		string					true	"The English term, percent-encoded"
//	@Param			request							body		SetGlossaryTermRequest	true	"The term in other languages"
//	@Success		200								{object}	GlossaryTerm
//	@Success		201								{object}	GlossaryTerm
//	@Header			201								{string}	Location	"Where the term is"
//	@Failure		400,401,403,409,413,415,500,503	{object}	Problem
//	@x-access	"operator"
//	@ID				setGlossaryTerm
//	@Router			/v1/ops/glossary/{term} [put]
func (a *API) setGlossaryTerm(c *gin.Context) (answer, error) {
	var request SetGlossaryTermRequest
	if err := decode(c, &request); err != nil {
		return answer{}, err
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	term, isNew, err := a.Glossary.SetTerm(ctx, caller(c), domain.GlossaryTerm{
		Term: glossaryTerm(c), Translations: request.Translations, Synonyms: request.Synonyms, Category: request.Category,
	})
	if err != nil {
		return answer{}, err
	}
	if !isNew {
		return ok(newGlossaryTerm(term))
	}
	return created("/v1/ops/glossary/"+url.PathEscape(term.Term), newGlossaryTerm(term))
}

// removeGlossaryTerm takes a term out, for operators.
//
//	@Summary	Take a term out of the glossary
//	@Tags		glossary
//	@Produce	application/problem+json
//	@Security	Bearer
//	@Param		term	path	string	true	"The English term, percent-encoded"
//	@Success	204
//	@Failure	400,401,403,404,409,500,503	{object}	Problem
//	@x-access	"operator"
//	@ID			removeGlossaryTerm
//	@Router		/v1/ops/glossary/{term} [delete]
func (a *API) removeGlossaryTerm(c *gin.Context) (answer, error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	if err := a.Glossary.RemoveTerm(ctx, caller(c), glossaryTerm(c)); err != nil {
		return answer{}, err
	}
	return noContent()
}
