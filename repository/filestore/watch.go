package filestore

import (
	"context"
	"time"
)

// watch ends a context when nothing has moved for a while.
type watch struct {
	timer  *time.Timer
	cancel context.CancelCauseFunc
}

// watched gives the context, which ends with stop at the latest, and its watch.
func watched(ctx context.Context) (context.Context, *watch) {
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(patience, func() { cancel(errSilent) })
	return ctx, &watch{timer: timer, cancel: cancel}
}

// moved begins the while anew.
func (w *watch) moved() { w.timer.Reset(patience) }

// pause stops the clock until moved.
func (w *watch) pause() { w.timer.Stop() }

func (w *watch) stop() {
	w.timer.Stop()
	w.cancel(nil)
}
