package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"dentalk/domain"
)

// RoomView gives one room as the viewer sees it.
func (s *Store) RoomView(ctx context.Context, id domain.ID, viewer domain.Viewer) (domain.RoomView, error) {
	room, err := one[roomDocument](ctx, s.rooms, "room", byID(id))
	if err != nil {
		return domain.RoomView{}, fail("read room view", err)
	}
	newest, err := s.newestOf(ctx, room)
	if err != nil {
		return domain.RoomView{}, fail("read room view", err)
	}
	v := views{store: s, viewer: viewer, rooms: []roomDocument{room}, newest: make(map[bson.ObjectID]messageDocument)}
	if newest.Seq > 0 {
		v.newest[room.ID] = newest
	}
	complete, err := v.complete(ctx)
	if err != nil {
		return domain.RoomView{}, fail("read room view", err)
	}
	view := complete[0]
	if !newest.Counts.Newest.IsZero() {
		view.Activity = idOf(newest.Counts.Newest)
	}
	return view, nil
}

// views makes rooms into what a viewer sees of them, with one query for all rooms of each thing
// that is derived.
type views struct {
	store  *Store
	viewer domain.Viewer
	rooms  []roomDocument
	newest map[bson.ObjectID]messageDocument // by room
	// said are the newest messages that are no notes, by ID.
	said    map[bson.ObjectID]messageDocument
	markers map[string]markerDocument
	moods   map[bson.ObjectID]domain.Mood
}

// viewsOf reads the newest messages and completes the views.
func (s *Store) viewsOf(ctx context.Context, viewer domain.Viewer, rooms []roomDocument) ([]domain.RoomView, error) {
	newest, err := newestOfEach(ctx, s.messages, rooms)
	if err != nil {
		return nil, err
	}
	v := views{store: s, viewer: viewer, rooms: rooms, newest: newest}
	return v.complete(ctx)
}

// complete gives the views in the order of the rooms. Their activity is that by which lists are
// ordered.
func (v *views) complete(ctx context.Context) ([]domain.RoomView, error) {
	for _, read := range []func(context.Context) error{v.readSaid, v.readMarkers, v.readMoods} {
		if err := read(ctx); err != nil {
			return nil, err
		}
	}
	return convert(v.rooms, v.view), nil
}

func (v *views) view(room roomDocument) domain.RoomView {
	newest := v.newest[room.ID]
	view := domain.RoomView{Room: room.room(), Activity: idOf(room.Activity.MessageID), Mood: v.moods[room.ID]}
	if said, exists := v.said[newest.Counts.Newest]; exists {
		message := said.message()
		view.LastMessage, view.LastSeq = &message, said.Seq
	}
	if v.viewer.Notes {
		view.LastSeq = newest.Seq
	}
	if room.participant(v.viewer.UserID) >= 0 {
		view.UnreadCount = v.unread(room.ID, newest.Counts)
	}
	return view
}

// unread counts what others wrote after the viewer's marker: the difference of all messages less
// that of the viewer's own.
func (v *views) unread(room bson.ObjectID, now countsDocument) int64 {
	user := objectID(v.viewer.UserID)
	marker := v.markers[markerKey(room, user)]
	return max(0, now.All-marker.All-(now.By[user.Hex()]-marker.Mine))
}

// readSaid needs a query only for rooms whose newest message is a note.
func (v *views) readSaid(ctx context.Context) error {
	v.said = make(map[bson.ObjectID]messageDocument)
	var behindNotes []bson.D
	for room, newest := range v.newest {
		if !newest.isNote() {
			v.said[newest.ID] = newest
		} else if !newest.Counts.Newest.IsZero() {
			behindNotes = append(behindNotes, bson.D{is(fieldRoom, room), is(fieldID, newest.Counts.Newest)})
		}
	}
	return v.eachMessage(ctx, behindNotes, withoutCounts, func(m messageDocument) { v.said[m.ID] = m })
}

// eachMessage reads the messages that meet one of the conditions, roomsAtOnce of them in a query.
func (v *views) eachMessage(ctx context.Context, conditions []bson.D, projection bson.D, use func(messageDocument)) error {
	for len(conditions) > 0 {
		some := conditions[:min(len(conditions), roomsAtOnce)]
		conditions = conditions[len(some):]
		found, err := all[messageDocument](ctx, v.store.messages, either(some), options.Find().SetProjection(projection))
		if err != nil {
			return err
		}
		for _, message := range found {
			use(message)
		}
	}
	return nil
}

func (v *views) readMarkers(ctx context.Context) error {
	var keys []string
	for _, room := range v.rooms {
		if room.participant(v.viewer.UserID) >= 0 {
			keys = append(keys, markerKey(room.ID, objectID(v.viewer.UserID)))
		}
	}
	v.markers = make(map[string]markerDocument, len(keys))
	if len(keys) == 0 {
		return nil
	}
	found, err := all[markerDocument](ctx, v.store.readMarkers, bson.D{is(fieldID, bson.D{is("$in", keys)})})
	for _, marker := range found {
		v.markers[marker.ID] = marker
	}
	return err
}

// moodProjection is what a mood is made of.
var moodProjection = bson.D{is(fieldRoom, 1), is("emotion.score", 1), is("complaint.detected", 1)}

// readMoods is for those who see notes.
func (v *views) readMoods(ctx context.Context) error {
	if !v.viewer.Notes {
		return nil
	}
	var newest []bson.D
	for room, message := range v.newest {
		newest = append(newest, bson.D{is(fieldRoom, room), above(fieldSeq, message.Seq-domain.MoodMessages)})
	}
	analysed := make(map[bson.ObjectID]float64)
	v.moods = make(map[bson.ObjectID]domain.Mood)
	return v.eachMessage(ctx, newest, moodProjection, func(m messageDocument) {
		mood := v.moods[m.RoomID]
		if m.Emotion != nil {
			analysed[m.RoomID]++
			mood.Score += (m.Emotion.Score - mood.Score) / analysed[m.RoomID]
		}
		if m.Complaint != nil && m.Complaint.Detected {
			mood.Complaints++
		}
		v.moods[m.RoomID] = mood
	})
}
