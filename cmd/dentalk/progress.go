package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// progress is a line that fills while work goes on. Where the output is no terminal only its end
// is printed.
type progress struct {
	out      io.Writer
	label    string
	done     int
	all      int
	terminal bool
}

const progressWidth = 30

func newProgress(out io.Writer, label string, all int) *progress {
	p := &progress{out: out, label: label, all: all}
	if file, ok := out.(*os.File); ok {
		info, err := file.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

func (p *progress) step() {
	p.done++
	if !p.terminal && p.done < p.all {
		return
	}
	filled := progressWidth * p.done / p.all
	bar := strings.Repeat("█", filled) + strings.Repeat("░", progressWidth-filled)
	end := "\r"
	if p.done == p.all {
		end = "\n"
	}
	fmt.Fprintf(p.out, "%-17s %s %d/%d%s", p.label, bar, p.done, p.all, end)
}
