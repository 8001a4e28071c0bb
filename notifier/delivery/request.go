package delivery

import (
	"cmp"
	"context"
	"errors"
	"time"

	"regwatch/models"
)

// ask looks up a message that may have arrived. Its first start stays recorded meanwhile,
// because a search begins there.
func (b *batch) ask(ctx context.Context, m *message) {
	w, d := b.w, m.delivery
	m.request = w.count()
	b.run(func() func() {
		limited, cancel := w.sendContext(ctx)
		defer cancel()
		receipt, found, err := w.channel.find(limited, d)
		return func() {
			m.stage = tried
			switch {
			case errors.Is(err, ErrCannotLookUp):
				w.log.WarnContext(ctx, "delivery may arrive twice: a send of it was cut short", "channel", w.name, "delivery", d.ID, "error", err)
				m.stage = missing
			case err != nil:
				m.try = w.failed(d, m.request, err)
			case found:
				m.try = w.sent(d, m.request, receipt, Found)
			default:
				m.stage = missing
			}
		}
	})
}

// transmit sends a message whose start is recorded, and once more by itself if the
// thread that it belongs to is gone.
func (b *batch) transmit(ctx context.Context, m *message) {
	w, d := b.w, m.delivery
	m.stage, m.request, d.StartedAt = sending, w.count(), m.begun
	b.run(func() func() {
		limited, cancel := w.sendContext(ctx)
		defer cancel()
		receipt, err := w.channel.send(limited, d)
		var fault error
		if d.Root != nil && threadGone(err) {
			if fault = w.outbox.ForgetThread(limited, d); fault == nil {
				w.log.InfoContext(ctx, "thread begins anew", "channel", w.name, "delivery", d.ID, "thread", d.Thread, "why", err)
			}
			if fault == nil && !d.Amends {
				d.Root = nil
				receipt, err = w.channel.send(limited, d)
			}
		}
		return func() { b.answered(ctx, m, d, receipt, err, fault) }
	})
}

// answered notes the channel's answer to a message. The fault is the outbox's.
func (b *batch) answered(ctx context.Context, m *message, d models.Delivery, receipt string, err, fault error) {
	w := b.w
	pace := w.channel.pace()
	w.paced = pause{until: w.now().Add(pace), length: pace}
	m.stage = tried
	switch {
	case errors.Is(fault, models.ErrLeaseLost):
		b.lose(ctx, d.ID)
		m.stage = over
	case fault != nil:
		b.fault = fault
		m.stage = over // it did not arrive, and is due again when its lease ends
	case err == nil:
		m.try = w.sent(d, m.request, receipt, Sent)
	case d.Amends && threadGone(err):
		m.try = w.dropped(d, ErrorOf(err))
	default:
		if !ErrorOf(err).mayHaveArrived() {
			d.StartedAt = time.Time{} // it surely did not arrive; nothing to look up
		}
		m.try = w.failed(d, m.request, err)
	}
}

func threadGone(err error) bool { return err != nil && ErrorOf(err).Reason == ThreadGone }

// count returns the number of the next lookup or send.
func (w *channelWorker) count() int {
	w.requests++
	return w.requests
}

// sendContext ends when a lookup or a send has taken as long as the channel allows or,
// after a stop, when the grace is over.
func (w *channelWorker) sendContext(ctx context.Context) (context.Context, context.CancelFunc) {
	sending, cancel := context.WithTimeout(context.WithoutCancel(ctx), cmp.Or(w.channel.maxSendTime(), w.timeout))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(w.grace, cancel) })
	return sending, func() { stop(); cancel() }
}
