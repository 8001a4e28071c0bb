package scanner

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
)

const readingSource = "read or matched this source"

// A crash is a panic that was contained. Its text is for people; what the program
// panicked with may quote an article and is for the log alone.
type crash struct {
	doing string // after "while it"
	value string
	stack string
}

func (c *crash) Error() string {
	return "regwatch crashed while it " + c.doing + ", and goes on with the others; this is a bug in regwatch, and its log has the details"
}

// contain calls do and returns a panic in it as a crash.
func contain(doing string, do func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &crash{doing, fmt.Sprint(value), string(debug.Stack())}
		}
	}()
	return do()
}

// A Planning is one kind of what the scanner plans beside scans.
type Planning string

const (
	Flush      Planning = "flush"      // of deferred notices
	Escalation Planning = "escalation" // of alerts that nobody was assigned to
	Digests    Planning = "digest"
)

// plural names what is planned.
func (k Planning) plural() string {
	switch k {
	case Flush:
		return "deferred notices"
	case Escalation:
		return "escalations"
	}
	return "digests"
}

// plan runs a kind of planning. What do cannot plan because of a panic stays as it
// is until the next try; do logs it and returns how much that is.
func (s *Scanner) plan(ctx context.Context, kind Planning, do func(context.Context) (unplanned int, err error)) error {
	unplanned := 0
	err := contain("planned "+kind.plural(), func() (err error) {
		unplanned, err = do(ctx)
		return err
	})
	if s.logCrash(ctx, err, "kind", kind) {
		unplanned = 1 // at least
	} else if unplanned > 0 {
		err = errors.Join(err, fmt.Errorf("regwatch crashed while it planned %s, and left %d for the next try; this is a bug in regwatch, and its log has the details", kind.plural(), unplanned))
	}
	// Without an answer of the database nothing is known.
	if s.Planned != nil && (err == nil || unplanned > 0) {
		s.Planned(kind, unplanned)
	}
	return err
}

// logCrash logs a crash in planning with its stack. It reports whether err is one.
func (s *Scanner) logCrash(ctx context.Context, err error, about ...any) bool {
	c, is := errors.AsType[*crash](err)
	if is {
		s.Log.ErrorContext(ctx, "panic contained", append(about, "doing", c.doing, "panic", c.value, "stack", c.stack)...)
	}
	return is
}
