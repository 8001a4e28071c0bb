package delivery

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"regwatch/models"
)

const (
	// leaseTime is how long another worker leaves a claimed delivery alone after this
	// one has died. It is renewed while this one works, however long a send takes.
	leaseTime  = 45 * time.Second
	renewEvery = leaseTime / 3

	// A claim takes what is sent within about claimTime, and never more than mostClaimed.
	// What is left when that time is over is given back, so that other processes can send
	// it and people can drop it.
	claimTime   = 10 * time.Second
	mostClaimed = 50

	// mostUnrecorded is how many sends to a channel whose receiver drops repeats are
	// recorded in one transaction, and recordWithin how long the first of them waits.
	// On any other channel each send is recorded before the next begins.
	mostUnrecorded = 25
	recordWithin   = time.Second

	// recordTime is how long the outbox has to take a record.
	recordTime = 30 * time.Second
)

// A batch is what one claim handed out, until each delivery is recorded.
type batch struct {
	w         *channelWorker
	claimedAt time.Time            // when the claim was answered
	startedAt map[string]time.Time // of what this batch has begun, by ID
	tries     []try                // made and not recorded
	unsent    []models.Completion  // given back, and not recorded

	mu   sync.Mutex                 // guards the rest, which the renewing changes too
	held map[string]models.Delivery // claimed, neither recorded nor lost
}

// sendNext claims what is due, sends it and records what became of it. It reports
// whether anything was due. The error is the outbox's.
func (w *channelWorker) sendNext(ctx context.Context) (bool, error) {
	at := w.now()
	claimed, err := w.outbox.Claim(ctx, at, w.name, w.claimSize(), leaseTime)
	if err != nil || len(claimed) == 0 {
		return false, err
	}
	// A claim that took long leaves its whole time for sending.
	b := &batch{w: w, claimedAt: w.now(), startedAt: map[string]time.Time{}, held: map[string]models.Delivery{}}
	for _, d := range claimed {
		b.held[d.ID] = d
	}
	// The leases count from before the claim.
	if b.claimedAt.Round(0).Sub(at.Round(0)) >= renewEvery {
		if err := b.renew(ctx); err != nil {
			return true, err
		}
	}
	stop := b.keepRenewing(ctx)
	defer stop()
	if err := b.send(ctx, claimed); err != nil {
		return true, err
	}
	return true, b.giveBack(ctx, claimed)
}

func (w *channelWorker) claimSize() int {
	pace := w.channel.pace()
	if pace <= 0 {
		return mostClaimed
	}
	return min(max(int(claimTime/pace), 1), mostClaimed)
}

// recordSize is how many messages may be sent before the first of them is recorded.
func (w *channelWorker) recordSize() int {
	if w.channel.pace() <= 0 && w.channel.deduplicates() {
		return mostUnrecorded
	}
	return 1
}

// send tries one delivery after the other until it must stop, the channel pauses or the
// time of the claim is over. One transaction records the tries that were made and that the next begin.
func (b *batch) send(ctx context.Context, claimed []models.Delivery) error {
	w := b.w
	for part := range slices.Chunk(claimed, w.recordSize()) {
		if wait := w.paced.left(w.now()); wait > 0 {
			if err := b.record(ctx, nil); err != nil {
				return err
			}
			sleep(ctx, wait, nil)
		}
		if !b.open(ctx) {
			return nil
		}
		if err := b.record(ctx, b.startable(part)); err != nil {
			return err
		}
		for _, d := range part {
			if !b.open(ctx) {
				return nil
			}
			if err := b.try(ctx, d); err != nil {
				return err
			}
		}
	}
	return nil
}

// open reports whether another message of the batch may be sent now. After a time in
// which the machine slept and no lease was renewed it may not. The monotonic clock may
// not show such a time.
func (b *batch) open(ctx context.Context) bool {
	now := b.w.now()
	return ctx.Err() == nil && b.w.pauses[""].left(now) == 0 && now.Round(0).Sub(b.claimedAt.Round(0)) <= claimTime
}

// startable are the deliveries whose start is recorded before they are sent. Of one
// that was begun before a crash the first start is kept until it has been looked up.
func (b *batch) startable(part []models.Delivery) []models.Delivery {
	return slices.DeleteFunc(slices.Clone(part), func(d models.Delivery) bool {
		return needsLookup(d) || b.w.pauses[d.Destination].left(b.w.now()) > 0
	})
}

// needsLookup reports whether a delivery may have arrived before this try. One that
// amends does no harm twice.
func needsLookup(d models.Delivery) bool { return !d.StartedAt.IsZero() && !d.Amends }

// try tries one delivery, unless another worker has it.
func (b *batch) try(ctx context.Context, d models.Delivery) error {
	if !b.holds(d.ID) {
		return nil
	}
	t, err := b.attempt(ctx, d)
	if err != nil || t == nil {
		return err
	}
	b.tries = append(b.tries, *t)
	if b.w.now().Sub(b.tries[0].completion.At) >= recordWithin {
		return b.record(ctx, nil)
	}
	return nil
}

// record records in one transaction the tries that were made, what is given back, and
// that others begin.
func (b *batch) record(ctx context.Context, starting []models.Delivery) error {
	done := slices.Clone(b.unsent)
	for _, t := range b.tries {
		done = append(done, t.completion)
	}
	if len(done)+len(starting) == 0 {
		return nil
	}
	at := b.w.now()
	lost, err := b.w.record(ctx, done, starting, at)
	if err != nil {
		return err
	}
	for _, id := range lost {
		b.lose(ctx, id)
	}
	for _, d := range starting {
		b.startedAt[d.ID] = at
	}
	tries := b.tries
	b.tries, b.unsent = nil, nil
	for _, t := range tries {
		if b.settle(t.completion.Delivery.ID) {
			b.w.recorded(ctx, t)
		}
	}
	return nil
}

// giveBack records what was tried and returns the rest of the claim to the outbox as
// it was, so that it need not wait for the lease to end.
func (b *batch) giveBack(ctx context.Context, claimed []models.Delivery) error {
	tried := make(map[string]bool)
	for _, t := range b.tries {
		tried[t.completion.Delivery.ID] = true
	}
	b.mu.Lock()
	for _, d := range claimed {
		if _, held := b.held[d.ID]; held && !tried[d.ID] {
			b.unsent = append(b.unsent, models.Completion{Delivery: d, State: models.DeliveryDue, At: b.w.now()})
		}
	}
	b.mu.Unlock()
	return b.record(ctx, nil)
}

// holds reports whether a delivery is still this worker's, as far as it knows.
func (b *batch) holds(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, held := b.held[id]
	return held
}

// keepRenewing renews the leases until stop is called.
func (b *batch) keepRenewing(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		for sleep(ctx, renewEvery, nil) {
			if err := b.renew(ctx); err != nil && ctx.Err() == nil {
				b.w.log.WarnContext(ctx, "renew leases", "channel", b.w.name, "error", err)
			}
		}
	}()
	return func() { cancel(); <-done }
}

func (b *batch) renew(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, recordTime)
	defer cancel()
	b.mu.Lock()
	held := slices.Collect(maps.Values(b.held))
	b.mu.Unlock()
	if len(held) == 0 {
		return nil
	}
	lost, err := b.w.outbox.Renew(ctx, held, b.w.now(), leaseTime)
	if err != nil {
		return err
	}
	// What was recorded meanwhile is held no longer, and not lost.
	for _, id := range lost {
		b.lose(ctx, id)
	}
	return nil
}

// lose notes that another worker has a delivery and will complete it.
func (b *batch) lose(ctx context.Context, id string) {
	if b.settle(id) {
		b.w.log.InfoContext(ctx, "delivery taken over by another worker", "channel", b.w.name, "delivery", id)
	}
}

// settle notes that a delivery is this worker's no longer, and reports whether it was.
func (b *batch) settle(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, held := b.held[id]
	delete(b.held, id)
	return held
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
