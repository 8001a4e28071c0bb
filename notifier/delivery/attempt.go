package delivery

import (
	"context"
	"time"

	"regwatch/models"
)

// A pause is a time in which a channel or a destination is left alone.
type pause struct {
	until    time.Time
	length   time.Duration
	failures int  // in a row, from which the next pause follows
	asked    bool // the channel asked for it and will then take messages again
	made     int  // the last request before it
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

// withheld returns what becomes of a delivery that is not sent now; nil if it may be.
func (w *channelWorker) withheld(d models.Delivery) *try {
	if p := w.pauses[d.Destination]; p.left(w.now()) > 0 {
		return w.postponed(d, p.until, 0, &Error{Reason: Blocked, Failure: p.why.AsFailure()})
	}
	if d.Amends && (d.Root == nil || !w.channel.amends()) {
		return w.dropped(d, Fail(Moot, models.FailureNothingToAlter, models.FailureArgs{}))
	}
	return nil
}

// sent ends the pauses that the channel was under when the request was made.
func (w *channelWorker) sent(d models.Delivery, request int, receipt string, how Outcome) *try {
	if request > w.pauses[""].made {
		delete(w.pauses, "")
		w.refusals, w.works = 0, true
	}
	if request > w.pauses[d.Destination].made {
		delete(w.pauses, d.Destination)
	}
	return &try{
		completion: models.Completion{Delivery: d, State: models.DeliverySent, At: w.now(), Receipt: receipt},
		result:     Result{Delivery: d, Outcome: how, Receipt: receipt},
	}
}

// failed decides what the reason of a failure asks for.
func (w *channelWorker) failed(d models.Delivery, request int, err error) *try {
	why := ErrorOf(err)
	switch why.Reason {
	case RateLimited:
		until, _ := w.pause("", request, durationOr(why.RetryAfter, longestWait), why)
		return w.postponed(d, until, 0, why)
	case Blocked, Unreachable:
		scope := ""
		if why.OneAddress {
			scope = d.Destination
		}
		wait := w.backoff.after(w.pauses[scope].failures+1, w.backoff.MostPause)
		until, isNew := w.pause(scope, request, spread(wait, w.jitter()), why)
		if why.OneMessage {
			// What else is due has its turn first, or one message that is never
			// taken would hold all others up for ever.
			until = until.Add(5 * w.poll)
		}
		t := w.postponed(d, until, 0, why)
		t.outage, t.scope = isNew, scope
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

// pause leaves the channel, or one destination of it, alone for a while. Requests that
// were made at the same time fail for the same cause, so only the first failure makes a
// pause. The others can only prolong it, if the channel asks for that.
func (w *channelWorker) pause(scope string, request int, wait time.Duration, why *Error) (until time.Time, isNew bool) {
	p := w.pauses[scope]
	isNew = request > p.made
	asked := why.Reason == RateLimited
	until = w.now().Add(wait)
	switch {
	case !isNew && (!asked || until.Before(p.until)):
		return p.until, false
	case !isNew:
	case asked:
		w.refusals++
	default:
		p.failures++
	}
	p.until, p.length, p.why, p.asked, p.made = until, wait, why, asked, w.requests
	w.pauses[scope] = p
	if scope == "" {
		w.works = false
	}
	return until, isNew
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
