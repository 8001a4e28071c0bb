// Package diag holds the faults that a person made in something they wrote.
//
// A [Problem] has a place and says what would have been right. The packages
// that read what people write return every Problem at once, so that a file is
// mended in one sitting and not in ten.
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Problem is one fault in one place of one file.
type Problem struct {
	File string `json:"file"`
	Line int    `json:"line"`   // 1-based; 0 when the whole file is meant
	Col  int    `json:"column"` // 1-based, in characters; 0 when the whole line is meant
	What string `json:"what"`   // what is wrong, in lower case without a full stop
	Want string `json:"want"`   // what would have been right
}

// String renders p as file:line:col: what; want, leaving out what is unknown.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
		if p.Col > 0 {
			fmt.Fprintf(&b, ":%d", p.Col)
		}
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	b.WriteString(p.What)
	if p.Want != "" {
		b.WriteString("; ")
		b.WriteString(p.Want)
	}
	return b.String()
}

// Problems is an error made of one or more faults, one on each line.
type Problems []Problem

// Error renders the problems sorted by file and place, one on each line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps.Sorted() {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Sorted returns the problems in reading order, each once.
func (ps Problems) Sorted() Problems {
	sorted := slices.Clone(ps)
	slices.SortStableFunc(sorted, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Col, b.Col),
			cmp.Compare(a.What, b.What),
		)
	})
	return slices.Compact(sorted)
}

// Err returns ps as an error, or nil when there are none.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}
