package delivery

import (
	"errors"
	"fmt"
	"time"

	"regwatch/internal/redact"
	"regwatch/models"
	"regwatch/notifier/render"
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

// An Error is why a send failed and what that means. Its text is a sentence in English;
// if the message may have arrived, it says so. It never holds a secret.
type Error struct {
	Failure    models.Failure // what failed, as data; of no kind if Err says it
	Reason     Reason
	RetryAfter time.Duration // of RateLimited; 0 when the channel did not say
	OneAddress bool          // Blocked concerns this address, and not the whole channel
	OneMessage bool          // of Blocked and Unreachable: perhaps this message alone, so others are tried before it
	Err        error         // what failed, if Failure is of no kind

	// MayHaveArrived is for a Blocked message that is looked up before it is sent
	// again. An Ambiguous one always is.
	MayHaveArrived bool
}

func (e *Error) mayHaveArrived() bool { return e.Reason == Ambiguous || e.MayHaveArrived }

func (e *Error) Error() string { return render.Failure(e.AsFailure(), string(render.English)) }

// AsFailure returns what failed, and whether the message may have arrived, as data.
func (e *Error) AsFailure() models.Failure {
	f := e.Failure
	if f.Kind == "" {
		f = models.Failure{Kind: models.FailureText, Args: models.FailureArgs{Text: e.Err.Error()}}
	}
	f.Args.MayHaveArrived = e.mayHaveArrived() && f.Args.Cause == nil // which says it itself
	return f
}

// Scrubbed returns the error without secrets.
func (e *Error) Scrubbed(hide *redact.Secrets) *Error {
	clean := *e
	clean.Failure, clean.Err = e.AsFailure().Map(func(text string) string { return Scrub(hide, text) }), nil
	return &clean
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

// Fail returns an Error of a kind.
func Fail(reason Reason, kind models.FailureKind, args models.FailureArgs) *Error {
	return &Error{Reason: reason, Failure: models.Failure{Kind: kind, Args: args}}
}

// Errorf returns an Error with a formatted sentence in English. Nobody who reads Chinese
// should have to read it: what a notice may tell has a kind.
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

func gaveUp(attempts int, last *Error) *Error {
	cause := last.AsFailure()
	return Fail(last.Reason, models.FailureGaveUp, models.FailureArgs{Attempts: attempts, Cause: &cause})
}
