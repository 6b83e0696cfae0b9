package handlers

import (
	"fmt"
	"time"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// RotateAPIKeyRequest says how a secret is replaced.
type RotateAPIKeyRequest struct {
	// How long the present secret stays good; with 0 it ends at once. Its streams end with it.
	OverlapSeconds *int64 `json:"overlapSeconds,omitempty" validate:"optional" minimum:"0" maximum:"604800" default:"86400"`
}

// overlap reads the field or gives its default.
func (r RotateAPIKeyRequest) overlap() (time.Duration, error) {
	if r.OverlapSeconds == nil {
		return domain.DefaultKeyOverlap, nil
	}
	most := int64(domain.MaxKeyOverlap / time.Second)
	if *r.OverlapSeconds < 0 || *r.OverlapSeconds > most {
		return 0, domain.InvalidField("overlapSeconds", "out_of_range", fmt.Sprintf("must be an integer from 0 to %d", most))
	}
	return time.Duration(*r.OverlapSeconds) * time.Second, nil
}

// rotateAPIKey gives a key a new secret.
//
//	@Summary		Give an API key a new secret
//	@Description	The old one stays good for a while. A secret that was replaced before ends at once. The new secret is shown this once: repeating the request with the same Idempotency-Key answers without it.
//	@Tags			api-keys
//	@Accept			json
//	@Produce		json,application/problem+json
//	@Security		Bearer
//	@Param			keyId									path		string				true	"The API key"
//	@Param			Idempotency-Key							header		string				false	"Makes the request safe to repeat"	minlength(1)	maxlength(128)
//	@Param			request									body		RotateAPIKeyRequest	false	"How; none is as {}"
//	@Success		200										{object}	APIKeyWithSecret
//	@Failure		400,401,403,404,409,413,415,422,500,503	{object}	Problem
//	@x-access		"operator"
//	@ID				rotateAPIKey
//	@Router			/v1/api-keys/{keyId}/rotate [post]
func (a *API) rotateAPIKey(c *gin.Context) (answer, error) {
	var request RotateAPIKeyRequest
	if err := decodeIfAny(c, &request); err != nil {
		return answer{}, err
	}
	overlap, err := request.overlap()
	if err != nil {
		return answer{}, err
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	key, secret, err := a.Accounts.RotateAPIKey(ctx, caller(c), domain.ID(c.Param("keyId")), overlap)
	if err != nil {
		return answer{}, err
	}
	return ok(APIKeyWithSecret{APIKey: newAPIKey(key), Secret: secret})
}
