package checker

import (
	"context"
	"fmt"
	"net/http"
)

// history reads a room from a seq on, page by page, over every error.
func (c *caller) history(ctx context.Context, room string, after int64) ([]message, error) {
	var all []message
	for {
		var page struct {
			Items        []message
			HasMoreAfter bool
		}
		path := fmt.Sprintf("/v1/rooms/%s/messages?after=%d&limit=200", room, after)
		if _, _, err := c.insist(ctx, http.MethodGet, path, nil, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if !page.HasMoreAfter || len(page.Items) == 0 {
			return all, nil
		}
		after = page.Items[len(page.Items)-1].Seq
	}
}

// roomList reads the caller's rooms.
func (c *caller) roomList(ctx context.Context) ([]room, error) {
	var page struct{ Items []room }
	_, _, err := c.insist(ctx, http.MethodGet, "/v1/rooms?limit=200", nil, &page)
	return page.Items, err
}

// resync does what the guide tells clients to: it reads the history of what the observer follows.
func (o *observer) resync(ctx context.Context) error {
	rooms := []string{o.room}
	if o.room == "" {
		list, err := o.caller.roomList(ctx)
		if err != nil {
			return err
		}
		rooms = nil
		for _, one := range list {
			rooms = append(rooms, one.ID)
		}
	}
	for _, one := range rooms {
		history, err := o.caller.history(ctx, one, o.lastOf(one))
		if err != nil {
			return err
		}
		o.catchUp(one, history)
	}
	return nil
}
