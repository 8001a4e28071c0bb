// Package diag describes mistakes in files that people write.
//
// A [Problem] has a position and says how to fix it. The packages that read such files return all
// problems at once, so that a person can fix a file in one go.
package diag

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// A Problem is one mistake at one position of a file.
type Problem struct {
	File string `json:"file"`
	Line int    `json:"line"`   // from 1; 0 if the problem concerns the whole file
	Col  int    `json:"column"` // from 1, in characters; 0 if it concerns the whole line
	What string `json:"what"`   // what is wrong, in lower case and without a full stop
	Want string `json:"want"`   // how to fix it

	what, want Text // the same, for readers of other languages
}

// New returns a problem at a position.
func New(file string, line, col int, what, want Text) Problem {
	return Problem{File: file, Line: line, Col: col, What: what.String(), Want: want.String(), what: what, want: want}
}

// Texts returns what is wrong and how to fix it, for a reader of any language.
func (p Problem) Texts() (what, want Text) {
	if what, want = p.what, p.want; what.String() != p.What || want.String() != p.Want {
		return plain(p.What), plain(p.Want)
	}
	return what, want
}

func plain(s string) Text { return Text(strings.ReplaceAll(s, "\x00", "\ufffd")) }

// Equal reports whether both say the same of the same position.
func (p Problem) Equal(o Problem) bool {
	return p.File == o.File && p.Line == o.Line && p.Col == o.Col && p.What == o.What && p.Want == o.Want
}

// String returns p in the form file:line:col: what; want, without the parts that are unknown.
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

// Meant returns the word that is wrong and the one that the writer probably meant, if p says so: its Want then begins
// with did you mean "…"?, and its What has the wrong word in quotes.
func (p Problem) Meant() (wrong, right string, ok bool) {
	phrase, ok := strings.CutPrefix(p.Want, "did you mean ")
	if !ok {
		return "", "", false
	}
	if right, ok = quoted(phrase); !ok {
		return "", "", false
	}
	_, after, _ := strings.Cut(p.What, `"`)
	wrong, ok = quoted(`"` + after)
	return wrong, right, ok
}

// quoted reads the Go string that a text begins with.
func quoted(text string) (string, bool) {
	prefix, err := strconv.QuotedPrefix(text)
	if err != nil {
		return "", false
	}
	word, err := strconv.Unquote(prefix)
	return word, err == nil
}

// Unreadable returns the problem of a file that cannot be read.
func Unreadable(file string, err error) Problem {
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		err = failed.Err // without the path, which the problem names
	}
	return Problem{File: file, What: "cannot read the file: " + err.Error()}
}

// Problems is an error that consists of one or more problems.
type Problems []Problem

// Error returns the problems sorted by position, one per line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps.Sorted() {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Sorted returns the problems in the order of their positions, without duplicates.
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
	return slices.CompactFunc(sorted, Problem.Equal)
}

// Err returns ps as an error, or nil if it is empty.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}
