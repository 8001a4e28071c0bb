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

// logCrash logs a crash in planning with its stack. It reports whether err is one.
func (s *Scanner) logCrash(ctx context.Context, err error, about ...any) bool {
	c, is := errors.AsType[*crash](err)
	if is {
		s.Log.ErrorContext(ctx, "panic contained", append(about, "doing", c.doing, "panic", c.value, "stack", c.stack)...)
	}
	return is
}
