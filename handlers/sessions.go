package handlers

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// RegisterRequest is what a clinic or a lab needs to make its own account.
type RegisterRequest struct {
	Username       string `json:"username" validate:"required" minLength:"2" maxLength:"64" example:"dr.nguyen"`
	Password       string `json:"password" validate:"required" minLength:"8" maxLength:"200" example:"correct horse battery"`
	Email          string `json:"email" validate:"required" example:"linh@brightsmile.example"`
	Role           string `json:"role" validate:"required" enums:"clinic,lab" example:"clinic"`
	Language       string `json:"language" validate:"required" example:"en"`
	OrganizationID string `json:"organizationId,omitempty" validate:"optional"`
}

// LoginRequest is a username with its password.
type LoginRequest struct {
	Username string `json:"username" validate:"required" example:"dr.nguyen"`
	Password string `json:"password" validate:"required" example:"correct horse battery"`
}

// RefreshRequest holds the newest refresh token of a session.
type RefreshRequest struct {
	RefreshToken string `json:"refreshToken" validate:"required"`
}

// Tokens is what a login gives.
type Tokens struct {
	AccessToken  string `json:"accessToken"`
	RefreshToken string `json:"refreshToken"`
	TokenType    string `json:"tokenType" example:"Bearer"`
	// Seconds until the access token expires.
	ExpiresIn int  `json:"expiresIn" example:"900"`
	User      User `json:"user"`
}

// register makes an account for a clinic or a lab.
//
//	@Summary	Make an account for a clinic or a lab, while registration is open
//	@Tags		auth
//	@Accept		json
//	@Produce	json,application/problem+json
//	@Param		Idempotency-Key					header		string			false	"Makes the request safe to repeat"	minlength(1)	maxlength(128)
//	@Param		request							body		RegisterRequest	true	"The account"
//	@Success	201								{object}	User
//	@Failure	400,403,409,413,415,422,429,500,503	{object}	Problem
//	@x-access	"public"
//	@ID			register
//	@Router		/v1/auth/register [post]
func (a *API) register(c *gin.Context) (answer, error) {
	var request RegisterRequest
	if err := decode(c, &request); err != nil {
		return answer{}, err
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	if err := a.throttle.compute(ctx, c.ClientIP()); err != nil {
		return answer{}, err
	}
	user, err := a.Accounts.Register(ctx, caller(c), domain.NewUser{
		Username: request.Username, Password: request.Password, Email: request.Email,
		Role: domain.Role(request.Role), Language: request.Language, OrganizationID: domain.ID(request.OrganizationID),
	})
	if err != nil {
		return answer{}, err
	}
	return created("", newUser(user)) // no Location: nobody has logged in who could read it
}

// login begins a session.
//
//	@Summary		Begin a session
//	@Description	Sets the cookie dentalk_session too. After failures the next login has to wait, longer each time. The cookie dentalk_device gives access to nothing: logins with it are delayed for the failures of this browser alone, not for those of others. It stays after a logout, for a year or until the password changes.
//	@Tags			auth
//	@Accept			json
//	@Produce		json,application/problem+json
//	@Param			request							body		LoginRequest	true	"The credentials"
//	@Success		200								{object}	Tokens
//	@Failure		400,401,403,413,415,429,500,503	{object}	Problem
//	@x-access	"public"
//	@ID				login
//	@Router			/v1/auth/login [post]
func (a *API) login(c *gin.Context) (answer, error) {
	var request LoginRequest
	if err := decode(c, &request); err != nil {
		return answer{}, err
	}
	if err := requireText("username", request.Username, "password", request.Password); err != nil {
		return answer{}, err
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	attempt, err := a.attempt(ctx, c, request.Username)
	if err != nil {
		return answer{}, err
	}
	if err := a.throttle.check(ctx, c.Writer.Header(), attempt); err != nil {
		return answer{}, err
	}
	login, err := a.Accounts.Login(ctx, caller(c), request.Username, request.Password)
	if domain.KindOf(err) == domain.KindUnauthenticated {
		a.throttle.failed(ctx, attempt)
	}
	a.reportUnrecorded(err)
	if err != nil {
		return answer{}, err
	}
	a.throttle.succeeded(ctx, attempt)
	result, err := a.loggedIn(c, login)
	if err != nil {
		return answer{}, err
	}
	return result, a.setDevice(c, login.User.PasswordMark())
}

// reportUnrecorded tells the log of a refused login that left no trace; the client learns no more than
// that it was refused.
func (a *API) reportUnrecorded(err error) {
	if errors.Is(err, domain.ErrNotRecorded) {
		a.throttle.trouble.report("failed logins are not recorded", err)
	}
}

// requireText takes pairs of a field's name and value.
func requireText(pairs ...string) error {
	var missing []domain.FieldError
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" { // #nosec G602 -- pairs come in twos
			missing = append(missing, domain.FieldError{Field: pairs[i], Code: "required", Detail: "is required"})
		}
	}
	if missing == nil {
		return nil
	}
	return domain.Invalid(missing...)
}

func (a *API) loggedIn(c *gin.Context, login domain.Login) (answer, error) {
	access, err := a.tokens.sign(login.Session, useAccess)
	if err != nil {
		return answer{}, err
	}
	if err := a.setCookie(c, login.Session); err != nil {
		return answer{}, err
	}
	return ok(Tokens{
		AccessToken: access, RefreshToken: login.RefreshToken, TokenType: "Bearer",
		ExpiresIn: int(accessTokenLifetime.Seconds()), User: newUser(login.User),
	})
}

// refresh replaces a pair of tokens.
//
//	@Summary		Get a new pair of tokens
//	@Description	The old refresh token stops working; using it again ends the whole session.
//	@Tags			auth
//	@Accept			json
//	@Produce		json,application/problem+json
//	@Param			request					body		RefreshRequest	true	"The newest refresh token"
//	@Success		200						{object}	Tokens
//	@Failure		400,401,403,413,415,429,500,503	{object}	Problem
//	@x-access	"public"
//	@ID				refresh
//	@Router			/v1/auth/refresh [post]
func (a *API) refresh(c *gin.Context) (answer, error) {
	var request RefreshRequest
	if err := decode(c, &request); err != nil {
		return answer{}, err
	}
	if err := requireText("refreshToken", request.RefreshToken); err != nil {
		return answer{}, err
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	login, err := a.Accounts.Refresh(ctx, caller(c), request.RefreshToken)
	if err != nil {
		return answer{}, err
	}
	return a.loggedIn(c, login)
}

const logoutPath = "/v1/auth/logout"

// logout ends the caller's session.
//
//	@Summary		End the session
//	@Description	Its tokens stop working and its streams are closed. The cookie is cleared, also with a 401 session_ended.
//	@Tags			auth
//	@Produce		application/problem+json
//	@Security		Bearer
//	@Success		204
//	@Failure		400,401,403,413,415,500,503	{object}	Problem
//	@x-access	"user"
//	@ID				logout
//	@Router			/v1/auth/logout [post]
func (a *API) logout(c *gin.Context) (answer, error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	if err := a.Accounts.Logout(ctx, caller(c)); err != nil {
		return answer{}, err
	}
	a.clearCookie(c)
	return answer{Status: http.StatusNoContent}, nil
}

// me gives the caller's account.
//
//	@Summary		The caller's account
//	@Description	Of an API key: its name as the username, the role service, and its scopes.
//	@Tags			auth
//	@Produce		json,application/problem+json
//	@Security		Bearer
//	@Success		200				{object}	User
//	@Failure		400,401,500,503	{object}	Problem
//	@x-access		"caller"
//	@ID				me
//	@Router			/v1/me [get]
func (a *API) me(c *gin.Context) (answer, error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	if caller(c).IsService() {
		key, err := a.Accounts.OwnAPIKey(ctx, caller(c))
		if err != nil {
			return answer{}, err
		}
		return ok(newService(key))
	}
	user, err := a.Accounts.User(ctx, caller(c))
	if err != nil {
		return answer{}, err
	}
	return ok(newUser(user))
}
