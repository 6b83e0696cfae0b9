package handlers

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/swaggest/swgui/v5emb"
)

// documentation serves the rendered reference; its scripts and styles come from the binary.
func (a *API) documentation(engine *gin.Engine) {
	reference := v5emb.New("dentalk API", "/openapi.json", "/docs")
	page := render(reference, "/docs")
	policy := "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self' " +
		inlineScripts(page) + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	engine.GET("/docs", func(c *gin.Context) {
		c.Header("Content-Security-Policy", policy)
		c.Data(http.StatusOK, "text/html; charset=utf-8", page)
	})
	for _, asset := range []string{
		"swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js", "favicon-16x16.png", "favicon-32x32.png",
	} {
		engine.GET("/docs/"+asset, gin.WrapH(reference))
	}
}

var inlineScript = regexp.MustCompile(`(?s)<script>(.*?)</script>`)

// inlineScripts gives the sources of a policy that allows the page's own scripts and no others.
func inlineScripts(page []byte) string {
	var sources []string
	for _, script := range inlineScript.FindAllSubmatch(page, -1) {
		sum := sha256.Sum256(script[1])
		sources = append(sources, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	}
	return strings.Join(sources, " ")
}

// render gives the body of a page that is always the same.
func render(handler http.Handler, path string) []byte {
	request, err := http.NewRequest(http.MethodGet, path, nil)
	if err != nil {
		panic(err) // not a path: a programmer's error
	}
	page := &rendered{header: http.Header{}}
	handler.ServeHTTP(page, request)
	return page.Bytes()
}

// rendered collects a body.
type rendered struct {
	bytes.Buffer
	header http.Header
}

func (r *rendered) Header() http.Header { return r.header }

func (r *rendered) WriteHeader(int) {}
