package diag

// An InputError means that a request has a mistake: a name that does not exist, or a value
// out of range. Its text says what would have been right. Everything else that fails is
// an ordinary error.
type InputError struct {
	text  Text
	cause error // of which it says what it says, if there is one
}

// Error returns the sentence.
func (e *InputError) Error() string { return e.text.String() }

// Unwrap returns the cause.
func (e *InputError) Unwrap() error { return e.cause }

// Text returns the sentence for readers of other languages.
func (e *InputError) Text() Text { return e.text }

// Inputf makes an InputError of a sentence, as [Textf] writes it.
func Inputf(format string, args ...any) error {
	return &InputError{text: Textf(format, args...)}
}

// RefusedFor makes an InputError of an error, which says what the text says.
func RefusedFor(cause error, text Text) error { return &InputError{text, cause} }
