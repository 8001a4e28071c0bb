package delivery

import (
	"errors"
	"fmt"
	"time"
)

// ErrCannotLookUp is answered by a Finder that is not allowed to look: the
// delivery is then sent, though it may have arrived before.
var ErrCannotLookUp = errors.New("the channel may not be asked what it has")

// A Reason says what a failed send means for what is done next.
type Reason string

const (
	// Temporary: it surely did not arrive; it costs an attempt and is tried again.
	Temporary Reason = "temporary"
	// RateLimited: the channel asked for a pause; it costs nothing.
	RateLimited Reason = "rate limited"
	// Unreachable: nobody answered; the channel pauses, and it costs nothing.
	Unreachable Reason = "unreachable"
	// Ambiguous: it may have arrived; it costs an attempt and is looked up before
	// it is sent again.
	Ambiguous Reason = "ambiguous"
	// Blocked: a person must put something right; the channel pauses, it costs
	// nothing, and nothing is given up.
	Blocked Reason = "blocked"
	// Permanent: no later try can succeed.
	Permanent Reason = "permanent"
	// ThreadGone: the message that it follows up or changes is gone, or cannot be
	// followed up where messages go now. What follows up is sent by itself, and
	// begins the thread anew; what changes is dropped.
	ThreadGone Reason = "thread gone"
	// Moot: there is nothing left to do, as when the message that it would change
	// is gone; it is dropped, and nobody need do anything.
	Moot Reason = "moot"
)

// An Error is why a send failed, in a sentence for a person, and what to
// do about it; if the message may have arrived, it says so. It never holds a
// secret.
type Error struct {
	Reason     Reason
	RetryAfter time.Duration // of RateLimited; 0 when the channel did not say
	OneAddress bool          // Blocked concerns this address, and not the whole channel
	OneMessage bool          // of Blocked and Unreachable: perhaps this message alone, so others are tried before it
	Err        error

	// MayHaveArrived is for a Blocked message that is looked up before it is sent
	// again. An Ambiguous one always is.
	MayHaveArrived bool
}

func (e *Error) mayHaveArrived() bool { return e.Reason == Ambiguous || e.MayHaveArrived }

func (e *Error) Error() string {
	if e.mayHaveArrived() {
		return e.Err.Error() + "; the message may have arrived"
	}
	return e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// NothingSent returns the error of a request that was not a message: what was
// Ambiguous is only Unreachable.
func NothingSent(err error) error {
	known, ok := errors.AsType[*Error](err)
	if !ok || !known.mayHaveArrived() {
		return err
	}
	unsent := *known
	unsent.MayHaveArrived = false
	if unsent.Reason == Ambiguous {
		unsent.Reason = Unreachable
	}
	return &unsent
}

// Errorf returns an Error with a formatted sentence.
func Errorf(reason Reason, format string, args ...any) *Error {
	return &Error{Reason: reason, Err: fmt.Errorf(format, args...)}
}

// ErrorOf returns the Error in err. An error without one is Ambiguous.
func ErrorOf(err error) *Error {
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	return &Error{Reason: Ambiguous, Err: err}
}

func gaveUp(attempts int, err error) string {
	return fmt.Sprintf("gave up after %d attempts; the last: %v", attempts, err)
}
