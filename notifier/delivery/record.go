package delivery

import (
	"context"
	"errors"
	"slices"
	"time"

	"regwatch/models"
)

// untilRecord returns how long the oldest result may still wait for others, and whether
// there is one.
func (b *batch) untilRecord() (wait time.Duration, waits bool) {
	wait = recordWithin
	for _, m := range b.messages {
		if m.stage == tried {
			wait, waits = min(wait, recordWithin-b.w.now().Sub(m.try.completion.At)), true
		}
	}
	return wait, waits
}

// recordIsDue reports whether it is time to record. Half of the messages in progress share
// a transaction, so that the other half can be sent meanwhile. It is also time when nothing
// runs that could be waited for, when nothing more is sent, when a message was looked up
// and can begin, and when a result has waited long enough. After a fault of the outbox it is
// time once more, when nothing runs.
func (b *batch) recordIsDue(open bool) bool {
	if b.recording {
		return false
	}
	if b.fault != nil {
		return b.running == 0 && !b.recordedLast
	}
	wait, _ := b.untilRecord()
	if b.running == 0 || !open || wait <= 0 {
		return true
	}
	results := 0
	for _, m := range b.messages {
		if m.stage == missing {
			return true
		}
		if m.stage == tried {
			results++
		}
	}
	return 2*results >= b.mayProgress()
}

// unrecorded takes back what a record that failed was to record. The results are recorded
// once more when nothing runs any more: a message whose result is lost is sent again. What was
// to begin is given back then.
func (b *batch) unrecorded() {
	for _, m := range b.messages {
		switch m.stage {
		case ending:
			m.stage = tried
		case starting, returning:
			m.stage = missing
		}
	}
}

// record records in one transaction the results that there are, and that the next
// messages begin or are given back.
func (b *batch) record(ctx context.Context, open, mayBegin bool) {
	b.recordedLast = b.fault != nil
	switch {
	case !open:
		b.giveBack()
	case mayBegin:
		b.start()
	}
	var (
		done  []models.Completion
		begun []models.Delivery
	)
	for _, m := range b.messages {
		switch m.stage {
		case tried:
			m.stage = ending
			b.end(m.delivery.ID)
			done = append(done, m.try.completion)
		case returning:
			b.end(m.delivery.ID)
			done = append(done, models.Completion{Delivery: m.delivery, State: models.DeliveryDue, At: b.w.now()})
		case starting:
			begun = append(begun, m.delivery)
		}
	}
	if len(done)+len(begun) == 0 {
		return
	}
	b.recording = true
	at := b.w.now()
	b.run(func() func() {
		lost, err := b.w.record(ctx, done, begun, at)
		return func() { b.recorded(ctx, at, lost, err) }
	})
}

// start chooses the messages that begin: those that were looked up, and from the queue as
// many as may be in progress, up to one that needs a lookup.
func (b *batch) start() {
	room := b.mayProgress()
	for _, m := range b.messages {
		if m.stage == missing {
			m.stage = starting
		}
		if m.stage < tried {
			room--
		}
	}
	for b.skip(); room > 0 && len(b.queue) > 0 && !needsLookup(b.queue[0]); b.skip() {
		b.next(starting)
		room--
	}
}

// giveBack chooses what is returned to the outbox, so that it need not wait for its lease
// to end: all that was not sent.
func (b *batch) giveBack() {
	for len(b.queue) > 0 {
		b.next(returning)
	}
	for _, m := range b.messages {
		if m.stage == missing || m.stage == started {
			m.stage = returning
		}
	}
	b.messages = slices.DeleteFunc(b.messages, func(m *message) bool { return m.stage == returning && !b.holds(m.delivery.ID) })
}

// recorded notes what the outbox made of a record.
func (b *batch) recorded(ctx context.Context, at time.Time, lost []string, err error) {
	b.recording = false
	if err != nil {
		b.fault = err
		b.unrecorded()
		return
	}
	for _, id := range lost {
		b.lose(ctx, id)
	}
	for _, m := range b.messages {
		switch m.stage {
		case starting:
			m.stage, m.begun = started, at
		case ending:
			m.stage = over
			if b.settle(m.delivery.ID) {
				b.w.recorded(ctx, *m.try)
			}
		case returning:
			m.stage = over
			b.settle(m.delivery.ID)
		}
	}
}

// record records, trying hard: a message that was sent and not recorded is sent again
// where the channel cannot be asked. It goes on after a stop.
func (w *channelWorker) record(ctx context.Context, done []models.Completion, starting []models.Delivery, at time.Time) (lost []string, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	for try := range 5 {
		if lost, err = w.outbox.Record(ctx, done, starting, at); err == nil {
			return lost, nil
		}
		if !sleep(ctx, time.Duration(try+1)*200*time.Millisecond, nil) {
			break
		}
	}
	return nil, errors.Join(errors.New("record what was sent"), err)
}
