package streams

import (
	"context"
	"errors"
	"net/http"

	"dentalk/domain"
)

// errEnded says that the connection was ended from elsewhere; the live loop says goodbye.
var errEnded = errors.New("connection ended")

// Serve writes the stream until the client goes or the stream ends, which both give nil. An error
// means that nothing was written, so that the caller may answer otherwise: the room is none of the
// viewer's any more. Whatever a client should survive is told in the stream, since EventSource
// gives up on every status but 200.
func (h *Hub) Serve(ctx context.Context, w http.ResponseWriter, request Request) error {
	out := h.newStream(w)
	defer out.close()
	defer h.metrics.ended(out)
	c := h.newConnection(request)
	if refused := h.connections.add(c); refused != "" {
		h.refuse(out, refused)
		return nil
	}
	defer c.close()
	err := c.serve(ctx, out)
	switch {
	case err == nil, errors.Is(err, errWrite), ctx.Err() != nil:
		return nil
	case domain.KindOf(err) == domain.KindNotFound && !out.opened:
		return err
	}
	h.config.Log.Warn("a stream cannot go on", "connection", c.name, "error", err)
	_ = out.goodbye(reasonOverloaded, waitAfter(reasonOverloaded))
	return nil
}

func (c *connection) serve(ctx context.Context, out *stream) error {
	if err := c.subscribe(ctx); err != nil {
		return err
	}
	begin, err := c.begins(ctx)
	if err != nil {
		return err
	}
	ready, err := c.ready(ctx, begin.resumed)
	if err != nil {
		return err
	}
	if err := c.open(out, begin, ready); err != nil {
		return err
	}
	if err := c.catchUp(ctx, out, begin); err != nil && !errors.Is(err, errEnded) {
		return err
	}
	return c.live(ctx, out)
}

// open writes everything up to ready at once, so that the client learns its position first.
func (c *connection) open(out *stream, begin start, ready readyData) error {
	buffer := out.open(nil)
	if begin.resync != "" {
		buffer = appendEvent(buffer, "resync", struct {
			Reason string `json:"reason"`
		}{begin.resync})
	}
	buffer = appendEvent(appendID(buffer, begin.position), "ready", ready)
	return out.write(buffer, c.hub.config.WriteTimeout)
}

// catchUp writes what was missed, straight from the store, while events gather in the queue. When
// the queue could not hold them it goes on from where it stands, for as many rounds as it takes.
func (c *connection) catchUp(ctx context.Context, out *stream, begin start) error {
	enriched := begin.resumed
	for upTo := begin.position; ; upTo, enriched = c.after, true {
		if err := c.writeMissed(ctx, out); err != nil {
			return err
		}
		if enriched {
			write := func(frames []*frame) error { return out.frames(c, frames, false) }
			if err := c.eachEnriched(ctx, upTo, begin.since, write); err != nil {
				return err
			}
		}
		if c.queue.goLive() {
			return nil
		}
	}
}

func (c *connection) writeMissed(ctx context.Context, out *stream) error {
	for {
		frames, last, err := c.missedPage(ctx, replayPage)
		if err != nil {
			return err
		}
		if c.queue.ended() {
			return errEnded
		}
		if err := out.frames(c, frames, false); err != nil {
			return err
		}
		if last {
			return nil
		}
	}
}

// live writes what comes until the end. All that has gathered meanwhile is written together.
// The context ends it through the queue, so that waiting is a receive from one channel: a select
// over two costs more than everything else that an event costs here.
func (c *connection) live(ctx context.Context, out *stream) error {
	stop := context.AfterFunc(ctx, func() { c.queue.finish(&ending{}) })
	defer stop()
	var spare []*frame
	for {
		t := c.queue.take(spare)
		if err := c.writeTaken(ctx, out, t); err != nil {
			return err
		}
		if t.ending != nil {
			return c.end(out, t.ending)
		}
		clear(t.frames)
		spare = t.frames
		<-c.queue.wake
	}
}

func (c *connection) writeTaken(ctx context.Context, out *stream, t taken) error {
	frames := t.frames
	for i := 0; i < len(frames); i++ {
		if !frames[i].follow {
			continue
		}
		if err := out.frames(c, frames[:i], true); err != nil {
			return err
		}
		if err := c.addRoom(ctx, out, frames[i].room); err != nil {
			return err
		}
		frames, i = frames[i+1:], -1
	}
	if err := out.frames(c, frames, true); err != nil {
		return err
	}
	if t.ping && t.ending == nil {
		return out.ping(c.hub.config.Now(), c.position)
	}
	return nil
}

func (c *connection) end(out *stream, how *ending) error {
	if how.last != nil {
		out.ended = closedByRoom
		if err := out.frames(c, []*frame{how.last}, false); err != nil {
			return err
		}
	}
	if how.reason == "" {
		return nil
	}
	return out.goodbye(how.reason, waitAfter(how.reason))
}
