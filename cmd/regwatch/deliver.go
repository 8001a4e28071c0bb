package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"regwatch/notifier/delivery"
)

// A sending is what became of what was owed.
type sending struct {
	delivery.Summary
	Owed     int64      `json:"owed"`      // due, and not sent yet
	TimedOut bool       `json:"timed_out"` // there was no more time to send it
	StillDue []stillDue `json:"still_due"` // by channel

	within time.Duration // the time that there was
}

// A stillDue is what a channel has still to send, and why the oldest of it was not
// sent; empty if it was not tried.
type stillDue struct {
	Channel    string `json:"channel"`
	Deliveries int    `json:"deliveries"`
	Why        string `json:"why,omitempty"`
}

// deliver sends what is due, for as long as within unless that is 0, and says what
// became of it.
func (a *app) deliver(ctx context.Context, within time.Duration) (sending, error) {
	limited, cancel := ctx, context.CancelFunc(func() {})
	if within > 0 {
		limited, cancel = context.WithTimeout(ctx, within)
	}
	defer cancel()
	sum, err := a.deliverer.Drain(limited)
	if ctx.Err() != nil {
		return sending{}, errors.New("interrupted; what is still due is sent by the next scan or by regwatch run")
	}
	s := sending{Summary: sum, StillDue: []stillDue{}, within: within}
	if limited.Err() != nil {
		s.TimedOut, err = errors.Is(err, context.DeadlineExceeded), exceptDeadline(err)
	}
	if err != nil {
		return sending{}, err
	}
	pulse, err := a.store.Pulse(ctx)
	for _, c := range pulse.Channels {
		if c.Due > 0 {
			s.Owed += int64(c.Due)
			s.StillDue = append(s.StillDue, stillDue{c.Channel, c.Due, c.LastError})
		}
	}
	return s, err
}

// exceptDeadline returns what is wrong besides that a time has passed.
func exceptDeadline(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var rest []error
		for _, e := range joined.Unwrap() {
			rest = append(rest, exceptDeadline(e))
		}
		return errors.Join(rest...)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
}

func (s sending) String() string {
	parts := []string{plural(s.Sent, "message", "messages") + " sent"}
	if s.Owed > 0 {
		parts = append(parts, fmt.Sprintf("%d still owed (why: regwatch deliveries --state due)", s.Owed))
	}
	if s.Dead > 0 {
		parts = append(parts, fmt.Sprintf("%d given up (why: regwatch deliveries --state dead)", s.Dead))
	}
	text := strings.Join(parts, ", ")
	if !s.TimedOut {
		return text
	}
	text += fmt.Sprintf(". Delivering was stopped after %s", s.within)
	for i, c := range s.StillDue {
		sep := "; "
		if i == 0 {
			sep = ": "
		}
		text += fmt.Sprintf("%s%s still due through %s", sep, plural(c.Deliveries, "message is", "messages are"), c.Channel)
		if c.Why != "" {
			text += " (" + shorten(c.Why, 200) + ")"
		}
	}
	return text + ". The next scan or regwatch run sends what is still due"
}
