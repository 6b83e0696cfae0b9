package filestore

import "context"

// Patience is how long a transfer may stand still.
const Patience = patience

// Watched gives the context of a transfer, which has moved when the function is called.
func Watched(ctx context.Context) (watchedContext context.Context, moved func(), stop func()) {
	ctx, watch := watched(ctx)
	return ctx, watch.moved, watch.stop
}
