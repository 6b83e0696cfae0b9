package mongostore

import (
	"context"
	"errors"
	"time"

	"dentalk/domain"
)

// enableTimeout bounds the taking back of a change.
const enableTimeout = 5 * time.Second

// keepOperator takes back a change that has disabled an operator, when no other is left. Each of several
// who disable one another looks after its own change, so the last of them at least sees that nobody is
// left. All may see it: then all take back, and somebody is left too. Only a crash in between leaves
// nobody.
func (s *Store) keepOperator(ctx context.Context, before, changed userDocument) error {
	left, err := s.HasOperator(ctx)
	if left {
		return nil
	}
	if err == nil {
		err = domain.LastOperator()
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), enableTimeout)
	defer cancel()
	_, undone := change(ctx, s.users, "user", idOf(before.ID), func(d *userDocument) (bool, error) {
		if d.Version == changed.Version {
			d.set(before.user())
		} else { // changed by others too, who keep what they have made of it
			d.Disabled = false
		}
		return d.ErasedAt.IsZero(), nil
	})
	return errors.Join(err, undone)
}

// disableOperator disables the user, if it is an operator, so that what cannot be taken back comes after
// the look for others.
func (s *Store) disableOperator(ctx context.Context, id domain.ID, now time.Time) error {
	user, err := s.User(ctx, id)
	if err != nil || user.Role != domain.RoleOperator || user.Disabled {
		return err
	}
	disabled := true
	_, err = s.UpdateUser(ctx, id, domain.UserChange{Disabled: &disabled}, now)
	return err
}
