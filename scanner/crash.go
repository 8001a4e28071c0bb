package scanner

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
)

const scanningSource = "read or matched this source"

// A panicError is a panic that was contained. Its text is for people; what the program
// panicked with may quote an article and is for the log alone.
type panicError struct {
	doing string // after "while it"
	value string
	stack string
}

func (c *panicError) Error() string {
	return "regwatch crashed while it " + c.doing + ", and goes on with the others; this is a bug in regwatch, and its log has the details"
}

// catchPanic calls do and returns a panic in it as a crash.
func catchPanic(doing string, do func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &panicError{doing, fmt.Sprint(value), string(debug.Stack())}
		}
	}()
	return do()
}

// logPanic logs a crash in planning with its stack. It reports whether err is one.
func (s *Scanner) logPanic(ctx context.Context, err error, attrs ...any) bool {
	c, ok := errors.AsType[*panicError](err)
	if ok {
		s.Log.ErrorContext(ctx, "panic contained", append(attrs, "doing", c.doing, "panic", c.value, "stack", c.stack)...)
	}
	return ok
}
