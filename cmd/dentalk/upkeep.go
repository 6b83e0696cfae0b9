package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"dentalk/attachments"
	"dentalk/domain"
	"dentalk/repository/filestore"
)

const (
	// upkeepEvery is how often files and remembered answers that nobody needs are deleted, and erasures go
	// on that were cut.
	upkeepEvery   = time.Minute
	upkeepTimeout = 10 * time.Minute
)

// openFiles constructs what deals with files, and with erasing them.
func (h *house) openFiles(ctx context.Context, ids *domain.IDSource, audit *domain.AuditLog) error {
	files, err := filestore.Open(ctx, h.settings.filesURL, filepath.Join(h.settings.dataDir, "files"))
	if err != nil {
		return fmt.Errorf("DENTALK_FILES_URL: %w", err)
	}
	stage, err := attachments.NewStage(filepath.Join(h.settings.dataDir, "incoming"), h.settings.maxUpload)
	if err != nil {
		return fmt.Errorf("DENTALK_DATA_DIR: %w", err)
	}
	h.uploads = &domain.Uploads{Store: h.store, Files: files, Stage: stage, Access: h.chat, IDs: ids, Now: h.now, Audit: audit}
	h.erasures = &domain.Erasures{Store: h.store, Cache: h.shared.volatile, Sweep: h.uploads.Sweep, Audit: audit, IDs: ids, Now: h.now}
	return nil
}

// startUpkeep starts the goroutine that close waits for.
func (h *house) startUpkeep() {
	ctx, stop := context.WithCancel(context.Background())
	h.stopUpkeep = stop
	h.upkeep.Go(func() {
		tick := time.NewTicker(upkeepEvery)
		defer tick.Stop()
		for {
			h.keepUp(ctx)
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	})
}

// keepUp does what is due. What fails is tried again the next time.
func (h *house) keepUp(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, upkeepTimeout)
	defer cancel()
	for what, do := range map[string]func(context.Context) error{
		"erasures": h.erasures.Resume, "files": h.uploads.Sweep,
		"answers": func(ctx context.Context) error { return h.store.RemoveExpiredKeys(ctx, h.now()) },
	} {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			h.log.Warn("upkeep failed, it will be tried again", "what", what, "error", err)
		}
	}
}
