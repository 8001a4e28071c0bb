package delivery

import (
	"context"
	"maps"
	"slices"
	"time"

	"regwatch/models"
)

// An outage is reported once it has lasted for so long, or failed so often in a row,
// which takes about as long.
const (
	outageTime  = 10 * time.Minute
	outageTries = 6
)

// Dead letters are reported together: a minute after the first, and then once an hour.
const (
	deadLetterDelay    = time.Minute
	deadLetterInterval = time.Hour
)

// reportAgainAfter is how long a report that failed waits for its next try.
const reportAgainAfter = time.Minute

// An outage is a row of failures that concern more than one message.
type outage struct {
	health   models.ChannelHealth
	tries    int
	notified bool

	over    time.Time // when it ended, of one whose end is not reported yet; otherwise zero
	triedAt time.Time // when its end was last to be reported
}

// restore takes up the outages of the channel that were reported before a restart, so
// that their end is reported too, and the dead letters that were not reported.
func (w *channelWorker) restore(before []models.ChannelHealth) {
	for _, h := range before {
		if h.Channel != w.name {
			continue
		}
		if h.Dead > 0 {
			w.deadLetters[h.Name()] = &deadLetters{health: h}
			continue
		}
		scope := ""
		if h.Address != "" {
			scope = h.Name()
		}
		w.outages[scope] = &outage{health: h, notified: true}
	}
}

// failing notes a failure of the channel or of one address of it, and reports it once
// it has lasted.
func (w *channelWorker) failing(ctx context.Context, scope string, d models.Delivery, why *Error) {
	t := w.outages[scope]
	if t == nil {
		t = &outage{health: models.ChannelHealth{Channel: w.name, Health: models.Failing, Since: w.now()}}
		if scope != "" {
			t.health.Address = d.Address
		}
		// The same failure before a restart is the same outage, and its notice the
		// same: what was reported then is not reported again.
		if d.LastError == why.Error() && d.CreatedAt.Before(t.health.Since) {
			t.health.Since = d.CreatedAt
		}
		w.outages[scope] = t
	}
	t.over = time.Time{} // people were told of the outage and not of its end, so it goes on
	t.tries++
	t.health.Error, t.health.Failure = why.Error(), why.AsFailure()
	if !t.notified && (t.tries >= outageTries || w.now().Sub(t.health.Since) >= outageTime) {
		t.notified = w.report(ctx, t.health)
	}
}

// recovered notes that a message of an address was taken.
func (w *channelWorker) recovered(ctx context.Context, destination string) {
	for _, scope := range []string{"", destination} {
		switch t := w.outages[scope]; {
		case t == nil:
		case !t.notified:
			delete(w.outages, scope)
		case t.over.IsZero():
			t.over, t.triedAt = w.now(), time.Time{}
		}
	}
	w.reportRecoveries(ctx, false)
}

// reportRecoveries reports the outages that are over. One whose report fails is kept
// and reported again later, or at once because the worker ends.
func (w *channelWorker) reportRecoveries(ctx context.Context, ends bool) {
	for _, scope := range slices.Sorted(maps.Keys(w.outages)) {
		t, now := w.outages[scope], w.now()
		if t.over.IsZero() || !ends && now.Sub(t.triedAt).Abs() < reportAgainAfter {
			continue
		}
		t.triedAt = now
		healthy := t.health
		healthy.Health, healthy.Since, healthy.Failure = models.Healthy, t.over, models.Failure{}
		if w.report(ctx, healthy) {
			delete(w.outages, scope)
		}
	}
}

// deadLetters are the deliveries to one destination that were given up and not reported.
type deadLetters struct {
	health   models.ChannelHealth
	notified time.Time
}

// addDeadLetter notes a delivery that was given up. One that reports on a channel is
// left out, or two channels that do not work would report each other for ever.
func (w *channelWorker) addDeadLetter(d models.Delivery, at time.Time, sentence string, failure models.Failure) {
	// An outage that was not reported ends with it, or one met long after would seem to
	// have lasted since.
	for _, scope := range []string{"", d.Destination} {
		if t := w.outages[scope]; t != nil && !t.notified {
			delete(w.outages, scope)
		}
	}
	if d.Notice.Kind == models.NoticeHealth && d.Notice.Subject == models.SubjectChannel {
		return
	}
	of := w.deadLetters[d.Destination]
	if of == nil {
		of = &deadLetters{}
		w.deadLetters[d.Destination] = of
	}
	if of.health.Dead == 0 {
		of.health = models.ChannelHealth{Channel: w.name, Address: d.Address, Health: models.Failing, Since: at}
	}
	of.health.Dead++
	of.health.Error, of.health.Failure = sentence, failure
}

// reportDeadLetters reports deliveries that were given up, if it is time, or at once
// because the worker ends.
func (w *channelWorker) reportDeadLetters(ctx context.Context, ends bool) {
	for _, of := range w.deadLetters {
		if of.health.Dead == 0 {
			continue
		}
		if now := w.now(); ends || now.Sub(of.health.Since) >= deadLetterDelay && now.Sub(of.notified) >= deadLetterInterval {
			if w.report(ctx, of.health) {
				of.notified, of.health.Dead = now, 0
			}
		}
	}
}

// reportHealth reports what waits to be reported, if it is time, or at once because the
// worker ends.
func (w *channelWorker) reportHealth(ctx context.Context, ends bool) {
	w.reportRecoveries(ctx, ends)
	w.reportDeadLetters(ctx, ends)
}

// report reports a change and whether it was taken up. What was not is reported again
// at the next occasion.
func (w *channelWorker) report(ctx context.Context, h models.ChannelHealth) bool {
	if w.onHealth == nil {
		return true
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	var err error
	if w.guard.run(ctx, "report channel health", w.name, func() { err = w.onHealth(ctx, h) }) {
		return false
	}
	if err != nil {
		w.log.ErrorContext(ctx, "report channel health", "channel", h.Name(), "error", err)
		return false
	}
	w.reported = true
	return true
}
