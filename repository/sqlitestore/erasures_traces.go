package sqlitestore

import (
	"bytes"
	"context"
	"encoding/binary"
)

// pagesAtOnce bounds how many pages are looked at in one go, and so a write that clears some of them.
const pagesAtOnce = 1000

// everyPage is the state of a store that may hold traces of erased content: the next page to look at.
// 0 means that there are none.
const everyPage = 1

// leaveTraces has clearTraces begin anew when something was erased, or may have been. It is called when
// that is committed: before, a page that was looked at already could still be changed.
func (s *Store) leaveTraces(erased bool) {
	if erased {
		s.tracesFrom.Store(everyPage)
	}
}

// clearTraces overwrites the free space of pages. secure_delete clears what is deleted, but a row that
// has moved to another page, since it or its neighbours have grown, leaves a copy where it was; and
// that copy stays when the row is erased. It reads the whole file, goes on where the last call was cut,
// and does nothing when nothing was erased since it came to the end.
func (s *Store) clearTraces(ctx context.Context) error {
	for {
		first := s.tracesFrom.Load()
		if first == 0 {
			return nil
		}
		next, err := s.clearPages(ctx, first)
		if err != nil {
			return err
		}
		s.tracesFrom.CompareAndSwap(first, next) // it was set back when more was erased meanwhile
	}
}

// clearPages looks at some pages and gives the next one; 0 after the last.
func (s *Store) clearPages(ctx context.Context, first int64) (int64, error) {
	var traces []int64
	next, err := readSnapshot(ctx, s, func(c *connection) (int64, error) {
		count, err := pageCount(ctx, c)
		if err != nil {
			return 0, err
		}
		for number := first; number < first+pagesAtOnce; number++ {
			if number > count {
				return 0, nil
			}
			page, err := pageOf(ctx, c, number)
			if err != nil {
				return 0, err
			}
			if len(bytes.Trim(freeSpace(page, count), "\x00")) > 0 {
				traces = append(traces, number)
			}
		}
		return first + pagesAtOnce, nil
	})
	if err != nil || len(traces) == 0 {
		return next, err
	}
	_, err = write(ctx, s, func(ctx context.Context, tx *transaction) (struct{}, error) { return struct{}{}, tx.clear(ctx, traces) })
	return next, err
}

func (tx *transaction) clear(ctx context.Context, pages []int64) error {
	count, err := pageCount(ctx, tx.connection)
	if err != nil {
		return err
	}
	for _, number := range pages {
		page, err := pageOf(ctx, tx.connection, number) // again: it may have changed
		if err != nil {
			return err
		}
		clear(freeSpace(page, count))
		if err := tx.exec(ctx, "UPDATE sqlite_dbpage SET data = ? WHERE pgno = ?", page, number); err != nil {
			return err
		}
	}
	return nil
}

func pageCount(ctx context.Context, c *connection) (int64, error) {
	return scanValue[int64](c.row(ctx, "PRAGMA page_count"))
}

func pageOf(ctx context.Context, c *connection, number int64) ([]byte, error) {
	return scanValue[[]byte](c.row(ctx, "SELECT data FROM sqlite_dbpage WHERE pgno = ?", number))
}

// freeSpace is the part of a page between the places of its cells and the cells, by the file format of
// SQLite. Pages of other kinds, which have none, begin with the number of a page or, the first one, with
// a text; where a number could look like a kind, the page is left alone. auto_vacuum must stay off, as it
// is by default: the pages that it adds may begin like an index, and what they say would be cleared.
func freeSpace(page []byte, pages int64) []byte {
	const indexNode, indexLeaf, tableLeaf = 2, 10, 13
	header := 8
	switch kind := page[0]; kind {
	case indexNode:
		header = 12
	case indexLeaf, tableLeaf:
	default:
		return nil
	}
	if int64(page[0])<<24 <= pages {
		return nil
	}
	begin := header + 2*int(binary.BigEndian.Uint16(page[3:]))
	end := int(binary.BigEndian.Uint16(page[5:]))
	if begin > end || end > len(page) {
		return nil
	}
	return page[begin:end]
}
