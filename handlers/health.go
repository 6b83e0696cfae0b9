package handlers

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// Health is the answer of the probes.
type Health struct {
	Status string `json:"status" example:"ok"`
}

// live tells that the process answers.
//
//	@Summary	Whether the process answers
//	@Tags		health
//	@Produce	json
//	@Success	200	{object}	Health
//	@x-access	"public"
//	@ID			live
//	@Router		/livez [get]
func (a *API) live(*gin.Context) (answer, error) { return ok(Health{Status: "ok"}) }

// ready tells whether requests should be sent here.
//
//	@Summary	Whether requests should be sent here: the store answers and no shutdown is under way
//	@Tags		health
//	@Produce	json,application/problem+json
//	@Success	200	{object}	Health
//	@Failure	503	{object}	Problem
//	@x-access	"public"
//	@ID			ready
//	@Router		/readyz [get]
func (a *API) ready(c *gin.Context) (answer, error) {
	if a.draining.Load() {
		return answer{}, domain.Unavailable("This instance is shutting down.")
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	if err := a.Check(ctx); err != nil {
		return answer{}, err
	}
	return ok(Health{Status: "ok"})
}

// metrics are for Prometheus. A gateway must not let the outside world see them.
//
//	@Summary	Figures of this instance, in Prometheus's text format
//	@Tags		health
//	@Produce	plain
//	@Success	200	{string}	string
//	@x-access	"public"
//	@ID			metrics
//	@Router		/metrics [get]
func (a *API) metrics(c *gin.Context) (answer, error) {
	a.Metrics.ServeHTTP(c.Writer, c.Request)
	return answer{}, nil
}

func (a *API) openAPIYAML(c *gin.Context) (answer, error) {
	c.Data(http.StatusOK, "application/yaml; charset=utf-8", a.OpenAPI.YAML)
	return answer{}, nil
}

func (a *API) openAPIJSON(c *gin.Context) (answer, error) {
	c.Data(http.StatusOK, "application/json; charset=utf-8", a.OpenAPI.JSON)
	return answer{}, nil
}
