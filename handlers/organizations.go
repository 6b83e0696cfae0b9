package handlers

import (
	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// Organization is a clinic or a lab.
type Organization struct {
	ID          string   `json:"id" example:"66f0a1b2c3d4e5f607182930"`
	Kind        string   `json:"kind" enums:"clinic,lab" example:"lab"`
	Name        string   `json:"name" example:"한빛기공소"`
	Language    string   `json:"language" example:"ko"`
	Country     *string  `json:"country" extensions:"x-nullable" example:"KR"`
	Timezone    *string  `json:"timezone" extensions:"x-nullable" example:"Asia/Seoul"`
	Specialties []string `json:"specialties" example:"zirconia,implant"`
	// How the organization numbers teeth; empty when not known.
	ToothNotation string `json:"toothNotation" enums:",fdi,universal,palmer" example:"fdi"`
	CreatedAt     string `json:"createdAt" format:"date-time" example:"2026-03-14T09:26:53.589Z"`
	UpdatedAt     string `json:"updatedAt" format:"date-time" example:"2026-03-14T09:26:53.589Z"`
}

func newOrganization(o domain.Organization) Organization {
	return Organization{
		ID: string(o.ID), Kind: string(o.Kind), Name: o.Name, Language: o.Language,
		Country: textOrNull(o.Country), Timezone: textOrNull(o.Timezone), Specialties: append([]string{}, o.Specialties...),
		ToothNotation: string(o.Notation), CreatedAt: formatTime(o.CreatedAt), UpdatedAt: formatTime(o.UpdatedAt),
	}
}

// CreateOrganizationRequest describes a clinic or a lab.
type CreateOrganizationRequest struct {
	Kind        string   `json:"kind" validate:"required" enums:"clinic,lab" example:"lab"`
	Name        string   `json:"name" validate:"required" minLength:"1" maxLength:"200" example:"한빛기공소"`
	Language    string   `json:"language" validate:"required" example:"ko"`
	Country     string   `json:"country,omitempty" example:"KR" validate:"optional"`
	Timezone    string   `json:"timezone,omitempty" example:"Asia/Seoul" validate:"optional"`
	Specialties []string `json:"specialties,omitempty" maxLength:"50" example:"zirconia,implant" validate:"optional"`
	// How the organization numbers teeth: decides what "26" means where its people do not say it.
	ToothNotation string `json:"toothNotation,omitempty" enums:",fdi,universal,palmer" example:"fdi" validate:"optional"`
}

// createOrganization makes a clinic or a lab.
//
//	@Summary	Make a clinic or a lab
//	@Tags		organizations
//	@Accept		json
//	@Produce	json,application/problem+json
//	@Security	Bearer
//	@Param		Idempotency-Key						header		string						false	"Makes the request safe to repeat"	minlength(1)	maxlength(128)
//	@Param		request								body		CreateOrganizationRequest	true	"The organization"
//	@Success	201									{object}	Organization
//	@Failure	400,401,403,409,413,415,422,500,503	{object}	Problem
//	@x-access	"operator"
//	@ID			createOrganization
//	@Router		/v1/organizations [post]
func (a *API) createOrganization(c *gin.Context) (answer, error) {
	var request CreateOrganizationRequest
	if err := decode(c, &request); err != nil {
		return answer{}, err
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	organization, err := a.Accounts.CreateOrganization(ctx, caller(c), domain.Organization{
		Kind: domain.OrganizationKind(request.Kind), Name: request.Name, Language: request.Language,
		Country: request.Country, Timezone: request.Timezone, Specialties: request.Specialties,
		Notation: domain.ToothNotation(request.ToothNotation),
	})
	if err != nil {
		return answer{}, err
	}
	return created("/v1/organizations/"+string(organization.ID), newOrganization(organization))
}

// listOrganizations lists clinics and labs.
//
//	@Summary	List clinics and labs, oldest first
//	@Tags		organizations
//	@Produce	json,application/problem+json
//	@Security	Bearer
//	@Param		cursor				query		string	false	"Where the page begins, from next"
//	@Param		limit				query		int		false	"Size of the page"	minimum(1)	maximum(200)	default(50)
//	@Success	200					{object}	Page[Organization]
//	@Failure	400,401,403,500,503	{object}	Problem
//	@x-access	"operator"
//	@ID			listOrganizations
//	@Router		/v1/organizations [get]
func (a *API) listOrganizations(c *gin.Context) (answer, error) {
	return listByID(c, a.Accounts.Organizations, func(o domain.Organization) domain.ID { return o.ID }, newOrganization)
}

// getOrganization gives one clinic or lab.
//
//	@Summary	One clinic or lab
//	@Tags		organizations
//	@Produce	json,application/problem+json
//	@Security	Bearer
//	@Param		organizationId			path		string	true	"The organization"
//	@Success	200						{object}	Organization
//	@Failure	400,401,403,404,500,503	{object}	Problem
//	@x-access	"operator"
//	@ID			getOrganization
//	@Router		/v1/organizations/{organizationId} [get]
func (a *API) getOrganization(c *gin.Context) (answer, error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	organization, err := a.Accounts.Organization(ctx, caller(c), domain.ID(c.Param("organizationId")))
	if err != nil {
		return answer{}, err
	}
	return ok(newOrganization(organization))
}

// UpdateOrganizationRequest holds the fields to change; null clears country, timezone
// and toothNotation.
type UpdateOrganizationRequest struct {
	Name          *string   `json:"name,omitempty" minLength:"1" maxLength:"200" validate:"optional"`
	Language      *string   `json:"language,omitempty" validate:"optional"`
	Country       nullable  `json:"country" validate:"optional" swaggertype:"string" extensions:"x-nullable"`
	Timezone      nullable  `json:"timezone" validate:"optional" swaggertype:"string" extensions:"x-nullable"`
	Specialties   *[]string `json:"specialties,omitempty" validate:"optional"`
	ToothNotation nullable  `json:"toothNotation" validate:"optional" swaggertype:"string" enums:",fdi,universal,palmer" extensions:"x-nullable"`
}

// updateOrganization changes a clinic or a lab.
//
//	@Summary	Change a clinic or a lab
//	@Tags		organizations
//	@Accept		json
//	@Produce	json,application/problem+json
//	@Security	Bearer
//	@Param		organizationId					path		string						true	"The organization"
//	@Param		request							body		UpdateOrganizationRequest	true	"What to change"
//	@Success	200								{object}	Organization
//	@Failure	400,401,403,404,413,415,500,503	{object}	Problem
//	@x-access	"operator"
//	@ID			updateOrganization
//	@Router		/v1/organizations/{organizationId} [patch]
func (a *API) updateOrganization(c *gin.Context) (answer, error) {
	var request UpdateOrganizationRequest
	if err := decode(c, &request); err != nil {
		return answer{}, err
	}
	change := domain.OrganizationChange{
		Name: request.Name, Language: request.Language, Country: request.Country.text(), Timezone: request.Timezone.text(),
		Specialties: request.Specialties, Notation: (*domain.ToothNotation)(request.ToothNotation.text()),
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	organization, err := a.Accounts.UpdateOrganization(ctx, caller(c), domain.ID(c.Param("organizationId")), change)
	if err != nil {
		return answer{}, err
	}
	return ok(newOrganization(organization))
}
