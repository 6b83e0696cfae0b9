package handlers

import (
	"time"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// User is an account.
type User struct {
	ID             string  `json:"id" example:"66f0a1b2c3d4e5f607182930"`
	Username       string  `json:"username" example:"dr.nguyen"`
	Email          *string `json:"email" extensions:"x-nullable"`
	Role           string  `json:"role" enums:"operator,clinic,lab,service" example:"clinic"`
	Language       string  `json:"language" example:"en"`
	OrganizationID *string `json:"organizationId" extensions:"x-nullable"`
	Disabled       bool    `json:"disabled"`
	// Only of an API key, which GET /v1/me shows as a user with the role service.
	Scopes    []string `json:"scopes,omitempty" validate:"optional" enums:"rooms:write,messages:write,ops:read"`
	CreatedAt string   `json:"createdAt" format:"date-time" example:"2026-03-14T09:26:53.589Z"`
	UpdatedAt string   `json:"updatedAt" format:"date-time" example:"2026-03-14T09:26:53.589Z"`
}

func newUser(u domain.User) User {
	return User{
		ID: string(u.ID), Username: u.Username, Email: textOrNull(u.Email), Role: string(u.Role), Language: u.Language,
		OrganizationID: textOrNull(string(u.OrganizationID)), Disabled: u.Disabled,
		CreatedAt: formatTime(u.CreatedAt), UpdatedAt: formatTime(u.UpdatedAt),
	}
}

// newService shows an API key as the caller that it is.
func newService(key domain.APIKey) User {
	return User{
		ID: string(key.ID), Username: key.Name, Role: string(domain.RoleService), Language: "en", Scopes: key.Scopes,
		CreatedAt: formatTime(key.CreatedAt), UpdatedAt: formatTime(key.CreatedAt),
	}
}

// formatTime writes RFC 3339 in UTC with milliseconds, always three digits.
func formatTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// timeOrNull is for times that are zero when they are not known.
func timeOrNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return textOrNull(formatTime(t))
}

func textOrNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// CreateUserRequest is an account that an operator makes.
type CreateUserRequest struct {
	Username       string  `json:"username" validate:"required" minLength:"2" maxLength:"64" example:"kim.hanbit"`
	Password       string  `json:"password" validate:"required" minLength:"8" maxLength:"200" example:"correct horse battery"`
	Email          string  `json:"email,omitempty" example:"kim@hanbit.example" validate:"optional"`
	Role           string  `json:"role" validate:"required" enums:"operator,clinic,lab" example:"lab"`
	Language       *string `json:"language,omitempty" example:"ko" default:"en" validate:"optional"`
	OrganizationID string  `json:"organizationId,omitempty" validate:"optional"`
}

// createUser makes an account of any role.
//
//	@Summary	Make an account
//	@Tags		users
//	@Accept		json
//	@Produce	json,application/problem+json
//	@Security	Bearer
//	@Param		Idempotency-Key						header		string				false	"Makes the request safe to repeat"	minlength(1)	maxlength(128)
//	@Param		request								body		CreateUserRequest	true	"The account"
//	@Success	201									{object}	User
//	@Failure	400,401,403,409,413,415,422,500,503	{object}	Problem
//	@x-access	"operator"
//	@ID			createUser
//	@Router		/v1/users [post]
func (a *API) createUser(c *gin.Context) (answer, error) {
	var request CreateUserRequest
	if err := decode(c, &request); err != nil {
		return answer{}, err
	}
	language := "en"
	if request.Language != nil {
		language = *request.Language
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	user, err := a.Accounts.CreateUser(ctx, caller(c), domain.NewUser{
		Username: request.Username, Password: request.Password, Email: request.Email,
		Role: domain.Role(request.Role), Language: language, OrganizationID: domain.ID(request.OrganizationID),
	})
	if err != nil {
		return answer{}, err
	}
	return created("/v1/users/"+string(user.ID), newUser(user))
}

// listUsers lists accounts.
//
//	@Summary	List accounts, oldest first
//	@Tags		users
//	@Produce	json,application/problem+json
//	@Security	Bearer
//	@Param		cursor				query		string	false	"Where the page begins, from next"
//	@Param		limit				query		int		false	"Size of the page"	minimum(1)	maximum(200)	default(50)
//	@Success	200					{object}	Page[User]
//	@Failure	400,401,403,500,503	{object}	Problem
//	@x-access	"operator"
//	@ID			listUsers
//	@Router		/v1/users [get]
func (a *API) listUsers(c *gin.Context) (answer, error) {
	return listByID(c, a.Accounts.Users, func(u domain.User) domain.ID { return u.ID }, newUser)
}

// getUser gives one account.
//
//	@Summary	One account
//	@Tags		users
//	@Produce	json,application/problem+json
//	@Security	Bearer
//	@Param		userId					path		string	true	"The account"
//	@Success	200						{object}	User
//	@Failure	400,401,403,404,500,503	{object}	Problem
//	@x-access	"operator"
//	@ID			getUser
//	@Router		/v1/users/{userId} [get]
func (a *API) getUser(c *gin.Context) (answer, error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	user, err := a.Accounts.UserByID(ctx, caller(c), domain.ID(c.Param("userId")))
	if err != nil {
		return answer{}, err
	}
	return ok(newUser(user))
}

// UpdateUserRequest holds the fields to change; null clears email and organizationId.
type UpdateUserRequest struct {
	Email          nullable `json:"email" validate:"optional" swaggertype:"string" extensions:"x-nullable"`
	Language       *string  `json:"language,omitempty" example:"ko" validate:"optional"`
	OrganizationID nullable `json:"organizationId" validate:"optional" swaggertype:"string" extensions:"x-nullable"`
	Disabled       *bool    `json:"disabled,omitempty" validate:"optional"`
}

// updateUser changes an account.
//
//	@Summary		Change an account
//	@Description	Disabling an account ends its sessions and closes their streams.
//	@Tags			users
//	@Accept			json
//	@Produce		json,application/problem+json
//	@Security		Bearer
//	@Param			userId								path		string				true	"The account"
//	@Param			request								body		UpdateUserRequest	true	"What to change"
//	@Success		200									{object}	User
//	@Failure		400,401,403,404,409,413,415,500,503	{object}	Problem
//	@x-access	"operator"
//	@ID				updateUser
//	@Router			/v1/users/{userId} [patch]
func (a *API) updateUser(c *gin.Context) (answer, error) {
	var request UpdateUserRequest
	if err := decode(c, &request); err != nil {
		return answer{}, err
	}
	change := domain.UserChange{
		Email: request.Email.text(), Language: request.Language,
		OrganizationID: request.OrganizationID.id(), Disabled: request.Disabled,
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	user, err := a.Accounts.UpdateUser(ctx, caller(c), domain.ID(c.Param("userId")), change)
	if err != nil {
		return answer{}, err
	}
	return ok(newUser(user))
}
