package handlers

import (
	"errors"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// ChangePasswordRequest proves that it is the user who chooses a new password.
type ChangePasswordRequest struct {
	CurrentPassword string `json:"currentPassword" validate:"required" example:"correct horse battery"`
	NewPassword     string `json:"newPassword" validate:"required" minLength:"8" maxLength:"200" example:"staple wrong donkey"`
}

// changePassword gives the caller a new password.
//
//	@Summary		Change the caller's password
//	@Description	All other sessions end; this one stays. Wrong current passwords count as failed logins do.
//	@Tags			auth
//	@Accept			json
//	@Produce		application/problem+json
//	@Security		Bearer
//	@Param			request	body	ChangePasswordRequest	true	"The present and the new password"
//	@Success		204
//	@Failure		400,401,403,413,415,429,500,503	{object}	Problem
//	@x-access		"user"
//	@ID				changePassword
//	@Router			/v1/me/password [post]
func (a *API) changePassword(c *gin.Context) (answer, error) {
	var request ChangePasswordRequest
	if err := decode(c, &request); err != nil {
		return answer{}, err
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	who := caller(c)
	attempt, err := a.attempt(ctx, c, who.Username)
	if err != nil {
		return answer{}, err
	}
	if err := a.throttle.check(ctx, c.Writer.Header(), attempt); err != nil {
		return answer{}, err
	}
	err = a.Accounts.ChangePassword(ctx, who, request.CurrentPassword, request.NewPassword)
	if errors.Is(err, domain.ErrWrongPassword) {
		a.throttle.failed(ctx, attempt)
	}
	a.reportUnrecorded(err)
	if err != nil {
		return answer{}, err
	}
	a.throttle.succeeded(ctx, attempt)
	if mark, err := a.Accounts.PasswordMark(ctx, who.Username); err == nil && attempt.device != "" {
		if err := a.setDevice(c, mark); err != nil { // the one that it has was for the old password
			return answer{}, err
		}
	}
	return noContent()
}

// PasswordReset lets its holder choose a new password, once.
type PasswordReset struct {
	// Shown only this once; absent when the answer is repeated for an Idempotency-Key.
	Token     string `json:"token,omitempty" validate:"optional" example:"dtp_66f0a1b2c3d4e5f607182930_KJ4M…"`
	ExpiresAt string `json:"expiresAt" format:"date-time" example:"2026-03-15T09:26:53.589Z"`
}

func (r PasswordReset) withoutSecret() any {
	r.Token = ""
	return r
}

// createPasswordReset makes a token that an operator hands to the user.
//
//	@Summary		Make a token with which the user chooses a new password
//	@Description	Good once, for 24 hours; it replaces the one before. The token is not stored: repeating the request with the same Idempotency-Key answers without it.
//	@Tags			users
//	@Produce		json,application/problem+json
//	@Security		Bearer
//	@Param			userId								path		string	true	"The account"
//	@Param			Idempotency-Key						header		string	false	"Makes the request safe to repeat"	minlength(1)	maxlength(128)
//	@Success		201									{object}	PasswordReset
//	@Failure		400,401,403,404,409,413,415,422,500,503	{object}	Problem
//	@x-access		"operator"
//	@ID				createPasswordReset
//	@Router			/v1/users/{userId}/password-resets [post]
func (a *API) createPasswordReset(c *gin.Context) (answer, error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	token, expires, err := a.Accounts.CreatePasswordReset(ctx, caller(c), domain.ID(c.Param("userId")))
	if err != nil {
		return answer{}, err
	}
	return created("", PasswordReset{Token: token, ExpiresAt: formatTime(expires)}) // no Location: it can be read nowhere
}

// ResetPasswordRequest is a reset's token with the password that its holder chooses.
type ResetPasswordRequest struct {
	Token       string `json:"token" validate:"required" example:"dtp_66f0a1b2c3d4e5f607182930_KJ4M…"`
	NewPassword string `json:"newPassword" validate:"required" minLength:"8" maxLength:"200" example:"staple wrong donkey"`
}

// resetPassword gives the user of a reset's token a new password.
//
//	@Summary		Choose a new password with a token that an operator has made
//	@Description	All sessions of the user end.
//	@Tags			auth
//	@Accept			json
//	@Produce		application/problem+json
//	@Param			request	body	ResetPasswordRequest	true	"The token and the new password"
//	@Success		204
//	@Failure		400,401,403,413,415,429,500,503	{object}	Problem
//	@x-access		"public"
//	@ID				resetPassword
//	@Router			/v1/auth/password-reset [post]
func (a *API) resetPassword(c *gin.Context) (answer, error) {
	var request ResetPasswordRequest
	if err := decode(c, &request); err != nil {
		return answer{}, err
	}
	if err := requireText("token", request.Token); err != nil {
		return answer{}, err
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	if err := a.throttle.compute(ctx, c.ClientIP()); err != nil {
		return answer{}, err
	}
	if err := a.Accounts.ResetPassword(ctx, caller(c), request.Token, request.NewPassword); err != nil {
		return answer{}, err
	}
	return noContent()
}
