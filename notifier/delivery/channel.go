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

// A Deduplicator is a channel whose receiver drops a delivery that it has had, by the
// delivery's ID. Several sends to it are recorded in one transaction, and a crash
// before that repeats them.
type Deduplicator interface {
	Deduplicates() bool
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
