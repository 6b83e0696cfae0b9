package domain

import (
	"context"
	"fmt"
	"strings"
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
	return o, a.recordOrganization(ctx, caller, AuditOrgCreated, o.ID, "kind", string(o.Kind))
}

func (a *Accounts) recordOrganization(ctx context.Context, caller Caller, action AuditAction, id ID, name, value string) error {
	return a.Audit.Record(ctx, caller, AuditEntry{Action: action, TargetID: id, Detail: map[string]string{name: value}})
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
	before, err := a.Store.Organization(ctx, id)
	if err != nil {
		return Organization{}, err
	}
	after, err := a.Store.UpdateOrganization(ctx, id, change, a.now())
	if err != nil {
		return Organization{}, err
	}
	fields := before.differences(after)
	if fields == nil {
		return after, nil
	}
	return after, a.recordOrganization(ctx, caller, AuditOrgUpdated, id, "fields", strings.Join(fields, " "))
}
