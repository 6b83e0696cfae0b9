package domain

import (
	"context"
	"fmt"
)

// CreateOrganization makes a clinic or a lab, for operators.
func (a *Accounts) CreateOrganization(ctx context.Context, caller Caller, o Organization) (Organization, error) {
	if !caller.IsOperator() {
		return Organization{}, errOperatorsOnly
	}
	o, err := o.Check()
	if err != nil {
		return Organization{}, err
	}
	now := a.now()
	o.ID, o.CreatedAt, o.UpdatedAt = a.IDs.Next(now), now, now
	if err := a.Store.CreateOrganization(ctx, o); err != nil {
		return Organization{}, fmt.Errorf("create organization: %w", err)
	}
	return o, nil
}

// Organization gives one organization, for operators.
func (a *Accounts) Organization(ctx context.Context, caller Caller, id ID) (Organization, error) {
	if !caller.IsOperator() {
		return Organization{}, errOperatorsOnly
	}
	return a.Store.Organization(ctx, id)
}

// Organizations lists organizations after the given ID, for operators.
func (a *Accounts) Organizations(ctx context.Context, caller Caller, after ID, limit int) ([]Organization, error) {
	if !caller.IsOperator() {
		return nil, errOperatorsOnly
	}
	return a.Store.Organizations(ctx, after, limit)
}

// UpdateOrganization changes an organization, for operators.
func (a *Accounts) UpdateOrganization(ctx context.Context, caller Caller, id ID, change OrganizationChange) (Organization, error) {
	if !caller.IsOperator() {
		return Organization{}, errOperatorsOnly
	}
	return a.Store.UpdateOrganization(ctx, id, change, a.now())
}
