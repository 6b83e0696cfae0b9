package mongostore

import (
	"context"
	"time"

	"dentalk/domain"
)

// CreateOrganization stores o as it is given.
func (s *Store) CreateOrganization(ctx context.Context, o domain.Organization) error {
	_, err := s.organizations.InsertOne(ctx, newOrganizationDocument(o))
	return fail("create organization", err)
}

// Organization gives one organization.
func (s *Store) Organization(ctx context.Context, id domain.ID) (domain.Organization, error) {
	found, err := one[organizationDocument](ctx, s.organizations, "organization", byID(id))
	return found.organization(), fail("read organization", err)
}

// Organizations lists in ascending order of ID.
func (s *Store) Organizations(ctx context.Context, from domain.ID, limit int) ([]domain.Organization, error) {
	found, err := all[organizationDocument](ctx, s.organizations, after(from), ascending(limit))
	return convert(found, organizationDocument.organization), fail("list organizations", err)
}

// UpdateOrganization changes, validates, stores and returns an organization.
func (s *Store) UpdateOrganization(ctx context.Context, id domain.ID, request domain.OrganizationChange, now time.Time) (domain.Organization, error) {
	changed, err := change(ctx, s.organizations, "organization", id, func(d *organizationDocument) (bool, error) {
		next, err := request.Apply(d.organization()).Check()
		next.UpdatedAt = now
		d.set(next)
		return true, err
	})
	if err != nil {
		return domain.Organization{}, fail("update organization", err)
	}
	return changed.organization(), nil
}
