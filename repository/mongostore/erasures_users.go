package mongostore

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

// EraseUser takes the person from the account and then from where the name is copied to, whatever the
// account was before, so that repeating a call that failed halfway completes it. A copy that somebody
// was about to make at the same moment is found by the next call.
func (s *Store) EraseUser(ctx context.Context, id domain.ID, now time.Time) (domain.User, error) {
	if err := s.disableOperator(ctx, id, now); err != nil {
		return domain.User{}, fail("erase user", err)
	}
	changed, err := change(ctx, s.users, "user", id, func(d *userDocument) (bool, error) {
		if !d.ErasedAt.IsZero() {
			return false, nil
		}
		d.set(erased(d.user(), now))
		return true, nil
	})
	if err == nil {
		err = s.renameCopies(ctx, id, changed.Username)
	}
	if err != nil {
		return domain.User{}, fail("erase user", err)
	}
	return changed.user(), nil
}

func erased(u domain.User, now time.Time) domain.User {
	u.Username, u.Email, u.PasswordHash, u.Reset, u.Disabled = domain.ErasedUsername(u.ID), "", "", nil, true
	u.ErasedAt, u.UpdatedAt = now, now
	return u
}

// renameCopies sets the user's name in the rooms in which the user takes part and in the glossary.
func (s *Store) renameCopies(ctx context.Context, userID domain.ID, name string) error {
	rooms, err := s.roomIDs(ctx, userID)
	if err != nil {
		return err
	}
	for _, room := range rooms {
		_, err := change(ctx, s.rooms, "room", room, func(d *roomDocument) (bool, error) {
			return d.rename(objectID(userID), name), nil
		})
		if err != nil {
			return err
		}
	}
	_, err = s.glossary.UpdateMany(ctx, bson.D{is(fieldUser, objectID(userID))}, set(fieldUserName, name))
	if err != nil {
		return fmt.Errorf("rename in the glossary: %w", err)
	}
	return nil
}
