package sqlitestore

import (
	"context"
	"database/sql"
	"time"

	"dentalk/domain"
)

const organizationColumns = "id, kind, name, language, country, timezone, specialties, notation, created_at, updated_at"

func scanOrganization(row scanner) (domain.Organization, error) {
	var o domain.Organization
	var specialties sql.NullString
	var created, updated int64
	err := row.Scan(&o.ID, &o.Kind, &o.Name, &o.Language, &o.Country, &o.Timezone, &specialties, &o.Notation, &created, &updated)
	if err != nil {
		return domain.Organization{}, err
	}
	o.CreatedAt, o.UpdatedAt = timeOf(created), timeOf(updated)
	return o, fromJSON(specialties, &o.Specialties)
}

// CreateOrganization stores o as it is given.
func (s *Store) CreateOrganization(ctx context.Context, o domain.Organization) error {
	_, err := write(ctx, s, func(ctx context.Context, tx *transaction) (struct{}, error) {
		return struct{}{}, putOrganization(ctx, tx, `INSERT INTO organizations
			(kind, name, language, country, timezone, specialties, notation, created_at, updated_at, id)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, o)
	})
	return fail("create organization", err)
}

// putOrganization executes an INSERT or UPDATE whose parameters are the columns, the ID last.
func putOrganization(ctx context.Context, tx *transaction, query string, o domain.Organization) error {
	specialties, err := jsonOrNull(o.Specialties, len(o.Specialties))
	if err != nil {
		return err
	}
	return tx.exec(ctx, query, o.Kind, o.Name, o.Language, o.Country, o.Timezone, specialties, o.Notation,
		o.CreatedAt.UnixMilli(), o.UpdatedAt.UnixMilli(), o.ID)
}

// Organization gives one organization.
func (s *Store) Organization(ctx context.Context, id domain.ID) (domain.Organization, error) {
	found, err := read(ctx, s, func(c *connection) (domain.Organization, error) {
		return organization(ctx, c, id)
	})
	return found, fail("read organization", err)
}

func organization(ctx context.Context, c *connection, id domain.ID) (domain.Organization, error) {
	return one(ctx, c, "organization", scanOrganization,
		"SELECT "+organizationColumns+" FROM organizations WHERE id = ?", id)
}

// Organizations lists in ascending order of ID.
func (s *Store) Organizations(ctx context.Context, after domain.ID, limit int) ([]domain.Organization, error) {
	found, err := read(ctx, s, func(c *connection) ([]domain.Organization, error) {
		return all(ctx, c, scanOrganization,
			"SELECT "+organizationColumns+" FROM organizations WHERE id > ? ORDER BY id LIMIT ?", after, limitOf(limit))
	})
	return found, fail("list organizations", err)
}

// UpdateOrganization changes, validates, stores and returns an organization.
func (s *Store) UpdateOrganization(ctx context.Context, id domain.ID, change domain.OrganizationChange, now time.Time) (domain.Organization, error) {
	changed, err := write(ctx, s, func(ctx context.Context, tx *transaction) (domain.Organization, error) {
		stored, err := organization(ctx, tx.connection, id)
		if err != nil {
			return domain.Organization{}, err
		}
		next, err := change.Apply(stored).Check()
		if err != nil {
			return domain.Organization{}, err
		}
		next.UpdatedAt = domain.Milliseconds(now)
		return next, putOrganization(ctx, tx, `UPDATE organizations SET kind = ?, name = ?, language = ?,
			country = ?, timezone = ?, specialties = ?, notation = ?, created_at = ?, updated_at = ? WHERE id = ?`, next)
	})
	return changed, fail("update organization", err)
}
