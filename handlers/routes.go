package handlers

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/swaggest/swgui/v5emb"

	"dentalk/domain"
)

// handler answers one request or tells why not.
type handler func(*gin.Context) (answer, error)

// route is one line of the table. Who may call is decided in the domain; public only says whether
// credentials are needed at all. query names the parameters that the route knows.
type route struct {
	method string
	path   string
	public bool
	handle handler
	query  string
}

// streams tells whether the route answers with a stream.
func (r route) streams() bool { return strings.HasSuffix(r.path, "/stream") }

// waits tells whether the answer may take as long as the client wants.
func (r route) waits() bool { return r.streams() || strings.HasSuffix(r.path, "/events") }

func (a *API) table() []route {
	const public = true
	return []route{
		{"POST", "/v1/auth/register", public, a.idempotent(a.register), ""},
		{"POST", "/v1/auth/login", public, a.login, ""},
		{"POST", "/v1/auth/refresh", public, a.refresh, ""},
		{"POST", "/v1/auth/logout", false, a.logout, ""},
		{"GET", "/v1/me", false, a.me, ""},

		{"POST", "/v1/organizations", false, a.idempotent(a.createOrganization), ""},
		{"GET", "/v1/organizations", false, a.listOrganizations, "cursor limit"},
		{"GET", "/v1/organizations/:organizationId", false, a.getOrganization, ""},
		{"PATCH", "/v1/organizations/:organizationId", false, a.updateOrganization, ""},
		{"POST", "/v1/users", false, a.idempotent(a.createUser), ""},
		{"GET", "/v1/users", false, a.listUsers, "cursor limit"},
		{"GET", "/v1/users/:userId", false, a.getUser, ""},
		{"PATCH", "/v1/users/:userId", false, a.updateUser, ""},

		{"POST", "/v1/rooms", false, a.idempotent(a.createRoom), ""},
		{"GET", "/v1/rooms", false, a.listRooms, "status unread orderId cursor limit"},
		{"GET", "/v1/rooms/:roomId", false, a.getRoom, ""},
		{"PATCH", "/v1/rooms/:roomId", false, a.updateRoom, ""},
		{"POST", "/v1/rooms/:roomId/participants", false, a.idempotent(a.addParticipant), ""},
		{"DELETE", "/v1/rooms/:roomId/participants/:userId", false, a.removeParticipant, ""},
		{"POST", "/v1/rooms/:roomId/messages", false, a.postMessage, ""},
		{"GET", "/v1/rooms/:roomId/messages", false, a.listMessages, "before after around limit"},
		{"GET", "/v1/rooms/:roomId/messages/:messageId", false, a.getMessage, ""},
		{"POST", "/v1/rooms/:roomId/messages/:messageId/enrich", false, a.enrichAgain, ""},
		{"GET", "/v1/rooms/:roomId/messages/:messageId/enrichment", false, a.getEnrichment, ""},
		{"PATCH", "/v1/rooms/:roomId/messages/:messageId/enrichment", false, a.correctEnrichment, ""},
		{"PUT", "/v1/rooms/:roomId/read", false, a.markRead, ""},
		{"GET", "/v1/rooms/:roomId/receipts", false, a.listReceipts, ""},
		{"POST", "/v1/rooms/:roomId/typing", false, a.typing, ""},
		{"GET", "/v1/rooms/:roomId/presence", false, a.listPresence, ""},

		{"GET", "/v1/rooms/:roomId/stream", false, a.streamRoom, "lastEventId"},
		{"GET", "/v1/stream", false, a.streamEverything, "rooms lastEventId"},
		{"GET", "/v1/rooms/:roomId/events", false, a.pollRoom, "after wait"},
		{"GET", "/v1/events", false, a.pollEverything, "rooms after wait"},

		{"GET", "/v1/ops/glossary", false, a.listGlossary, "q category cursor limit"},
		{"GET", "/v1/ops/glossary/:term", false, a.getGlossaryTerm, ""},
		{"PUT", "/v1/ops/glossary/:term", false, a.setGlossaryTerm, ""},
		{"DELETE", "/v1/ops/glossary/:term", false, a.removeGlossaryTerm, ""},
		{"POST", "/v1/ops/glossary/import", false, a.importGlossary, ""},
		{"GET", "/v1/ops/glossary/export", false, a.exportGlossary, ""},
		{"GET", "/v1/ops/glossary/versions", false, a.listGlossaryVersions, "cursor limit"},

		{"GET", "/livez", public, a.live, ""},
		{"GET", "/readyz", public, a.ready, ""},
		{"GET", "/metrics", public, a.metrics, ""},
		{"GET", "/openapi.yaml", public, a.openAPIYAML, ""},
		{"GET", "/openapi.json", public, a.openAPIJSON, ""},
	}
}

func (a *API) engine() *gin.Engine {
	engine := gin.New()
	engine.HandleMethodNotAllowed = true
	engine.RedirectTrailingSlash = false
	engine.UseRawPath = true // an escaped slash is part of a term and not of the path
	engine.ContextWithFallback = true
	a.trustProxies(engine)
	engine.Use(a.requestID, a.recovery, a.logging, securityHeaders)
	for _, route := range a.table() {
		engine.Handle(route.method, route.path, a.adapt(route))
		if route.method == http.MethodGet && !route.waits() {
			engine.HEAD(route.path, a.adapt(route)) // RFC 9110: wherever there is GET; net/http leaves out the body
		}
	}
	a.documentation(engine)
	engine.GET("/", func(c *gin.Context) { c.Redirect(http.StatusFound, "/docs") })
	engine.NoRoute(a.fail(errRouteNotFound))
	engine.NoMethod(a.fail(errMethodNotAllowed))
	return engine
}

// documentation serves the rendered reference; its scripts and styles come from the binary.
func (a *API) documentation(engine *gin.Engine) {
	page := v5emb.New("dentalk API", "/openapi.json", "/docs")
	serve := func(c *gin.Context) {
		c.Header("Content-Security-Policy", documentationPolicy)
		page.ServeHTTP(c.Writer, c.Request)
	}
	engine.GET("/docs", serve)
	for _, asset := range []string{
		"swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js", "favicon-16x16.png", "favicon-32x32.png",
	} {
		engine.GET("/docs/"+asset, serve)
	}
}

// adapt turns a handler into gin's form: the one place where answers and errors are written, so
// that nobody forgets to return.
func (a *API) adapt(route route) gin.HandlerFunc {
	return func(c *gin.Context) {
		answer, err := a.call(c, route)
		if err != nil {
			a.writeProblem(c, err)
			return
		}
		if err := answer.write(c); err != nil {
			a.writeProblem(c, err)
		}
	}
}

func (a *API) call(c *gin.Context, route route) (answer, error) {
	if !route.public {
		err := a.authenticate(c)
		if domain.CodeOf(err) == domain.CodeSessionEnded && route.streams() {
			return noContent() // tells an EventSource not to come back after a logout
		}
		if err != nil {
			return answer{}, err
		}
	}
	if strings.HasPrefix(route.path, "/v1/") {
		if err := checkQuery(c, strings.Fields(route.query)); err != nil {
			return answer{}, err
		}
	}
	return route.handle(c)
}
