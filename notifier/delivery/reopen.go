package delivery

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"regwatch/models"
)

// A Reopened channel is made anew whenever it was blocked, so that a token or a
// password that a person has put right is used without a restart. It implements
// all optional interfaces of a [Channel], each as far as the channel within does.
type Reopened struct {
	open func() (Channel, error)

	mu      sync.Mutex // guards the two below
	channel Channel    // nil when the next use makes it
	opened  int        // how often it was made
}

// Reopen returns a channel that open makes, now and after each time that it was
// blocked. An error of open blocks the channel; it must hold no secret.
func Reopen(open func() (Channel, error)) *Reopened { return &Reopened{open: open} }

// Send sends through the channel as it is configured now.
func (r *Reopened) Send(ctx context.Context, d models.Delivery) (string, error) {
	ch, opened, err := r.current()
	if err != nil {
		return "", err
	}
	receipt, err := ch.Send(ctx, d)
	r.renewIf(err, opened)
	return receipt, err
}

// Find asks the channel, if it is one that can be asked.
func (r *Reopened) Find(ctx context.Context, d models.Delivery) (string, bool, error) {
	ch, opened, err := r.current()
	if err != nil {
		return "", false, err
	}
	finder, can := ch.(Finder)
	if !can {
		return "", false, fmt.Errorf("%w: it keeps nothing that can be read back", ErrCannotLookUp)
	}
	receipt, found, err := finder.Find(ctx, d)
	r.renewIf(err, opened)
	return receipt, found, err
}

// Pace returns the pace of the channel.
func (r *Reopened) Pace() time.Duration {
	ch, _, err := r.current()
	if p, ok := ch.(Pacer); ok && err == nil {
		return p.Pace()
	}
	return 0
}

// MaxSendTime returns how long a send of the channel may take, or 0.
func (r *Reopened) MaxSendTime() time.Duration {
	ch, _, err := r.current()
	if l, ok := ch.(TimeLimiter); ok && err == nil {
		return l.MaxSendTime()
	}
	return 0
}

// MaxInProgress returns how many messages the channel may have in progress, or 0.
func (r *Reopened) MaxInProgress() int {
	ch, _, err := r.current()
	if err != nil {
		return 0
	}
	return maxInProgress(ch)
}

// Amends reports whether the channel can change what it has sent. Of one that
// cannot be made now nobody knows; a send then says why.
func (r *Reopened) Amends() bool {
	ch, _, err := r.current()
	return err != nil || canAmend(ch)
}

// Idle lets go of what the channel holds open.
func (r *Reopened) Idle() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if i, ok := r.channel.(Idler); ok {
		i.Idle()
	}
}

// current returns the channel, and how often it was made until then.
func (r *Reopened) current() (Channel, int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.channel == nil {
		ch, err := r.open()
		if err != nil {
			return nil, r.opened, Fail(Blocked, models.FailureNotOpened, models.FailureArgs{Answer: err.Error()})
		}
		r.channel = ch
		r.opened++
	}
	return r.channel, r.opened, nil
}

// renewIf lets the next use make the channel anew if an error says that it is blocked. A
// message that was sent at the same time may have had that done already.
func (r *Reopened) renewIf(err error, opened int) {
	known, ok := errors.AsType[*Error](err)
	if !ok || known.Reason != Blocked {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.channel == nil || r.opened != opened {
		return
	}
	if i, ok := r.channel.(Idler); ok {
		i.Idle()
	}
	r.channel = nil
}
