package checker

import (
	"fmt"
	"io"
	"strings"
	"sync"
)

// mostViolations bounds how many of a round are kept: the first ones tell the most.
const mostViolations = 30

// violation is one way in which the contract was broken.
type violation struct {
	Rule   string   `json:"rule"`
	Detail string   `json:"detail"`
	Room   string   `json:"room,omitempty"`
	Seq    int64    `json:"seq,omitempty"`
	Log    []string `json:"log,omitempty"` // the newest events of who noticed
}

func (v violation) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "VIOLATION of %q: %s", v.Rule, v.Detail)
	if v.Room != "" {
		fmt.Fprintf(&text, " (room %s, seq %d)", v.Room, v.Seq)
	}
	for _, line := range v.Log {
		text.WriteString("\n    " + line)
	}
	return text.String()
}

// report collects violations. It is safe for concurrent use.
type report struct {
	out io.Writer

	mu         sync.Mutex
	violations []violation
	dropped    int
}

func (r *report) violation(v violation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.violations) == mostViolations {
		r.dropped++
		return
	}
	r.violations = append(r.violations, v)
	fmt.Fprintf(r.out, "\n%s\n", v)
}

func (r *report) found() []violation {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.violations
}
