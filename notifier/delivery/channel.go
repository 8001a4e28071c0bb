package delivery

import (
	"context"
	"time"

	"regwatch/models"
)

// A Channel sends a delivery to where its reader is. A send that returns nil was
// taken. Any other error is best an [*Error]; one that is not counts as Ambiguous,
// since nothing is known of it.
//
// The interfaces below are optional.
type Channel interface {
	Send(ctx context.Context, d models.Delivery) (receipt string, err error)
}

// A Finder is a channel that can be asked whether it has a delivery already.
type Finder interface {
	Find(ctx context.Context, d models.Delivery) (receipt string, found bool, err error)
}

// A Pacer is a channel that wants a time between two messages.
type Pacer interface {
	Pace() time.Duration
}

// A TimeLimiter is a channel that knows how long one send may take. The lease of the
// delivery is renewed meanwhile.
type TimeLimiter interface {
	MaxSendTime() time.Duration // 0 means the worker's SendTimeout
}

// A Concurrent channel may have several messages in progress at a time: sent or being sent,
// with the result not yet recorded. They share transactions, and Send runs for several
// destinations at once, in several goroutines. Messages to one destination are still sent
// one after the other.
//
// A crash repeats what was in progress, unless the channel is a [Finder]. So the number
// is small where a reader sees the repeat, and larger where the receiver drops it, by the
// delivery's ID. On any other channel, and on one with a pace, it is 1.
type Concurrent interface {
	MaxInProgress() int
}

// An Idler is a channel that holds something open between messages and closes it when
// nothing more is due.
type Idler interface {
	Idle()
}

// An Amender is a channel that can change what it has sent: its Send of a
// delivery that amends changes the Root, and adds nothing. To send one twice does
// no harm, so that none is looked up.
type Amender interface {
	Amends() bool
}

// canAmend reports whether a channel can change what it has sent.
func canAmend(c Channel) bool {
	a, can := c.(Amender)
	return can && a.Amends()
}

// maxInProgress returns how many messages a channel may have in progress, or 0 if it does
// not say.
func maxInProgress(c Channel) int {
	if many, ok := c.(Concurrent); ok {
		return many.MaxInProgress()
	}
	return 0
}
