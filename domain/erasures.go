package domain

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Erasures are the use cases around erasure by law. An order that was stored is carried out sooner or
// later: each step can be repeated after a crash, and does no harm on two instances at once. It is
// safe for concurrent use.
type Erasures struct {
	Store interface {
		AccountStore
		SessionStore
		RoomStore
		MessageStore
		ReplayStore
		IdempotencyStore
		UploadStore
		ErasureStore
	}
	Cache Cache
	// Sweep deletes the files of the uploads that were removed.
	Sweep func(context.Context) error
	Audit *AuditLog
	IDs   *IDSource
	Now   func() time.Time
}

const (
	// erasureWithin is how long a request carries out its own order.
	erasureWithin = 7 * time.Second
	// erasureStep bounds one step.
	erasureStep = 10 * time.Second
	// erasureBatch is how many messages are blanked in one step.
	erasureBatch = 200
	// erasureAgain is how long after its end an order is carried out once more. It is longer than any
	// request, translation or upload may go on that was let in before, and as long as clocks may differ.
	erasureAgain = 5 * time.Minute
	// erasuresResumed bounds how many orders are carried out in one go.
	erasuresResumed = 100
)

var errOwnErasure = Conflict("own_account", "You cannot erase your own account.")

// Create stores an operator's order and carries it out as far as a request may take. An order that is
// still pending in the answer is carried out by Resume, which also tells what hinders it.
func (e *Erasures) Create(ctx context.Context, caller Caller, request NewErasure) (Erasure, error) {
	if !caller.IsOperator() {
		return Erasure{}, errOperatorsOnly
	}
	request, err := request.Check()
	if err != nil {
		return Erasure{}, err
	}
	roomID, err := e.find(ctx, caller, request.Target)
	if err != nil {
		return Erasure{}, err
	}
	now := Milliseconds(e.Now())
	erasure := Erasure{ID: e.IDs.Next(now), Target: request.Target, Reason: request.Reason, CreatedBy: caller.UserID, CreatedAt: now}
	// The trace comes first: a crash may leave a trace of no order, but no order without a trace.
	trace := AuditEntry{Action: AuditErasureCreated, RoomID: roomID, UserID: request.Target.UserID, TargetID: erasure.ID, Detail: request.Target.detail()}
	if err := e.Audit.Record(ctx, caller, trace); err != nil {
		return Erasure{}, err
	}
	if err := e.disable(ctx, request.Target.UserID, now); err != nil {
		return Erasure{}, err
	}
	if err := e.Store.CreateErasure(ctx, erasure); err != nil {
		return Erasure{}, fmt.Errorf("create erasure: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, erasureWithin)
	defer cancel()
	if done, err := e.carryOut(ctx, erasure); err == nil {
		return done, nil
	}
	return erasure, nil
}

// disable comes before the order is stored: one that would erase the last operator could not be carried
// out, and is refused, with its trace left behind.
func (e *Erasures) disable(ctx context.Context, userID ID, now time.Time) error {
	if userID == "" {
		return nil
	}
	user, err := e.Store.User(ctx, userID)
	if err == nil && user.Role == RoleOperator && !user.Disabled {
		disabled := true
		_, err = e.Store.UpdateUser(ctx, userID, UserChange{Disabled: &disabled}, now)
	}
	if err != nil {
		return fmt.Errorf("disable the account: %w", err)
	}
	return nil
}

// find checks that there is such a target, and gives the room that it is or is in.
func (e *Erasures) find(ctx context.Context, caller Caller, target ErasureTarget) (ID, error) {
	switch {
	case target.UserID != "":
		if target.UserID == caller.UserID {
			return "", errOwnErasure
		}
		_, err := e.Store.User(ctx, target.UserID)
		return "", err
	case target.RoomID != "":
		room, err := e.Store.Room(ctx, target.RoomID)
		return room.ID, err
	}
	position, err := e.Store.Locate(ctx, target.MessageID, caller.Viewer())
	return position.RoomID, err
}

// detail says what the order is about, where the entry has no field of its own.
func (t ErasureTarget) detail() map[string]string {
	if t.MessageID == "" {
		return nil
	}
	return map[string]string{"messageId": string(t.MessageID)}
}

// Erasure gives an order, for operators.
func (e *Erasures) Erasure(ctx context.Context, caller Caller, id ID) (Erasure, error) {
	if !caller.IsOperator() {
		return Erasure{}, errOperatorsOnly
	}
	return e.Store.Erasure(ctx, id)
}

// Resume carries out what is pending, and for the second time what was done a while ago: what was under
// way then may have been stored since. One order that fails does not hold up the others.
func (e *Erasures) Resume(ctx context.Context) error {
	var pending []Erasure
	err := step(ctx, func(ctx context.Context) (err error) {
		pending, err = e.Store.PendingErasures(ctx, Milliseconds(e.Now()).Add(-erasureAgain), erasuresResumed)
		return err
	})
	if err != nil {
		return fmt.Errorf("list pending erasures: %w", err)
	}
	var failed []error
	for _, erasure := range pending {
		if _, err := e.carryOut(ctx, erasure); err != nil {
			failed = append(failed, fmt.Errorf("erasure %s: %w", erasure.ID, err))
		}
	}
	return errors.Join(failed...)
}

// step runs one step within its time.
func step(ctx context.Context, run func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, erasureStep)
	defer cancel()
	return run(ctx)
}
