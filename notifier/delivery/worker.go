package delivery

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"regwatch/internal/redact"
	"regwatch/models"
)

// An Outbox keeps the deliveries that are due. What a worker has claimed is its own
// until the lease ends and another worker claims it. Renew and Record leave alone what
// the caller holds no longer and return its IDs.
type Outbox interface {
	// Claim returns deliveries of a channel that are due, oldest first, at most one of a thread.
	Claim(ctx context.Context, now time.Time, channel string, limit int, lease time.Duration) ([]models.Delivery, error)
	// Renew prolongs the leases of claimed deliveries to a lease from now.
	Renew(ctx context.Context, held []models.Delivery, now time.Time, lease time.Duration) (lost []string, err error)
	// Record notes in one transaction what became of some and that others are about to be sent.
	Record(ctx context.Context, done []models.Completion, starting []models.Delivery, now time.Time) (lost []string, err error)
	// ForgetThread notes that the message is gone that began the delivery's thread at
	// its destination. Nothing follows it up or changes it from now on; what is sent
	// there next begins the thread anew. It answers [models.ErrLeaseLost] to a caller
	// that holds the delivery no longer.
	ForgetThread(ctx context.Context, d models.Delivery) error
	// CountDue counts what is due on a channel, now or later.
	CountDue(ctx context.Context, channel string) (int, error)
}

// A Worker sends what is due, each channel at its own pace. Set the fields
// before the first call and leave them alone afterwards; SetChannels changes the channels.
type Worker struct {
	Outbox   Outbox
	Channels map[string]Channel // by the name that a delivery's Channel has
	Now      func() time.Time
	Log      *slog.Logger // nil logs nothing

	// Secrets are those of the whole configuration. Whatever a channel answers, none of
	// them reaches the outbox, the log, OnResult or OnHealth.
	Secrets *redact.Secrets

	Poll        time.Duration  // how often the outbox is read unasked; 0 means 2 s
	SendTimeout time.Duration  // for one lookup or send on a channel that sets no limit; 0 means 30 s
	Grace       time.Duration  // for what is in flight when Run is stopped; 0 means 10 s
	Backoff     Backoff        // zero fields mean those of DefaultBackoff
	Jitter      func() float64 // in [0, 1); nil is random
	OnResult    func(Result)   // called after each delivery, by the channel's goroutine; may be nil

	// OnHealth is called once for each change of a channel's health, by the
	// channel's goroutine; may be nil. After an error it is called again later.
	OnHealth func(context.Context, models.ChannelHealth) error

	// Troubled returns the channels and addresses whose outage was reported and whose
	// recovery was not. It is asked when work begins; may be nil.
	Troubled func(context.Context) ([]models.ChannelHealth, error)

	// DeadLetters returns the deliveries that were given up and whose report a crash
	// may have prevented, by destination, with Dead. It is asked when work begins; may
	// be nil.
	DeadLetters func(context.Context) ([]models.ChannelHealth, error)

	once   sync.Once
	panics atomic.Int64

	mu      sync.Mutex // guards Channels from the first call on, and the fields below
	wakes   map[string]chan struct{}
	running *running // while Run works
}

// An Outcome is what became of one try.
type Outcome string

const (
	Sent      Outcome = "sent"
	Found     Outcome = "found" // it had arrived before a crash or a cut, and was not sent again
	Postponed Outcome = "postponed"
	Dead      Outcome = "dead"
	Dropped   Outcome = "dropped" // there was nothing to do
)

// A Result tells of one try of one delivery.
type Result struct {
	Delivery models.Delivery
	Outcome  Outcome
	Receipt  string
	Err      error     // why it was not sent
	Reason   Reason    // of Err
	Until    time.Time // when a postponed one is tried again
}

// A Summary is what one Drain did.
type Summary struct {
	Sent      int        `json:"sent"` // includes Found
	Found     int        `json:"found"`
	Postponed int        `json:"postponed"`
	Dead      int        `json:"dead"`
	Panics    int        `json:"panics,omitempty"`    // that were contained
	StillDue  []StillDue `json:"still_due,omitempty"` // by channel
}

// StillDue is what a Drain left unsent on a channel.
type StillDue struct {
	Channel    string `json:"channel"`
	Deliveries int    `json:"deliveries"`
	Why        string `json:"why"` // in a sentence for a person
}

// Wake makes Run read the outbox now. It may be called at any time.
func (d *Worker) Wake() {
	d.begin()
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, wake := range d.wakes {
		select {
		case wake <- struct{}{}:
		default: // it is about to look already
		}
	}
}

// Run sends what is due until ctx ends, then finishes what is in flight within
// Grace and returns nil. One goroutine serves each channel.
func (d *Worker) Run(ctx context.Context) error {
	d.begin()
	d.serve(ctx)
	return nil
}

// Drain sends all that is due, once, and returns when nothing more can be sent now or
// when ctx has reached its deadline. It waits out short pauses that a channel asks for,
// but not more than a few in a row. What OnHealth adds to the outbox is sent as well.
// What is left is in the summary, with the reason. The error is of the outbox, or that
// ctx was cancelled; never of a channel.
func (d *Worker) Drain(ctx context.Context) (Summary, error) {
	d.begin()
	before := d.panics.Load()
	sum, reasons, reported, err := d.drain(ctx)
	if reported && err == nil && ctx.Err() == nil {
		var more Summary
		more, reasons, _, err = d.drain(ctx)
		sum = sum.plus(more)
	}
	sum.Panics = int(d.panics.Load() - before)
	if err != nil || errors.Is(ctx.Err(), context.Canceled) {
		return sum, errors.Join(err, ctx.Err())
	}
	sum.StillDue, err = d.stillDue(ctx, reasons)
	return sum, err
}

// drain runs one pass over each channel. The reasons say by channel why it left
// something.
func (d *Worker) drain(ctx context.Context) (sum Summary, reasons map[string]string, reported bool, fault error) {
	var (
		mu  sync.Mutex // guards the results
		all sync.WaitGroup
	)
	before := d.reportedBefore(ctx)
	reasons = make(map[string]string)
	for name := range d.Channels {
		all.Go(func() {
			w := d.channelWorker(name, before)
			reason, err := w.drain(ctx)
			mu.Lock()
			defer mu.Unlock()
			reasons[name] = reason
			sum, reported, fault = sum.plus(w.sum), reported || w.reported, errors.Join(fault, err)
		})
	}
	all.Wait()
	return sum, reasons, reported, fault
}

// stillDue counts what is left, after the deadline of ctx too.
func (d *Worker) stillDue(ctx context.Context, reasons map[string]string) ([]StillDue, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	var left []StillDue
	for _, name := range slices.Sorted(maps.Keys(reasons)) {
		n, err := d.Outbox.CountDue(ctx, name)
		if err != nil {
			return left, err
		}
		if n > 0 {
			left = append(left, StillDue{name, n, reasons[name]})
		}
	}
	return left, nil
}

func (s Summary) plus(o Summary) Summary {
	return Summary{Sent: s.Sent + o.Sent, Found: s.Found + o.Found, Postponed: s.Postponed + o.Postponed, Dead: s.Dead + o.Dead}
}

func (d *Worker) begin() {
	d.once.Do(func() {
		d.wakes = make(map[string]chan struct{}, len(d.Channels))
		for name := range d.Channels {
			d.wakes[name] = make(chan struct{}, 1)
		}
	})
}

// reportedBefore asks which outages were reported and which dead letters were not.
// Without an answer their report may be missing, which is no reason to send nothing.
func (d *Worker) reportedBefore(ctx context.Context) []models.ChannelHealth {
	ask := func(doing string, of func(context.Context) ([]models.ChannelHealth, error)) (health []models.ChannelHealth) {
		if of == nil {
			return nil
		}
		d.guard().run(ctx, doing, "", func() {
			var err error
			if health, err = of(ctx); err != nil {
				d.logger().ErrorContext(ctx, doing, "error", err)
			}
		})
		return health
	}
	return slices.Concat(ask("read which channels are in trouble", d.Troubled), ask("read which deliveries were given up", d.DeadLetters))
}

func (d *Worker) channelWorker(name string, before []models.ChannelHealth) *channelWorker {
	w := &channelWorker{
		name: name, channel: guarded{name, d.Channels[name], d.guard(), d.Secrets}, outbox: d.Outbox, now: d.Now, log: d.logger(), guard: d.guard(),
		poll: durationOr(d.Poll, 2*time.Second), timeout: durationOr(d.SendTimeout, 30*time.Second), grace: durationOr(d.Grace, 10*time.Second),
		backoff: d.Backoff.orDefault(), jitter: d.Jitter, onResult: d.OnResult, onHealth: d.OnHealth,
		pauses: map[string]pause{}, outages: map[string]*outage{}, deadLetters: map[string]*deadLetters{},
	}
	if w.jitter == nil {
		w.jitter = rand.Float64
	}
	w.restore(before)
	return w
}

func (d *Worker) guard() panicGuard { return panicGuard{d.logger(), &d.panics, d.Secrets} }

func (d *Worker) logger() *slog.Logger {
	if d.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return d.Log
}
