package delivery

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"regwatch/models"
)

// A channelWorker serves one channel.
type channelWorker struct {
	name     string
	channel  guarded
	outbox   Outbox
	now      func() time.Time
	log      *slog.Logger
	guard    panicGuard
	poll     time.Duration
	timeout  time.Duration
	grace    time.Duration
	backoff  Backoff
	jitter   func() float64
	onResult func(Result)
	onHealth func(context.Context, models.ChannelHealth) error

	sum         Summary
	pauses      map[string]pause        // by destination; "" is the whole channel
	outages     map[string]*outage      // likewise
	deadLetters map[string]*deadLetters // by destination
	paced       pause                   // after the last message, as the channel's pace asks for
	refusals    int                     // rate limits in a row
	works       bool                    // the channel has taken a message since it was idle or paused
	requests    int                     // lookups and sends so far
	lastError   string                  // of what was postponed last
	reported    bool                    // OnHealth has taken something up
}

const (
	// longestWait is how long Drain waits for a channel that asked for a pause, and
	// how long a pause is when the channel does not say.
	longestWait = 30 * time.Second
	// mostRefusals is how many pauses in a row Drain waits for.
	mostRefusals = 3
)

// run serves the channel until ctx ends.
func (w *channelWorker) run(ctx context.Context, wake <-chan struct{}) {
	defer w.idle()
	defer w.reportHealth(ctx, true)
	faults := 0
	for ctx.Err() == nil {
		w.reportHealth(ctx, false)
		// A pause of the channel is kept however often it is woken.
		if !sleep(ctx, w.wait(), nil) {
			return
		}
		any, err := w.sendNext(ctx)
		switch {
		case ctx.Err() != nil && (err == nil || errors.Is(err, ctx.Err())):
			return
		case err != nil:
			// The outbox does not answer. It is asked less often until it does.
			w.log.ErrorContext(ctx, "read the outbox", "channel", w.name, "error", err)
			faults++
			sleep(ctx, w.backoff.after(faults, time.Minute), nil)
		case any:
			faults = 0
		default:
			faults = 0
			w.idle()
			sleep(ctx, w.poll, wake)
		}
	}
}

// drain sends what can be sent now and returns why something may be left.
func (w *channelWorker) drain(ctx context.Context) (reason string, fault error) {
	defer w.idle()
	defer w.reportHealth(ctx, true)
	for {
		wait := w.wait()
		if p := w.pauses[""]; p.left(w.now()) > 0 && (!p.asked || wait > longestWait || w.refusals >= mostRefusals) {
			return p.why.Error(), nil
		}
		if !sleep(ctx, wait, nil) {
			return w.outOfTime(), nil
		}
		any, err := w.sendNext(ctx)
		switch {
		case ctx.Err() != nil && (err == nil || errors.Is(err, ctx.Err())):
			return w.outOfTime(), nil
		case err != nil:
			return "", err
		case !any:
			return cmp.Or(w.lastError, "it is to be tried later, or another process is sending it"), nil
		}
	}
}

// outOfTime says why a Drain that was ended has left something.
func (w *channelWorker) outOfTime() string {
	if p := w.pauses[""]; p.left(w.now()) > 0 {
		return p.why.Error()
	}
	return "the time for sending was over"
}

// idle lets the channel close what it holds open. What is sent next shows whether it
// still works.
func (w *channelWorker) idle() {
	w.works = false
	w.channel.idle()
}

// wait returns how long the channel must be left alone.
func (w *channelWorker) wait() time.Duration {
	now := w.now()
	return max(w.paced.left(now), w.pauses[""].left(now))
}

// sleep waits for a time or until it is woken, and reports whether ctx still
// stands.
func sleep(ctx context.Context, d time.Duration, wake <-chan struct{}) bool {
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
