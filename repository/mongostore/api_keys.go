package mongostore

import (
	"context"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

const apiKeyThing = "api key"

// CreateAPIKey stores key as it is given.
func (s *Store) CreateAPIKey(ctx context.Context, key domain.APIKey) error {
	_, err := s.apiKeys.InsertOne(ctx, newAPIKeyDocument(key))
	return fail("create API key", err)
}

// APIKey gives one key.
func (s *Store) APIKey(ctx context.Context, id domain.ID) (domain.APIKey, error) {
	found, err := one[apiKeyDocument](ctx, s.apiKeys, apiKeyThing, byID(id))
	return found.key(), fail("read API key", err)
}

// APIKeyByHash finds the key of a secret.
func (s *Store) APIKeyByHash(ctx context.Context, hash string, now time.Time) (domain.APIKey, error) {
	secret := either([]bson.D{{is(fieldSecret, hash)}, {is(fieldReplaced, hash), above(fieldReplacedUntil, now)}})
	found, err := one[apiKeyDocument](ctx, s.apiKeys, apiKeyThing, secret)
	if err == nil && len(found.key().GoodSecrets(now)) == 0 {
		err = domain.NotFound(apiKeyThing)
	}
	if err != nil {
		return domain.APIKey{}, fail("find API key", err)
	}
	return found.key(), nil
}

// APIKeys lists in ascending order of ID.
func (s *Store) APIKeys(ctx context.Context, from domain.ID, limit int) ([]domain.APIKey, error) {
	found, err := all[apiKeyDocument](ctx, s.apiKeys, after(from), ascending(limit))
	return convert(found, apiKeyDocument.key), fail("list API keys", err)
}

// goodSecrets tells which of ids are those of secrets with which a key can be used.
func (s *Store) goodSecrets(ctx context.Context, ids []domain.ID, now time.Time) ([]domain.ID, error) {
	found, err := all[apiKeyDocument](ctx, s.apiKeys, either([]bson.D{{is(fieldSecretID, among(ids))}, {is(fieldReplacedID, among(ids))}}))
	var good []domain.ID
	for _, document := range found {
		for _, secret := range document.key().GoodSecrets(now) {
			if slices.Contains(ids, secret.ID) {
				good = append(good, secret.ID)
			}
		}
	}
	return good, err
}

// RotateAPIKey gives a key a new secret. Of several at once each replaces the one before it.
func (s *Store) RotateAPIKey(ctx context.Context, id domain.ID, secret domain.APIKeySecret, oldUntil time.Time) (domain.APIKey, error) {
	changed, err := change(ctx, s.apiKeys, apiKeyThing, id, func(d *apiKeyDocument) (bool, error) {
		d.rotate(secret, oldUntil)
		return true, nil
	})
	return changed.key(), fail("rotate API key", err)
}

// TouchAPIKey notes the last use of a key. It raises the version, so that a rotation does not put the
// use before back.
func (s *Store) TouchAPIKey(ctx context.Context, id domain.ID, at time.Time) error {
	_, err := s.apiKeys.UpdateOne(ctx, byID(id),
		bson.D{is("$max", bson.D{is("lastUsedAt", domain.Milliseconds(at))}), is("$inc", bson.D{is("version", int64(1))})})
	return fail("touch API key", err)
}

// DeleteAPIKey deletes and gives a key.
func (s *Store) DeleteAPIKey(ctx context.Context, id domain.ID) (domain.APIKey, error) {
	var deleted apiKeyDocument
	err := s.apiKeys.FindOneAndDelete(ctx, byID(id)).Decode(&deleted)
	return deleted.key(), fail("delete API key", orNotFound(apiKeyThing, err))
}
