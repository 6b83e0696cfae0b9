package mongostore

import (
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

type roomDocument struct {
	ID           bson.ObjectID         `bson:"_id"`
	Version      int64                 `bson:"version"`
	OrderID      string                `bson:"orderId"`
	Name         string                `bson:"name"`
	ClinicID     bson.ObjectID         `bson:"clinicId,omitempty"`
	LabID        bson.ObjectID         `bson:"labId,omitempty"`
	Participants []participantDocument `bson:"participants"`
	Status       domain.RoomStatus     `bson:"status"`
	AssigneeID   bson.ObjectID         `bson:"assigneeId,omitempty"`
	CreatedAt    time.Time             `bson:"createdAt"`
	UpdatedAt    time.Time             `bson:"updatedAt"`
	Activity     activityDocument      `bson:"activity"`
}

type participantDocument struct {
	UserID   bson.ObjectID `bson:"userId"`
	Username string        `bson:"username"`
	Role     domain.Role   `bson:"role"`
	Language string        `bson:"language"`
}

// activityDocument is the order of lists and where the search for the newest message begins. It
// follows the messages a moment later and never falls; what it tells is true, but may be old.
type activityDocument struct {
	Seq int64 `bson:"seq"` // of a message; 0 when there is none
	// MessageID is that of the newest message up to Seq that is not a note, or the room's own.
	MessageID bson.ObjectID `bson:"messageId"`
}

// newRoomDocument is that of a room without messages.
func newRoomDocument(r domain.Room) roomDocument {
	d := roomDocument{
		ID: objectID(r.ID), OrderID: r.OrderID, Name: r.Name, ClinicID: objectID(r.ClinicID), LabID: objectID(r.LabID),
		Participants: make([]participantDocument, len(r.Participants)), Status: r.Status, AssigneeID: objectID(r.AssigneeID),
		CreatedAt: domain.Milliseconds(r.CreatedAt), UpdatedAt: domain.Milliseconds(r.UpdatedAt),
		Activity: activityDocument{MessageID: objectID(r.ID)},
	}
	for i, p := range r.Participants {
		d.Participants[i] = participantDocument{UserID: objectID(p.UserID), Username: p.Username, Role: p.Role, Language: p.Language}
	}
	return d
}

func (d roomDocument) room() domain.Room {
	return domain.Room{
		ID: idOf(d.ID), OrderID: d.OrderID, Name: d.Name, ClinicID: idOf(d.ClinicID), LabID: idOf(d.LabID),
		Participants: convert(d.Participants, participantDocument.participant), Status: d.Status, AssigneeID: idOf(d.AssigneeID),
		CreatedAt: timeOf(d.CreatedAt), UpdatedAt: timeOf(d.UpdatedAt),
	}
}

func (d participantDocument) participant() domain.Participant {
	return domain.Participant{UserID: idOf(d.UserID), Username: d.Username, Role: d.Role, Language: d.Language}
}

// participant gives the place of a user in the list, or -1.
func (d roomDocument) participant(userID domain.ID) int {
	key := objectID(userID)
	return slices.IndexFunc(d.Participants, func(p participantDocument) bool { return p.UserID == key })
}

// set replaces everything but the version and the activity.
func (d *roomDocument) set(r domain.Room) {
	version, activity := d.Version, d.Activity
	*d = newRoomDocument(r)
	d.Version, d.Activity = version, activity
}

// speak sets the language of a participant and tells whether it was another.
func (d *roomDocument) speak(userID bson.ObjectID, language string) bool {
	var changed bool
	for i := range d.Participants {
		if p := &d.Participants[i]; p.UserID == userID && p.Language != language {
			p.Language, changed = language, true
		}
	}
	return changed
}

// rename sets the name of a participant and tells whether it was another.
func (d *roomDocument) rename(userID bson.ObjectID, name string) bool {
	var changed bool
	for i := range d.Participants {
		if p := &d.Participants[i]; p.UserID == userID && p.Username != name {
			p.Username, changed = name, true
		}
	}
	return changed
}

func (d *roomDocument) raise() bson.D {
	d.Version++
	return sameVersion(d.ID, d.Version-1)
}
