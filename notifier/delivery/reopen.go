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

	mu      sync.Mutex
	channel Channel // nil when the next use makes it
}

// Reopen returns a channel that open makes, now and after each time that it was
// blocked. An error of open blocks the channel; it must hold no secret.
func Reopen(open func() (Channel, error)) *Reopened { return &Reopened{open: open} }

// Send sends through the channel as it is configured now.
func (r *Reopened) Send(ctx context.Context, d models.Delivery) (string, error) {
	ch, err := r.current()
	if err != nil {
		return "", err
	}
	receipt, err := ch.Send(ctx, d)
	r.renewIf(err)
	return receipt, err
}

// Find asks the channel, if it is one that can be asked.
func (r *Reopened) Find(ctx context.Context, d models.Delivery) (string, bool, error) {
	ch, err := r.current()
	if err != nil {
		return "", false, err
	}
	finder, can := ch.(Finder)
	if !can {
		return "", false, fmt.Errorf("%w: it keeps nothing that can be read back", ErrCannotLookUp)
	}
	receipt, found, err := finder.Find(ctx, d)
	r.renewIf(err)
	return receipt, found, err
}

// Pace returns the pace of the channel.
func (r *Reopened) Pace() time.Duration {
	ch, err := r.current()
	if p, ok := ch.(Pacer); ok && err == nil {
		return p.Pace()
	}
	return 0
}

// MaxSendTime returns how long a send of the channel may take, or 0.
func (r *Reopened) MaxSendTime() time.Duration {
	ch, err := r.current()
	if l, ok := ch.(TimeLimiter); ok && err == nil {
		return l.MaxSendTime()
	}
	return 0
}

// Deduplicates reports whether the channel's receiver drops what comes twice.
func (r *Reopened) Deduplicates() bool {
	ch, err := r.current()
	d, ok := ch.(Deduplicator)
	return ok && err == nil && d.Deduplicates()
}

// Amends reports whether the channel can change what it has sent. Of one that
// cannot be made now nobody knows; a send then says why.
func (r *Reopened) Amends() bool {
	ch, err := r.current()
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

func (r *Reopened) current() (Channel, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.channel == nil {
		ch, err := r.open()
		if err != nil {
			return nil, Fail(Blocked, models.FailureNotOpened, models.FailureArgs{Answer: err.Error()})
		}
		r.channel = ch
	}
	return r.channel, nil
}

func (r *Reopened) renewIf(err error) {
	known, ok := errors.AsType[*Error](err)
	if !ok || known.Reason != Blocked {
		return
	}
	r.Idle()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.channel = nil
}
