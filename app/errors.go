package app

import (
	"errors"
	"fmt"

	"regwatch/internal/yamlnode"
)

// An InputError means that a request has a mistake: a name that does not exist, or a value
// out of range. Its text says what would have been right. Everything else that fails is
// an ordinary error.
type InputError struct{ text string }

// Error returns the sentence.
func (e *InputError) Error() string { return e.text }

func inputError(format string, args ...any) error {
	return &InputError{fmt.Sprintf(format, args...)}
}

// bare returns the error of a type within err, without what was being done. The text of
// such an error says that itself.
func bare[E error](err error) error {
	if e, ok := errors.AsType[E](err); ok {
		return e
	}
	return err
}

// didYouMean returns a hint at the known name that is nearest to a mistyped one, or
// nothing. It belongs directly after the mistyped name in a sentence.
func didYouMean(name string, known []string) string {
	if near := yamlnode.Nearest(name, known); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	return ""
}
