package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// transfer tells how far records have come. On a terminal it is a line that is drawn anew, elsewhere
// a line for each tenth of many records.
type transfer struct {
	*progress
	begun time.Time
	first int       // were there before
	shown int       // what the last line told
	next  time.Time // of a picture
}

// pictureEvery is the time between two pictures of the line.
const pictureEvery = 100 * time.Millisecond

func newTransfer(out io.Writer, label string, all, done int64) *transfer {
	t := &transfer{progress: newProgress(out, label, int(all)), begun: time.Now(), first: int(done)}
	t.done = t.first
	t.shown = t.done
	return t
}

func (t *transfer) add(count int) {
	t.done += count
	switch {
	case t.terminal && time.Now().After(t.next):
		t.next = time.Now().Add(pictureEvery)
		fmt.Fprint(t.out, "\r", t.line(), "\x1b[K")
	case !t.terminal && t.done-t.shown >= max(copyAtOnce, t.all/10) && t.done < t.all:
		t.shown = t.done
		fmt.Fprintln(t.out, t.line())
	}
}

// end leaves the last line standing.
func (t *transfer) end() {
	if t.terminal {
		fmt.Fprint(t.out, "\r", t.line(), "\x1b[K\n")
		return
	}
	fmt.Fprintln(t.out, t.line())
}

func (t *transfer) line() string {
	text := fmt.Sprintf("%-29s", t.label)
	if t.terminal {
		filled := min(progressWidth, progressWidth*t.done/max(1, t.all))
		text += " " + strings.Repeat("█", filled) + strings.Repeat("░", progressWidth-filled)
	}
	text += fmt.Sprintf(" %d/%d", t.done, t.all)
	moved, passed := t.done-t.first, time.Since(t.begun)
	if moved == 0 {
		return text
	}
	rate := float64(moved) / max(passed.Seconds(), 1e-3)
	text += fmt.Sprintf("  %.0f/s", rate)
	if left := t.all - t.done; left > 0 {
		text += "  " + time.Duration(float64(left)/rate*float64(time.Second)).Round(time.Second).String() + " left"
	}
	return text
}
