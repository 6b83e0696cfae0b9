package sqlitestore

import (
	"container/heap"
	"context"

	"dentalk/domain"
)

// leastChunk keeps the number of queries low when very many rooms have news.
const leastChunk = 8

// strand is the part of one room in a merge: some messages read ahead, and where to read on.
type strand struct {
	room   domain.ID
	next   int64 // seq to read on from
	newest int64
	ahead  []domain.Message
}

// strands is a heap by the ID of the first message ahead.
type strands []*strand

func (s strands) Len() int           { return len(s) }
func (s strands) Less(i, j int) bool { return s[i].ahead[0].ID < s[j].ahead[0].ID }
func (s strands) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }
func (s *strands) Push(x any)        { *s = append(*s, x.(*strand)) }
func (s *strands) Pop() any {
	last := len(*s) - 1
	popped := (*s)[last]
	*s = (*s)[:last]
	return popped
}

// merge gives the oldest messages of several rooms, ascending. Rooms are read in chunks, so that a
// page of many busy rooms reads little more than it gives.
func merge(ctx context.Context, c *connection, replay domain.Replay, rooms []news) ([]domain.Message, error) {
	if len(rooms) == 0 {
		return nil, nil
	}
	chunk := unlimited
	if replay.Limit > 0 {
		chunk = min(replay.Limit, max(leastChunk, 2*replay.Limit/len(rooms)))
	}
	var waiting strands
	for _, room := range rooms {
		s := &strand{room: room.room, next: room.first, newest: room.newest}
		if err := s.read(ctx, c, replay.Viewer, chunk); err != nil {
			return nil, err
		}
		if len(s.ahead) > 0 {
			waiting = append(waiting, s)
		}
	}
	heap.Init(&waiting)
	var merged []domain.Message
	for len(waiting) > 0 {
		s := waiting[0]
		merged = append(merged, s.ahead[0])
		if len(merged) == replay.Limit {
			break
		}
		if s.ahead = s.ahead[1:]; len(s.ahead) == 0 {
			if err := s.read(ctx, c, replay.Viewer, chunk); err != nil {
				return nil, err
			}
		}
		if len(s.ahead) == 0 {
			heap.Pop(&waiting)
			continue
		}
		heap.Fix(&waiting, 0)
	}
	return merged, nil
}

// read reads the next chunk ahead; nothing when the room has no more.
func (s *strand) read(ctx context.Context, c *connection, viewer domain.Viewer, chunk int) error {
	if s.next > s.newest {
		return nil
	}
	h := history{c: c, room: s.room, visible: visibleTo(viewer)}
	ahead, err := h.newer(ctx, s.next, chunk)
	if err != nil {
		return err
	}
	s.ahead, s.next = ahead, s.newest+1
	if chunk != unlimited && len(ahead) == chunk {
		s.next = ahead[len(ahead)-1].Seq + 1
	}
	return nil
}
