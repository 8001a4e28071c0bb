package delivery

import (
	"cmp"
	"context"
	"errors"
	"time"

	"regwatch/models"
)

// A pause is a time in which a channel or a destination is left alone.
type pause struct {
	until    time.Time
	length   time.Duration
	failures int  // in a row, from which the next pause follows
	asked    bool // the channel asked for it and will then take messages again
	why      *Error
}

// left returns how much of the pause is left. One that would now last longer than it
// was made for is over: the clock was set back.
func (p pause) left(now time.Time) time.Duration {
	if left := p.until.Sub(now); left > 0 && left <= p.length {
		return left
	}
	return 0
}

// A try is what became of one try of a delivery. It takes effect when it is recorded.
type try struct {
	completion models.Completion
	result     Result
	why        *Error // of a failure
	outage     bool   // the failure concerns more than this message,
	scope      string // namely this destination, or the whole channel if empty
}

// attempt looks a delivery up if it may have arrived, and otherwise sends it. It
// returns nil if another worker has taken the delivery over. The error is the outbox's.
func (b *batch) attempt(ctx context.Context, d models.Delivery) (*try, error) {
	w := b.w
	if p := w.pauses[d.Destination]; p.left(w.now()) > 0 {
		return w.postponed(d, p.until, 0, &Error{Reason: Blocked, Failure: p.why.AsFailure()}), nil
	}
	if d.Amends && (d.Root == nil || !w.channel.amends()) {
		return w.dropped(d, Fail(Moot, models.FailureNothingToAlter, models.FailureArgs{})), nil
	}
	sending, cancel := w.sendContext(ctx)
	defer cancel()
	if needsLookup(d) {
		receipt, found, err := w.channel.find(sending, d)
		switch {
		case errors.Is(err, ErrCannotLookUp):
			w.log.WarnContext(ctx, "delivery may arrive twice: a send of it was cut short", "channel", w.name, "delivery", d.ID, "error", err)
		case err != nil:
			return w.failed(d, err), nil
		case found:
			return w.sent(d, receipt, Found), nil
		}
	}
	// Its start is not recorded with those of its part if it was to be looked up, or if
	// its address was paused then.
	if b.startedAt[d.ID].IsZero() {
		if err := b.record(ctx, []models.Delivery{d}); err != nil || !b.holds(d.ID) {
			return nil, err
		}
	}
	d.StartedAt = b.startedAt[d.ID]
	receipt, err := w.channel.send(sending, d)
	if err != nil && ErrorOf(err).Reason == ThreadGone && d.Root != nil {
		if lost := w.outbox.ForgetThread(sending, d); errors.Is(lost, models.ErrLeaseLost) {
			b.lose(ctx, d.ID)
			return nil, nil
		} else if lost != nil {
			return nil, lost
		}
		w.log.InfoContext(ctx, "thread begins anew", "channel", w.name, "delivery", d.ID, "thread", d.Thread, "why", err)
		if d.Amends {
			return w.dropped(d, ErrorOf(err)), nil
		}
		d.Root = nil
		receipt, err = w.channel.send(sending, d)
	}
	pace := w.channel.pace()
	w.paced = pause{until: w.now().Add(pace), length: pace}
	if err == nil {
		return w.sent(d, receipt, Sent), nil
	}
	if !ErrorOf(err).mayHaveArrived() {
		d.StartedAt = time.Time{} // it surely did not arrive; nothing to look up
	}
	return w.failed(d, err), nil
}

// sendContext ends when a lookup with its send has taken as long as the channel allows
// or, after a stop, when the grace is over.
func (w *channelWorker) sendContext(ctx context.Context) (context.Context, context.CancelFunc) {
	sending, cancel := context.WithTimeout(context.WithoutCancel(ctx), cmp.Or(w.channel.maxSendTime(), w.timeout))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(w.grace, cancel) })
	return sending, func() { stop(); cancel() }
}

// sent ends the pauses that the channel was under.
func (w *channelWorker) sent(d models.Delivery, receipt string, how Outcome) *try {
	delete(w.pauses, "")
	delete(w.pauses, d.Destination)
	w.refusals = 0
	return &try{
		completion: models.Completion{Delivery: d, State: models.DeliverySent, At: w.now(), Receipt: receipt},
		result:     Result{Delivery: d, Outcome: how, Receipt: receipt},
	}
}

// failed decides what the reason of a failure asks for.
func (w *channelWorker) failed(d models.Delivery, err error) *try {
	why := ErrorOf(err)
	switch why.Reason {
	case RateLimited:
		w.refusals++
		return w.postponed(d, w.pause("", durationOr(why.RetryAfter, longestWait), why), 0, why)
	case Blocked, Unreachable:
		scope := ""
		if why.OneAddress {
			scope = d.Destination
		}
		wait := w.backoff.after(w.pauses[scope].failures+1, w.backoff.MostPause)
		until := w.pause(scope, spread(wait, w.jitter()), why)
		if why.OneMessage {
			// What waits beside it has its turn first, or one message that is never
			// taken would hold all others up for ever.
			until = until.Add(5 * w.poll)
		}
		t := w.postponed(d, until, 0, why)
		t.outage, t.scope = true, scope
		return t
	case Moot:
		return w.dropped(d, why)
	case Permanent:
		return w.givenUp(d, why, why)
	}
	if d.Attempts+1 >= w.backoff.MaxAttempts {
		return w.givenUp(d, gaveUp(d.Attempts+1, why), why)
	}
	return w.postponed(d, w.now().Add(w.backoff.Wait(d.Attempts+1, w.jitter())), 1, why)
}

// pause leaves the channel, or one destination of it, alone for a while.
func (w *channelWorker) pause(scope string, wait time.Duration, why *Error) time.Time {
	p := w.pauses[scope]
	p.until, p.length, p.why, p.asked = w.now().Add(wait), wait, why, why.Reason == RateLimited
	if !p.asked {
		p.failures++
	}
	w.pauses[scope] = p
	return p.until
}

func (w *channelWorker) postponed(d models.Delivery, until time.Time, cost int, why *Error) *try {
	return &try{
		completion: models.Completion{Delivery: d, State: models.DeliveryDue, At: w.now(), NotBefore: until, Cost: cost, Reason: why.Error()},
		result:     Result{Delivery: d, Outcome: Postponed, Err: why, Reason: why.Reason, Until: until},
		why:        why,
	}
}

func (w *channelWorker) givenUp(d models.Delivery, end, why *Error) *try {
	return &try{
		completion: models.Completion{Delivery: d, State: models.DeliveryDead, At: w.now(), Reason: end.Error()},
		result:     Result{Delivery: d, Outcome: Dead, Err: why, Reason: why.Reason},
		why:        end,
	}
}

// dropped ends a delivery that there is no longer anything to do for.
func (w *channelWorker) dropped(d models.Delivery, why *Error) *try {
	return &try{
		completion: models.Completion{Delivery: d, State: models.DeliveryDropped, At: w.now(), Reason: why.Error()},
		result:     Result{Delivery: d, Outcome: Dropped, Err: why, Reason: why.Reason},
		why:        why,
	}
}

// recorded counts, logs and reports a try that the outbox has taken.
func (w *channelWorker) recorded(ctx context.Context, t try) {
	d := t.result.Delivery
	switch t.result.Outcome {
	case Sent, Found:
		w.sum.Sent++
		if t.result.Outcome == Found {
			w.sum.Found++
		}
		w.log.InfoContext(ctx, "delivery sent", "channel", w.name, "delivery", d.ID, "notice", d.NoticeID, "outcome", t.result.Outcome, "receipt", t.result.Receipt)
		w.notify(ctx, t.result)
		w.recovered(ctx, d.Destination)
	case Postponed:
		w.sum.Postponed++
		w.lastError = t.completion.Reason
		w.log.WarnContext(ctx, "delivery postponed", "channel", w.name, "delivery", d.ID, "notice", d.NoticeID, "reason", t.why.Reason, "until", t.result.Until, "error", t.why)
		w.notify(ctx, t.result)
		if t.outage {
			w.failing(ctx, t.scope, d, t.why)
		}
	case Dead:
		w.sum.Dead++
		w.log.ErrorContext(ctx, "delivery given up", "channel", w.name, "delivery", d.ID, "notice", d.NoticeID, "error", t.completion.Reason)
		w.notify(ctx, t.result)
		w.addDeadLetter(d, t.completion.At, t.why.Error(), t.why.AsFailure())
	case Dropped:
		w.log.InfoContext(ctx, "delivery dropped", "channel", w.name, "delivery", d.ID, "notice", d.NoticeID, "why", t.why)
		w.notify(ctx, t.result)
	}
}

func (w *channelWorker) notify(ctx context.Context, r Result) {
	if w.onResult != nil {
		w.guard.run(ctx, "report a result", w.name, func() { w.onResult(r) })
	}
}
