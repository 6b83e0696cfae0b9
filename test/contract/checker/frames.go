package checker

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// frame is one event of a stream.
type frame struct {
	id    string // empty when it has none
	event string
	data  string
}

// frames reads Server-Sent Events. A frame that was cut before its empty line is none.
type frames struct {
	reader *bufio.Reader
	alive  func() // called with every line
}

func newFrames(body io.Reader, alive func()) *frames {
	return &frames{reader: bufio.NewReaderSize(body, 64<<10), alive: alive}
}

func (f *frames) next() (frame, error) {
	var one frame
	for {
		line, err := f.reader.ReadString('\n')
		if err != nil {
			return frame{}, fmt.Errorf("read the stream: %w", err)
		}
		f.alive()
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			if one.event != "" {
				return one, nil
			}
			one = frame{}
			continue
		}
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "id":
			one.id = value
		case "event":
			one.event = value
		case "data":
			one.data += value
		}
	}
}
