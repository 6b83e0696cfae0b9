package mongostore

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// activity is the newest message of a room, and the newest one that is no note.
type activity struct {
	room    bson.ObjectID
	seq     int64
	message bson.ObjectID // zero when there is none
}

const touchTimeout = 3 * time.Second

// touch tells the rooms their newest messages, which orders lists. It fails nothing and does not
// end with the caller, for the messages are committed: what it misses is made good by the next
// message or by heal.
func (g *group) touch(ctx context.Context) {
	var newest []activity
	for _, room := range g.targets {
		if end, ok := g.tails.Get(room.ID); ok && end.seq > room.Activity.Seq {
			newest = append(newest, activity{room: room.ID, seq: end.seq, message: end.counts.Newest})
		}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), touchTimeout)
	defer cancel()
	_ = touchRooms(ctx, g.rooms, newest)
}

// touchRooms raises the activity of the rooms that are behind, and their versions, so that nobody
// who has read such a room before puts the old activity back.
func touchRooms(ctx context.Context, rooms *mongo.Collection, newest []activity) error {
	if len(newest) == 0 {
		return nil
	}
	updates := make([]mongo.WriteModel, len(newest))
	for i, one := range newest {
		raise := bson.D{is("activity.seq", one.seq)}
		if !one.message.IsZero() {
			raise = append(raise, is("activity.messageId", one.message))
		}
		updates[i] = mongo.NewUpdateOneModel().SetFilter(bson.D{is(fieldID, one.room), below("activity.seq", one.seq)}).
			SetUpdate(bson.D{is("$set", raise), is("$inc", bson.D{is("version", int64(1))})})
	}
	_, err := rooms.BulkWrite(ctx, updates, unordered())
	if err != nil {
		return fmt.Errorf("touch rooms: %w", err)
	}
	return nil
}

func unordered() *options.BulkWriteOptionsBuilder { return options.BulkWrite().SetOrdered(false) }
