package delivery

import (
	"context"
	"slices"
	"time"

	"regwatch/models"
)

// A message is a delivery that a batch has begun.
type message struct {
	delivery models.Delivery // as it was claimed
	stage    stage
	begun    time.Time // when its start was recorded
	request  int       // the number of its lookup or send
	try      *try      // what became of it, once it was tried
}

// A stage is how far a message is.
type stage int

const (
	asking   stage = iota // the channel is asked whether it has it
	missing               // the channel does not have it; its start is not recorded yet
	starting              // its start is being recorded
	started               // its start is recorded; it waits for its turn
	sending
	tried     // what became of it is not recorded yet
	ending    // what became of it is being recorded
	returning // it is being given back
	over      // it was recorded, or another worker has it
)

// send sends what was claimed, oldest first, and records what becomes of it. A message is
// in progress from the record of its start to the record of its result, and the channel
// says how many may be. Messages to one destination are sent one after the other, those
// to different destinations at the same time, and records run beside the sends. When
// nothing more may be sent, the rest is given back as it was.
func (b *batch) send(ctx context.Context) error {
	for {
		b.dropLost()
		open := b.open(ctx)
		paced := b.w.paced.left(b.w.now())
		if open {
			b.advance(ctx, paced == 0)
		}
		if b.recordIsDue(open) {
			b.record(ctx, open, paced == 0)
		}
		switch {
		case b.running > 0:
			b.wait()
		case b.fault != nil || len(b.queue)+len(b.messages) == 0:
			return b.fault
		default:
			sleep(ctx, paced, nil)
		}
	}
}

// advance sends the first message to each destination, if its start is recorded. If the
// next one in the queue needs a lookup, advance looks it up.
func (b *batch) advance(ctx context.Context, mayBegin bool) {
	busy := make(map[string]bool) // destinations
	for _, m := range b.messages {
		if m.stage >= tried || busy[m.delivery.Destination] {
			continue
		}
		busy[m.delivery.Destination] = true
		if m.stage != started {
			continue
		}
		// Its destination may have been paused since its start was recorded.
		if m.try = b.w.withheld(m.delivery); m.try != nil {
			m.stage = tried
			continue
		}
		b.transmit(ctx, m)
	}
	if !mayBegin {
		return
	}
	b.skip()
	if len(b.queue) > 0 && needsLookup(b.queue[0]) && !busy[b.queue[0].Destination] && b.unfinished() < b.mayProgress() {
		b.ask(ctx, b.next(asking))
	}
}

// next takes the next delivery out of the queue.
func (b *batch) next(stage stage) *message {
	m := &message{delivery: b.queue[0], stage: stage}
	b.queue = b.queue[1:]
	b.messages = append(b.messages, m)
	return m
}

// skip takes from the head of the queue what is not sent now.
func (b *batch) skip() {
	for len(b.queue) > 0 {
		if !b.holds(b.queue[0].ID) {
			b.queue = b.queue[1:]
			continue
		}
		t := b.w.withheld(b.queue[0])
		if t == nil {
			return
		}
		b.next(tried).try = t
	}
}

// dropLost forgets the messages that another worker has and that are not being sent.
func (b *batch) dropLost() {
	b.messages = slices.DeleteFunc(b.messages, func(m *message) bool {
		return m.stage == over || (m.stage == missing || m.stage == started) && !b.holds(m.delivery.ID)
	})
}

// unfinished counts the messages whose result is not recorded.
func (b *batch) unfinished() (n int) {
	for _, m := range b.messages {
		if m.stage < returning {
			n++
		}
	}
	return n
}

// needsLookup reports whether a delivery may have arrived before this try. One that
// amends does no harm twice.
func needsLookup(d models.Delivery) bool { return !d.StartedAt.IsZero() && !d.Amends }

// run does work in a goroutine of its own, and then what it returns in the channel's.
func (b *batch) run(work func() (then func())) {
	b.running++
	go func() { b.finished <- work() }()
}

// wait waits until something that runs has finished, or until a result has waited long
// enough for others.
func (b *batch) wait() {
	var due <-chan time.Time
	if wait, waits := b.untilRecord(); waits && !b.recording && b.fault == nil {
		due = time.After(wait)
	}
	select {
	case then := <-b.finished:
		b.running--
		then()
	case <-due:
	}
}
