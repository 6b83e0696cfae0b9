package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"dentalk/domain"
)

var errUsernameTaken = domain.Conflict("username_taken", "This username is taken.")

// CreateUser stores u as it is given.
func (s *Store) CreateUser(ctx context.Context, u domain.User) error {
	_, err := s.users.InsertOne(ctx, newUserDocument(u))
	if isClash(err) {
		err = s.whyNotCreated(ctx, u, err)
	}
	return fail("create user", err)
}

// whyNotCreated looks which of the unique fields clashed.
func (s *Store) whyNotCreated(ctx context.Context, u domain.User, clash error) error {
	_, taken, err := maybe[userDocument](ctx, s.users, byUsername(u.Username))
	switch {
	case err != nil:
		return err
	case taken:
		return errUsernameTaken
	}
	return clash
}

func byUsername(username string) bson.D {
	return bson.D{{Key: "usernameKey", Value: domain.UsernameKey(username)}}
}

// User gives one user.
func (s *Store) User(ctx context.Context, id domain.ID) (domain.User, error) {
	found, err := one[userDocument](ctx, s.users, "user", byID(id))
	return found.user(), fail("read user", err)
}

// UsersByID gives those that exist.
func (s *Store) UsersByID(ctx context.Context, ids []domain.ID) ([]domain.User, error) {
	found, err := all[userDocument](ctx, s.users, byIDs(ids))
	return convert(found, userDocument.user), fail("read users", err)
}

// UserByUsername finds a user whatever the case of the letters.
func (s *Store) UserByUsername(ctx context.Context, username string) (domain.User, error) {
	found, err := one[userDocument](ctx, s.users, "user", byUsername(username))
	return found.user(), fail("read user", err)
}

// Users lists in ascending order of ID.
func (s *Store) Users(ctx context.Context, from domain.ID, limit int) ([]domain.User, error) {
	found, err := all[userDocument](ctx, s.users, after(from), ascending(limit))
	return convert(found, userDocument.user), fail("list users", err)
}

// UpdateUser changes, stores and returns a user. The rooms come second, whatever the language was
// before, so that repeating a request that failed halfway completes it.
func (s *Store) UpdateUser(ctx context.Context, id domain.ID, request domain.UserChange, now time.Time) (domain.User, error) {
	var before userDocument
	changed, err := change(ctx, s.users, "user", id, func(d *userDocument) (bool, error) {
		if err := request.Fits(d.user()); err != nil {
			return false, err
		}
		before = *d
		next := request.Apply(d.user())
		next.UpdatedAt = now
		d.set(next)
		return true, nil
	})
	if err == nil && changed.Disabled && !before.Disabled && before.Role == domain.RoleOperator {
		err = s.keepOperator(ctx, before, changed)
	}
	if err == nil && request.Language != nil {
		err = s.speak(ctx, id, changed.Language)
	}
	if err != nil {
		return domain.User{}, fail("update user", err)
	}
	return changed.user(), nil
}

// speak sets the user's language in the rooms in which the user takes part.
func (s *Store) speak(ctx context.Context, userID domain.ID, language string) error {
	rooms, err := s.roomIDs(ctx, userID)
	if err != nil {
		return err
	}
	for _, room := range rooms {
		_, err := change(ctx, s.rooms, "room", room, func(d *roomDocument) (bool, error) {
			return d.speak(objectID(userID), language), nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// RedeemPasswordReset changes one document under a condition, so that of several callers one gets it.
func (s *Store) RedeemPasswordReset(ctx context.Context, userID domain.ID, resetHash, passwordHash string, now time.Time) (domain.User, error) {
	filter := append(byID(userID), is("disabled", false), is("reset.hash", resetHash), above("reset.expiresAt", now))
	update := bson.D{
		is("$set", bson.D{is("passwordHash", passwordHash), is("updatedAt", domain.Milliseconds(now))}),
		is("$unset", bson.D{is("reset", "")}), is("$inc", bson.D{is("version", int64(1))}),
	}
	var changed userDocument
	err := s.users.FindOneAndUpdate(ctx, filter, update, options.FindOneAndUpdate().SetReturnDocument(options.After)).Decode(&changed)
	return changed.user(), fail("redeem password reset", orNotFound("password reset", err))
}

// HasOperator tells whether there is an operator who is not disabled.
func (s *Store) HasOperator(ctx context.Context) (bool, error) {
	_, found, err := maybe[userDocument](ctx, s.users, bson.D{is("role", domain.RoleOperator), is("disabled", false)})
	return found, fail("look for an operator", err)
}
