package mongostore

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

// importMessages gives the messages the counts that their append would have given them: in a room
// they come in the order of seq.
func (s *Store) importMessages(ctx context.Context, as archived, records []domain.Record) error {
	select {
	case s.appending <- struct{}{}:
		defer func() { <-s.appending }()
	case <-ctx.Done():
		return ctx.Err()
	}
	i := importing{Store: s, ends: make(map[bson.ObjectID]tail)}
	if err := i.readEnds(ctx, records); err != nil {
		return err
	}
	if err := i.plan(records); err != nil {
		return err
	}
	if err := i.sameMessages(ctx, as); err != nil || len(i.documents) == 0 {
		return err
	}
	return i.insert(ctx, as)
}

// importing is one import of messages.
type importing struct {
	*Store
	ends      map[bson.ObjectID]tail // of the rooms
	known     []domain.Record        // whose numbers are taken
	documents []messageDocument
}

func (i *importing) readEnds(ctx context.Context, records []domain.Record) error {
	var unknown []domain.ID
	for _, record := range records {
		room := objectID(record.Message.RoomID)
		if _, asked := i.ends[room]; asked {
			continue
		}
		end, cached := i.tails.Get(room)
		if i.ends[room] = end; !cached {
			unknown = append(unknown, record.Message.RoomID)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	rooms, err := all[roomDocument](ctx, i.rooms, byIDs(unknown))
	if err != nil {
		return err
	}
	if len(rooms) < len(unknown) {
		return fmt.Errorf("%d of the messages' rooms are not there", len(unknown)-len(rooms))
	}
	newest, err := newestOfEach(ctx, i.messages, rooms)
	for _, room := range rooms {
		i.ends[room.ID] = tailOf(room.ID, newest[room.ID])
	}
	return err
}

func (i *importing) plan(records []domain.Record) error {
	for _, record := range records {
		m := *record.Message
		room := objectID(m.RoomID)
		end := i.ends[room]
		if m.Seq <= end.seq {
			i.known = append(i.known, record)
			continue
		}
		if m.Seq != end.seq+1 {
			return fmt.Errorf("message %d of room %s follows message %d", m.Seq, m.RoomID, end.seq)
		}
		counts := end.counts
		if m.Type != domain.MessageNote {
			counts = counts.with(objectID(m.ID), objectID(m.UserID))
		}
		document := messageOf(m, counts)
		i.documents, i.ends[room] = append(i.documents, document), tailOf(room, document)
	}
	return nil
}

// sameMessages refuses messages whose numbers others have.
func (i *importing) sameMessages(ctx context.Context, as archived) error {
	if len(i.known) == 0 {
		return nil
	}
	missing, err := as.missing(ctx, i.known)
	if err != nil || len(missing) == 0 {
		return err
	}
	m := missing[0].Message
	return fmt.Errorf("the number of message %d of room %s is taken by another than %s", m.Seq, m.RoomID, m.ID)
}

// insert lowers the watermark first: after a crash heal finds what the rooms were not told.
func (i *importing) insert(ctx context.Context, as archived) error {
	if err := i.lowerWatermark(ctx, i.documents[0].ID); err != nil {
		return err
	}
	if err := as.insertAll(ctx, i.documents); err != nil {
		for room := range i.ends {
			i.tails.Remove(room)
		}
		return err
	}
	i.ids.Follow(idOf(i.documents[len(i.documents)-1].ID))
	newest := make([]activity, 0, len(i.ends))
	for room, end := range i.ends {
		i.tails.Add(room, end)
		newest = append(newest, activity{room: room, seq: end.seq, message: end.counts.Newest})
	}
	return touchRooms(ctx, i.rooms, newest)
}
