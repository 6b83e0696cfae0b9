package handlers

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

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
		{"POST", "/v1/auth/register", public, a.limitAddress(a.addressRate, a.idempotent(a.register)), ""},
		{"POST", "/v1/auth/login", public, a.login, ""},
		{"POST", "/v1/auth/refresh", public, a.limitAddress(a.refreshRate, a.refresh), ""},
		{"POST", logoutPath, false, withoutBody(a.logout), ""},
		{"POST", "/v1/auth/password-reset", public, a.limitAddress(a.addressRate, a.resetPassword), ""},
		{"GET", "/v1/me", false, a.me, ""},
		{"POST", "/v1/me/password", false, a.changePassword, ""},
		{"GET", "/v1/me/sessions", false, a.listSessions, "cursor limit"},
		{"DELETE", "/v1/me/sessions", false, a.endSessions, "others"},
		{"GET", "/v1/me/sessions/:sessionId", false, a.getSession, ""},
		{"DELETE", "/v1/me/sessions/:sessionId", false, a.endSession, ""},
		{"POST", "/v1/stream-tickets", false, withoutBody(a.createStreamTicket), ""},

		{"POST", "/v1/organizations", false, a.idempotent(a.createOrganization), ""},
		{"GET", "/v1/organizations", false, a.listOrganizations, "cursor limit"},
		{"GET", "/v1/organizations/:organizationId", false, a.getOrganization, ""},
		{"PATCH", "/v1/organizations/:organizationId", false, a.updateOrganization, ""},
		{"POST", "/v1/users", false, a.idempotent(a.createUser), ""},
		{"GET", "/v1/users", false, a.listUsers, "cursor limit"},
		{"GET", "/v1/users/:userId", false, a.getUser, ""},
		{"PATCH", "/v1/users/:userId", false, a.updateUser, ""},
		{"POST", "/v1/users/:userId/password-resets", false, a.idempotent(withoutBody(a.createPasswordReset)), ""},
		{"POST", "/v1/api-keys", false, a.idempotent(a.createAPIKey), ""},
		{"GET", "/v1/api-keys", false, a.listAPIKeys, "cursor limit"},
		{"GET", "/v1/api-keys/:keyId", false, a.getAPIKey, ""},
		{"DELETE", "/v1/api-keys/:keyId", false, a.deleteAPIKey, ""},
		{"POST", "/v1/api-keys/:keyId/rotate", false, a.idempotent(a.rotateAPIKey), ""},

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
		{"POST", "/v1/rooms/:roomId/attachments", false, a.uploadAttachment, ""},
		{"GET", "/v1/attachments/:attachmentId", false, a.downloadAttachment, ""},

		{"GET", "/v1/rooms/:roomId/stream", false, a.streamRoom, "lastEventId ticket"},
		{"GET", "/v1/stream", false, a.streamEverything, "rooms lastEventId ticket"},
		{"GET", "/v1/rooms/:roomId/events", false, a.pollRoom, "after wait"},
		{"GET", "/v1/events", false, a.pollEverything, "rooms after wait"},

		{"GET", "/v1/ops/glossary", false, a.listGlossary, "q category cursor limit"},
		{"GET", "/v1/ops/glossary/:term", false, a.getGlossaryTerm, ""},
		{"PUT", "/v1/ops/glossary/:term", false, a.setGlossaryTerm, ""},
		{"DELETE", "/v1/ops/glossary/:term", false, a.removeGlossaryTerm, ""},
		{"POST", "/v1/ops/glossary/import", false, a.importGlossary, ""},
		{"GET", "/v1/ops/glossary/export", false, a.exportGlossary, ""},
		{"GET", "/v1/ops/glossary/versions", false, a.listGlossaryVersions, "cursor limit"},

		{"GET", "/v1/ops/audit", false, a.listAudit, "action actorId roomId userId from to cursor limit"},
		{"POST", "/v1/ops/erasures", false, a.idempotent(a.createErasure), ""},
		{"GET", "/v1/ops/erasures/:erasureId", false, a.getErasure, ""},

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
	engine.Use(a.requestID, a.recovery, a.logging, a.securityHeaders, a.origins.allow, a.boundHeaders, deadlines)
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

// adapt turns a handler into gin's form: the one place where answers and errors are written, so
// that nobody forgets to return.
func (a *API) adapt(route route) gin.HandlerFunc {
	return func(c *gin.Context) {
		answer, err := a.call(c, route)
		if err != nil && route.streams() && a.refuseStream(c, err) {
			return
		}
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
	err := a.admit(c, route)
	if domain.CodeOf(err) == domain.CodeSessionEnded {
		switch {
		case route.streams():
			return noContent() // tells an EventSource not to come back after a logout
		case route.path == logoutPath:
			a.clearCookie(c) // elsewhere the cookie may be that of a login meanwhile
		}
	}
	if err != nil {
		return answer{}, err
	}
	if route.waits() {
		if err := discardBody(c); err != nil {
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

// admit finds out who calls, and whether it may now.
func (a *API) admit(c *gin.Context, route route) error {
	if route.public {
		return a.origins.check(c.Request) // a page elsewhere must not log its reader in as somebody else
	}
	if err := a.authenticate(c, route); err != nil {
		return err
	}
	return a.limitKey(c)
}
