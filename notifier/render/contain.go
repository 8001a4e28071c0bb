package render

import (
	"fmt"
	"log/slog"
	"runtime/debug"
)

// A PanicError is a panic during rendering. Its text is for people; a log also shows the
// value of the panic and the stack.
type PanicError struct {
	Value string
	Stack string
}

func (*PanicError) Error() string { return "regwatch crashed while it rendered a message" }

// LogValue adds the details for programmers.
func (e *PanicError) LogValue() slog.Value {
	return slog.GroupValue(slog.String("message", e.Error()), slog.String("panic", e.Value), slog.String("stack", e.Stack))
}

// contain calls write and returns a panic as a [*PanicError].
func contain[T any](write func() (T, error)) (written T, err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &PanicError{fmt.Sprint(value), string(debug.Stack())}
		}
	}()
	return write()
}
