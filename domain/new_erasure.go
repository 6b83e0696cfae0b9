package domain

import "strings"

const maxErasureReason = 500 // characters

// NewErasure is an erasure to be made.
type NewErasure struct {
	Target ErasureTarget
	Reason string
}

// Check validates n and returns it trimmed.
func (n NewErasure) Check() (NewErasure, error) {
	var v validation
	given := ""
	for _, one := range []struct {
		field string
		id    ID
	}{{"userId", n.Target.UserID}, {"messageId", n.Target.MessageID}, {"roomId", n.Target.RoomID}} {
		switch {
		case one.id == "":
		case given == "":
			given = one.field
		default:
			v.add(one.field, "conflict", "cannot be given together with "+given)
		}
	}
	if given == "" {
		v.add("body", "required", "must hold one of userId, messageId and roomId")
	}
	n.Reason = strings.TrimSpace(n.Reason)
	v.text("reason", n.Reason, 1, maxErasureReason)
	return n, v.err()
}
