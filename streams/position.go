package streams

// fresh tells whether the frame is not a repetition of what was replayed.
func (c *connection) fresh(f *frame) bool {
	if f.seq == 0 {
		return true
	}
	if seq, replayed := c.replayed[f.room]; replayed && f.seq <= seq {
		return false
	}
	return !c.hub.exact || f.id > c.begin
}

// advance moves the position: in one room with each message, on a stream of everything as far as
// the frame says. It never moves back.
func (c *connection) advance(f *frame) {
	switch {
	case f.seq == 0:
	case c.request.Room != "":
		c.position = f.id
	case c.request.AllRooms && c.request.Viewer.Notes:
		c.position = max(c.position, f.position)
		c.given(f)
	case c.request.AllRooms:
		c.reach(f)
		c.given(f)
	default:
		c.reach(f)
	}
}

// given remembers what a stream of every room has written: a room that comes to life again after it
// was let go of dispatches a little once more.
func (c *connection) given(f *frame) {
	if !c.hub.exact {
		c.replayed[f.room] = max(c.replayed[f.room], f.seq)
	}
}

// reach moves the position to a message that this stream has written and up to which it is
// complete. What the frame says may be the ID of a note or of somebody else's message: the viewer
// must not get it, and could not resume from it. One message that is still ahead is remembered,
// so that the position follows what the frames say at some distance.
func (c *connection) reach(f *frame) {
	if c.ahead != "" && c.ahead <= f.position {
		c.position, c.ahead = max(c.position, c.ahead), ""
	}
	switch {
	case f.id <= f.position:
		c.position = max(c.position, f.id)
	case c.ahead == "" && f.id > c.position:
		c.ahead = f.id
	}
}
