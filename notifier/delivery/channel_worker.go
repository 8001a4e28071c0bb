package delivery

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"regwatch/models"
)

// A channelWorker serves one channel. It claims one delivery at a time: what it holds is
// what it is sending, so that no lease runs out while a row waits for its turn.
type channelWorker struct {
	name     string
	channel  Channel
	outbox   Outbox
	now      func() time.Time
	log      *slog.Logger
	poll     time.Duration
	timeout  time.Duration
	grace    time.Duration
	backoff  Backoff
	jitter   func() float64
	onResult func(Result)
	onHealth func(context.Context, models.ChannelHealth) error

	sum         Summary
	pauses      map[string]pause        // by destination; "" is the whole channel
	troubles    map[string]*outage      // likewise
	deadLetters map[string]*deadLetters // by destination
	paced       time.Time               // before which the channel's pace forbids a message
	reported    bool                    // OnHealth has taken something up
}

// A pause is a time in which a channel or a destination is left alone.
type pause struct {
	until    time.Time
	failures int  // in a row, from which the next pause follows
	asked    bool // the channel asked for it and will then take messages again
	reason   string
}

// longestWait is how long Drain waits for a channel that asked for a pause, and
// how long a pause is when the channel does not say.
const longestWait = 30 * time.Second

func (w *channelWorker) run(ctx context.Context, wake <-chan struct{}) {
	defer w.idle()
	defer w.reportDeadLetters(ctx, true)
	faults := 0
	for ctx.Err() == nil {
		w.reportDeadLetters(ctx, false)
		// A pause of the channel is kept however often it is woken.
		if !w.sleep(ctx, w.ready().Sub(w.now()), nil) {
			return
		}
		sent, err := w.next(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			// The outbox does not answer. It is asked less often until it does.
			w.log.ErrorContext(ctx, "read the outbox", "channel", w.name, "error", err)
			faults++
			w.sleep(ctx, w.backoff.after(faults, time.Minute), nil)
		case sent:
			faults = 0
		default:
			faults = 0
			w.idle()
			w.sleep(ctx, w.poll, wake)
		}
	}
}

func (w *channelWorker) drain(ctx context.Context) error {
	defer w.idle()
	defer w.reportDeadLetters(ctx, true)
	for {
		wait := w.ready().Sub(w.now())
		if p := w.pauses[""]; p.until.After(w.now()) && (!p.asked || wait > longestWait) {
			return nil
		}
		if !w.sleep(ctx, wait, nil) {
			return ctx.Err()
		}
		sent, err := w.next(ctx)
		if err != nil || !sent {
			return err
		}
	}
}

// ready returns when the channel may be used again; it may lie in the past.
func (w *channelWorker) ready() time.Time {
	ready := w.paced
	if p := w.pauses[""]; p.until.After(ready) {
		ready = p.until
	}
	return ready
}

// next delivers the next delivery that is due and reports whether there was one.
// The error is the outbox's.
func (w *channelWorker) next(ctx context.Context) (bool, error) {
	// The lease outlasts a lookup and a send, which share the time-out, and the
	// noting of it. After a crash nobody touches the delivery for as long.
	claimed, err := w.outbox.Claim(ctx, w.now(), w.name, 1, w.timeout*3/2)
	if err != nil || len(claimed) == 0 {
		return false, err
	}
	d := claimed[0]
	if p := w.pauses[d.Destination]; p.until.After(w.now()) {
		return true, w.postpone(ctx, d, p.until, 0, &Error{Reason: Blocked, Err: errors.New(p.reason)})
	}
	return true, w.deliver(ctx, d)
}

func (w *channelWorker) deliver(ctx context.Context, d models.Delivery) error {
	// What has begun is finished, in the grace that a stop leaves it.
	sending, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.timeout)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(w.grace, cancel) })
	defer stop()

	if d.Amends && (d.Root == nil || !canAmend(w.channel)) {
		return w.drop(ctx, d, Errorf(Moot, "there is no message that it could change"))
	}
	if !d.StartedAt.IsZero() && !d.Amends {
		receipt, found, err := w.find(sending, d)
		if err != nil {
			return w.failed(ctx, d, err)
		}
		if found {
			return w.sent(ctx, d, receipt, Found)
		}
	}
	started := w.now()
	if err := w.outbox.MarkStarted(sending, d, started); err != nil {
		return w.unlessLost(ctx, d, err)
	}
	d.StartedAt = started
	receipt, err := w.channel.Send(sending, d)
	if err != nil && ErrorOf(err).Reason == ThreadGone && d.Root != nil {
		if lost := w.outbox.ForgetThread(sending, d); lost != nil {
			return w.unlessLost(ctx, d, lost)
		}
		w.log.InfoContext(ctx, "thread begins anew", "channel", w.name, "delivery", d.ID, "thread", d.Thread, "why", err)
		if d.Amends {
			return w.drop(ctx, d, ErrorOf(err))
		}
		d.Root = nil
		receipt, err = w.channel.Send(sending, d)
	}
	if pacer, ok := w.channel.(Pacer); ok {
		w.paced = w.now().Add(pacer.Pace())
	}
	if err != nil {
		if !ErrorOf(err).mayHaveArrived() {
			d.StartedAt = time.Time{} // it surely did not arrive; nothing to look up
		}
		return w.failed(ctx, d, err)
	}
	return w.sent(ctx, d, receipt, Sent)
}

// find asks the channel for a delivery that was begun and not completed.
func (w *channelWorker) find(ctx context.Context, d models.Delivery) (string, bool, error) {
	finder, can := w.channel.(Finder)
	if !can {
		w.log.WarnContext(ctx, "delivery may arrive twice", "channel", w.name, "delivery", d.ID, "why", "a send of it was cut short, and this channel cannot be asked")
		return "", false, nil
	}
	receipt, found, err := finder.Find(ctx, d)
	if errors.Is(err, ErrCannotLookUp) {
		w.log.WarnContext(ctx, "delivery may arrive twice", "channel", w.name, "delivery", d.ID, "why", err)
		return "", false, nil
	}
	return receipt, found, err
}

func (w *channelWorker) sent(ctx context.Context, d models.Delivery, receipt string, how Outcome) error {
	delete(w.pauses, "")
	delete(w.pauses, d.Destination)
	err := w.record(ctx, func(ctx context.Context) error { return w.outbox.MarkSent(ctx, d, receipt, w.now()) })
	if err != nil {
		return w.unlessLost(ctx, d, err)
	}
	w.sum.Sent++
	if how == Found {
		w.sum.Found++
	}
	w.log.InfoContext(ctx, "delivery sent", "channel", w.name, "delivery", d.ID, "notice", d.NoticeID, "outcome", how, "receipt", receipt)
	w.notify(Result{Delivery: d, Outcome: how, Receipt: receipt})
	w.recovered(ctx, d.Destination)
	return nil
}

// failed does what the reason of a failure asks for.
func (w *channelWorker) failed(ctx context.Context, d models.Delivery, err error) error {
	why := ErrorOf(err)
	switch why.Reason {
	case RateLimited:
		return w.postpone(ctx, d, w.pause("", durationOr(why.RetryAfter, longestWait), why), 0, why)
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
		err := w.postpone(ctx, d, until, 0, why)
		w.failing(ctx, scope, d, why)
		return err
	case Moot:
		return w.drop(ctx, d, why)
	case Permanent:
		return w.dead(ctx, d, why.Error(), why)
	}
	if d.Attempts+1 >= w.backoff.MaxAttempts {
		return w.dead(ctx, d, gaveUp(d.Attempts+1, why), why)
	}
	return w.postpone(ctx, d, w.now().Add(w.backoff.Wait(d.Attempts+1, w.jitter())), 1, why)
}

// pause leaves the channel, or one destination of it, alone for a while.
func (w *channelWorker) pause(scope string, wait time.Duration, why *Error) time.Time {
	p := w.pauses[scope]
	p.until, p.reason, p.asked = w.now().Add(wait), why.Error(), why.Reason == RateLimited
	if !p.asked {
		p.failures++
	}
	w.pauses[scope] = p
	return p.until
}

func (w *channelWorker) postpone(ctx context.Context, d models.Delivery, until time.Time, cost int, why *Error) error {
	err := w.record(ctx, func(ctx context.Context) error { return w.outbox.Postpone(ctx, d, until, cost, why.Error()) })
	if err != nil {
		return w.unlessLost(ctx, d, err)
	}
	w.sum.Postponed++
	w.log.WarnContext(ctx, "delivery postponed", "channel", w.name, "delivery", d.ID, "notice", d.NoticeID, "reason", why.Reason, "until", until, "error", why)
	w.notify(Result{Delivery: d, Outcome: Postponed, Err: why, Reason: why.Reason, Until: until})
	return nil
}

func (w *channelWorker) dead(ctx context.Context, d models.Delivery, sentence string, why *Error) error {
	err := w.record(ctx, func(ctx context.Context) error { return w.outbox.Fail(ctx, d, sentence, w.now()) })
	if err != nil {
		return w.unlessLost(ctx, d, err)
	}
	w.sum.Dead++
	w.log.ErrorContext(ctx, "delivery given up", "channel", w.name, "delivery", d.ID, "notice", d.NoticeID, "error", sentence)
	w.notify(Result{Delivery: d, Outcome: Dead, Err: why, Reason: why.Reason})
	w.addDeadLetter(d, sentence)
	return nil
}

// drop ends a delivery that there is no longer anything to do for.
func (w *channelWorker) drop(ctx context.Context, d models.Delivery, why *Error) error {
	err := w.record(ctx, func(ctx context.Context) error { return w.outbox.Drop(ctx, d, why.Error(), w.now()) })
	if err != nil {
		return w.unlessLost(ctx, d, err)
	}
	w.log.InfoContext(ctx, "delivery dropped", "channel", w.name, "delivery", d.ID, "notice", d.NoticeID, "why", why)
	w.notify(Result{Delivery: d, Outcome: Dropped, Err: why, Reason: why.Reason})
	return nil
}

// record notes what happened, trying hard: a message that was sent and not noted
// is sent again where the channel cannot be asked.
func (w *channelWorker) record(ctx context.Context, note func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.timeout)
	defer cancel()
	var err error
	for try := range 5 {
		if err = note(ctx); err == nil || errors.Is(err, models.ErrLeaseLost) {
			return err
		}
		if !w.sleep(ctx, time.Duration(try+1)*200*time.Millisecond, nil) {
			break
		}
	}
	return err
}

// unlessLost passes an error of the outbox on. A lost lease is none: another
// worker has the delivery and will complete it.
func (w *channelWorker) unlessLost(ctx context.Context, d models.Delivery, err error) error {
	if !errors.Is(err, models.ErrLeaseLost) {
		return err
	}
	w.log.InfoContext(ctx, "delivery taken over by another worker", "channel", w.name, "delivery", d.ID)
	return nil
}

func (w *channelWorker) notify(r Result) {
	if w.onResult != nil {
		w.onResult(r)
	}
}

func (w *channelWorker) idle() {
	if i, ok := w.channel.(Idler); ok {
		i.Idle()
	}
}

// sleep waits for a time or until it is woken, and reports whether ctx still
// stands.
func (w *channelWorker) sleep(ctx context.Context, d time.Duration, wake <-chan struct{}) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
	case <-wake:
	}
	return true
}
