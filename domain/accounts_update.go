package domain

import (
	"context"
	"strconv"
	"strings"
)

// UpdateUser changes an account, for operators. Disabling it ends its sessions. An operator is always
// left: nobody disables themselves, and the store refuses when two disable each other.
func (a *Accounts) UpdateUser(ctx context.Context, caller Caller, id ID, change UserChange) (User, error) {
	if !caller.IsOperator() {
		return User{}, errOperatorsOnly
	}
	if err := change.Check(); err != nil {
		return User{}, err
	}
	before, err := a.Store.User(ctx, id)
	if err != nil {
		return User{}, err
	}
	if err := a.checkUpdate(ctx, caller, before, change); err != nil {
		return User{}, err
	}
	after, err := a.Store.UpdateUser(ctx, id, change, a.now())
	if err != nil {
		return User{}, err
	}
	if change.Disabled != nil && *change.Disabled {
		if _, err := a.endSessionsOf(ctx, id, ""); err != nil {
			return User{}, err
		}
	}
	return after, a.recordUpdate(ctx, caller, before, after)
}

func (a *Accounts) checkUpdate(ctx context.Context, caller Caller, user User, change UserChange) error {
	if !user.ErasedAt.IsZero() {
		return Conflict("account_erased", "The person was erased; the account cannot be changed.")
	}
	if change.Disabled != nil && *change.Disabled && user.ID == caller.UserID {
		return Conflict("own_account", "You cannot disable your own account.")
	}
	if change.OrganizationID == nil {
		return nil
	}
	return a.checkOrganization(ctx, *change.OrganizationID, user.Role)
}

// recordUpdate names the fields that differ; what changed nothing leaves no trace.
func (a *Accounts) recordUpdate(ctx context.Context, caller Caller, before, after User) error {
	var fields []string
	detail := make(map[string]string)
	if before.Email != after.Email {
		fields = append(fields, "email")
	}
	if before.Language != after.Language {
		fields = append(fields, "language")
	}
	if before.OrganizationID != after.OrganizationID {
		fields = append(fields, "organizationId")
		detail["formerOrganizationId"], detail["organizationId"] = string(before.OrganizationID), string(after.OrganizationID)
	}
	if before.Disabled != after.Disabled {
		fields = append(fields, "disabled")
		detail["disabled"] = strconv.FormatBool(after.Disabled)
	}
	if fields == nil {
		return nil
	}
	detail["fields"] = strings.Join(fields, " ")
	return a.Audit.Record(ctx, caller, AuditEntry{Action: AuditUserUpdated, UserID: after.ID, Detail: detail})
}
