package main

import (
	"context"
	"fmt"

	"dentalk/domain"
)

// refuseHalfMigrated keeps the server from starting on a part of the data.
func refuseHalfMigrated(ctx context.Context, store domain.Archive) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	migration, err := store.Migration(ctx)
	if err != nil {
		return fmt.Errorf("look for an unfinished migration: %w", err)
	}
	if migration == nil || migration.Done {
		return nil
	}
	return fmt.Errorf("a migration into this store has not finished; finish it with: %s", migrateCommand(migration.From, "<this store>"))
}
