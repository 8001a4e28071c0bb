package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"regwatch/app"
	"regwatch/notifier/delivery"
)

// A sending is what became of what was owed.
type sending struct {
	delivery.Summary
	Owed     int64 `json:"owed"`      // due, and not sent yet
	TimedOut bool  `json:"timed_out"` // there was no more time to send it

	within time.Duration // the time that there was
}

// deliver sends what is due, for as long as within unless that is 0, and says what
// became of it.
func engineDeliver(a *app.Engine, ctx context.Context, within time.Duration) (sending, error) {
	limited, cancel := ctx, context.CancelFunc(func() {})
	if within > 0 {
		limited, cancel = context.WithTimeout(ctx, within)
	}
	defer cancel()
	sum, err := a.Worker().Drain(limited)
	if ctx.Err() != nil {
		return sending{}, errors.New("interrupted; what is still due is sent by the next scan or by regwatch run")
	}
	if err != nil {
		return sending{}, err
	}
	counts, err := a.Store().Counts(ctx)
	return sending{Summary: sum, Owed: counts.Due, TimedOut: limited.Err() != nil && len(sum.StillDue) > 0, within: within}, err
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
	if len(s.StillDue) == 0 {
		return text
	}
	if s.TimedOut {
		text += fmt.Sprintf(". Delivering was stopped after %s", s.within)
	}
	for i, c := range s.StillDue {
		sep := "; "
		if i == 0 {
			sep = ": "
		}
		text += fmt.Sprintf("%s%s still due through %s (%s)", sep, plural(c.Deliveries, "message is", "messages are"), c.Channel, shorten(c.Why, 200))
	}
	return text + ". The next scan or regwatch run sends what is still due"
}
