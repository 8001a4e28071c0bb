package scanner

import (
	"fmt"
	"runtime/debug"
)

// A crash is a panic while a source was read or matched. Its text is for people;
// what the program panicked with may quote an article and is for the log alone.
type crash struct {
	value string
	stack string
}

func (*crash) Error() string {
	return "regwatch crashed while it read or matched this source, and goes on with the others; this is a bug in regwatch, and its log has the details"
}

// contain calls do and returns a panic in it as a crash.
func contain(do func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &crash{fmt.Sprint(value), string(debug.Stack())}
		}
	}()
	return do()
}
