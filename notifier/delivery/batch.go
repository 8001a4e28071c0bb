package delivery

import (
	"context"
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

	// recordWithin is how long a result waits for others that are recorded with it.
	recordWithin = time.Second

	// recordTime is how long the outbox has to take a record.
	recordTime = 30 * time.Second
)

// A batch is what one claim handed out, until each delivery is recorded. Lookups, sends
// and records run in goroutines of their own. The channel's goroutine does all else, and
// it alone uses the fields above mu.
type batch struct {
	w         *channelWorker
	claimedAt time.Time         // when the claim was answered
	most      int               // messages that may be in progress at a time
	queue     []models.Delivery // not begun yet, oldest first
	messages  []*message        // begun, oldest first, until their end is recorded
	running   int               // lookups, sends and records that run
	recording bool              // one of them is a record
	finished  chan func()       // from each of them, what is to be done next
	fault     error             // of the outbox; nothing begins after it

	recordedLast bool // after the fault, the results were recorded once more, or that failed

	mu     sync.Mutex                 // guards the rest, which the renewing changes too
	held   map[string]models.Delivery // claimed, neither recorded nor lost
	ending map[string]bool            // those of them whose end is being recorded, which shows whether they are lost
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
	b := &batch{w: w, claimedAt: w.now(), most: w.mostInProgress(), queue: claimed, finished: make(chan func()), held: map[string]models.Delivery{}, ending: map[string]bool{}}
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
	return true, b.send(ctx)
}

func (w *channelWorker) claimSize() int {
	pace := w.channel.pace()
	if pace <= 0 {
		return mostClaimed
	}
	return min(max(int(claimTime/pace), 1), mostClaimed)
}

// mostInProgress returns how many messages the channel may have in progress. With a pace
// it is one: its result is recorded before the wait for the next.
func (w *channelWorker) mostInProgress() int {
	if w.channel.pace() > 0 {
		return 1
	}
	return max(w.channel.maxInProgress(), 1)
}

// mayProgress returns how many messages may be in progress now. A channel that has taken
// nothing since it was idle or paused gets one message: if its password is wrong, several
// at once may lock the account.
func (b *batch) mayProgress() int {
	if !b.w.works {
		return 1
	}
	return b.most
}

// open reports whether another message of the batch may be sent now. After a time in
// which the machine slept and no lease was renewed it may not. The monotonic clock may
// not show such a time.
func (b *batch) open(ctx context.Context) bool {
	now := b.w.now()
	return b.fault == nil && ctx.Err() == nil && b.w.pauses[""].left(now) == 0 && now.Round(0).Sub(b.claimedAt.Round(0)) <= claimTime
}
