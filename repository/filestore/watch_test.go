package filestore_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"dentalk/repository/filestore"
)

func TestTransfersThatStandStillEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, moved, stop := filestore.Watched(t.Context())
		defer stop()
		for range 3 {
			time.Sleep(filestore.Patience - time.Millisecond)
			synctest.Wait()
			if ctx.Err() != nil {
				t.Fatal("a transfer that moves was ended")
			}
			moved()
		}
		time.Sleep(filestore.Patience)
		synctest.Wait()
		if cause := context.Cause(ctx); !errors.Is(cause, context.DeadlineExceeded) {
			t.Errorf("got %v", cause)
		}
	})
}
