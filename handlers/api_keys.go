package handlers

import (
	"time"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// APIKey lets a third party's system call the API.
type APIKey struct {
	ID     string   `json:"id" example:"66f0a1b2c3d4e5f607182930"`
	Name   string   `json:"name" example:"order system"`
	Scopes []string `json:"scopes" enums:"rooms:write,messages:write,ops:read" example:"rooms:write"`
	// The secret's first characters, by which people tell keys apart.
	Prefix    string  `json:"prefix" example:"dtk_KJ4M2QX7"`
	CreatedBy string  `json:"createdBy" example:"66f0a1b2c3d4e5f607182930"`
	CreatedAt string  `json:"createdAt" format:"date-time" example:"2026-03-14T09:26:53.589Z"`
	ExpiresAt *string `json:"expiresAt" format:"date-time" extensions:"x-nullable"`
	// Up to a minute behind.
	LastUsedAt *string `json:"lastUsedAt" format:"date-time" extensions:"x-nullable"`
	// Until when the secret before the last rotation is good too.
	ReplacedUntil *string `json:"replacedUntil" format:"date-time" extensions:"x-nullable"`
}

// APIKeyWithSecret is what is answered once, when a key is made or rotated.
type APIKeyWithSecret struct {
	APIKey
	// Shown only this once; absent when the answer is repeated for an Idempotency-Key.
	Secret string `json:"secret,omitempty" validate:"optional" example:"dtk_KJ4M2QX7…"`
}

func (k APIKeyWithSecret) withoutSecret() any {
	k.Secret = ""
	return k
}

func newAPIKey(key domain.APIKey) APIKey {
	return APIKey{
		ID: string(key.ID), Name: key.Name, Scopes: key.Scopes, Prefix: key.Secret.Prefix, CreatedBy: string(key.CreatedBy),
		CreatedAt: formatTime(key.CreatedAt), ExpiresAt: timeOrNull(key.ExpiresAt), LastUsedAt: timeOrNull(key.LastUsedAt),
		ReplacedUntil: timeOrNull(key.ReplacedUntil),
	}
}

// CreateAPIKeyRequest is a key that an operator makes.
type CreateAPIKeyRequest struct {
	Name   string   `json:"name" validate:"required" minLength:"1" maxLength:"100" example:"order system"`
	Scopes []string `json:"scopes" validate:"required" enums:"rooms:write,messages:write,ops:read" example:"rooms:write"`
	// In the future; absent: the key does not expire.
	ExpiresAt *string `json:"expiresAt,omitempty" format:"date-time" validate:"optional" example:"2036-03-14T09:26:53.589Z"`
}

// createAPIKey makes a key.
//
//	@Summary		Make an API key
//	@Description	The secret is shown this once and stored hashed: repeating the request with the same Idempotency-Key answers without it.
//	@Tags			api-keys
//	@Accept			json
//	@Produce		json,application/problem+json
//	@Security		Bearer
//	@Param			Idempotency-Key						header		string				false	"Makes the request safe to repeat"	minlength(1)	maxlength(128)
//	@Param			request								body		CreateAPIKeyRequest	true	"The key"
//	@Success		201									{object}	APIKeyWithSecret
//	@Failure		400,401,403,409,413,415,422,500,503	{object}	Problem
//	@x-access		"operator"
//	@ID				createAPIKey
//	@Router			/v1/api-keys [post]
func (a *API) createAPIKey(c *gin.Context) (answer, error) {
	var request CreateAPIKeyRequest
	if err := decode(c, &request); err != nil {
		return answer{}, err
	}
	wanted := domain.NewAPIKey{Name: request.Name, Scopes: request.Scopes}
	if request.ExpiresAt != nil {
		expires, err := time.Parse(time.RFC3339, *request.ExpiresAt)
		if err != nil {
			return answer{}, domain.InvalidField("expiresAt", "invalid", "must be a time of RFC 3339, for example 2036-03-14T09:26:53Z")
		}
		wanted.ExpiresAt = expires
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	key, secret, err := a.Accounts.CreateAPIKey(ctx, caller(c), wanted)
	if err != nil {
		return answer{}, err
	}
	return created("/v1/api-keys/"+string(key.ID), APIKeyWithSecret{APIKey: newAPIKey(key), Secret: secret})
}

// listAPIKeys lists keys.
//
//	@Summary	List API keys, oldest first, expired ones too
//	@Tags		api-keys
//	@Produce	json,application/problem+json
//	@Security	Bearer
//	@Param		cursor				query		string	false	"Where the page begins, from next"
//	@Param		limit				query		int		false	"Size of the page"	minimum(1)	maximum(200)	default(50)
//	@Success	200					{object}	Page[APIKey]
//	@Failure	400,401,403,500,503	{object}	Problem
//	@x-access	"operator"
//	@ID			listAPIKeys
//	@Router		/v1/api-keys [get]
func (a *API) listAPIKeys(c *gin.Context) (answer, error) {
	return listByID(c, a.Accounts.APIKeys, func(k domain.APIKey) domain.ID { return k.ID }, newAPIKey)
}

// getAPIKey gives one key.
//
//	@Summary	One API key
//	@Tags		api-keys
//	@Produce	json,application/problem+json
//	@Security	Bearer
//	@Param		keyId					path		string	true	"The API key"
//	@Success	200						{object}	APIKey
//	@Failure	400,401,403,404,500,503	{object}	Problem
//	@x-access	"operator"
//	@ID			getAPIKey
//	@Router		/v1/api-keys/{keyId} [get]
func (a *API) getAPIKey(c *gin.Context) (answer, error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	key, err := a.Accounts.APIKey(ctx, caller(c), domain.ID(c.Param("keyId")))
	if err != nil {
		return answer{}, err
	}
	return ok(newAPIKey(key))
}

// deleteAPIKey ends a key.
//
//	@Summary		Delete an API key
//	@Description	Its secrets and stream tickets stop working and its streams are closed.
//	@Tags			api-keys
//	@Produce		application/problem+json
//	@Security		Bearer
//	@Param			keyId	path	string	true	"The API key"
//	@Success		204
//	@Failure		400,401,403,404,500,503	{object}	Problem
//	@x-access		"operator"
//	@ID				deleteAPIKey
//	@Router			/v1/api-keys/{keyId} [delete]
func (a *API) deleteAPIKey(c *gin.Context) (answer, error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	if err := a.Accounts.DeleteAPIKey(ctx, caller(c), domain.ID(c.Param("keyId"))); err != nil {
		return answer{}, err
	}
	return noContent()
}
