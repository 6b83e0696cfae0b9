package domain

import (
	"context"
	"fmt"
	"slices"
)

// teeth are those that the text names. The writer's notation is looked up only when a number reads
// as different teeth without it.
func (c *Chat) teeth(ctx context.Context, caller Caller, roomID ID, text string) ([]Tooth, error) {
	teeth := FindTeeth(text, "")
	if !slices.ContainsFunc(teeth, func(t Tooth) bool { return t.Ambiguous }) {
		return teeth, nil
	}
	notation, err := c.notation(ctx, caller, roomID)
	if err != nil || notation == "" {
		return teeth, err
	}
	return FindTeeth(text, notation), nil
}

// notation is how the caller's organization numbers teeth, else how the room's clinic does.
func (c *Chat) notation(ctx context.Context, caller Caller, roomID ID) (ToothNotation, error) {
	if caller.Role == RoleClinic || caller.Role == RoleLab {
		user, err := c.Store.User(ctx, caller.UserID)
		if err != nil {
			return "", fmt.Errorf("read sender: %w", err)
		}
		notation, err := c.notationOf(ctx, user.OrganizationID)
		if err != nil || notation != "" {
			return notation, err
		}
	}
	room, err := c.Store.Room(ctx, roomID)
	if err != nil {
		return "", fmt.Errorf("read room: %w", err)
	}
	return c.notationOf(ctx, room.ClinicID)
}

// notationOf is empty for an organization that does not exist.
func (c *Chat) notationOf(ctx context.Context, organizationID ID) (ToothNotation, error) {
	if organizationID == "" {
		return "", nil
	}
	organization, err := c.Store.Organization(ctx, organizationID)
	if err != nil && KindOf(err) != KindNotFound {
		return "", fmt.Errorf("read organization: %w", err)
	}
	return organization.Notation, nil
}
