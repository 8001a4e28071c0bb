package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"regwatch/models"
)

// An Outbox keeps what is owed. All but Claim work only under the delivery's
// lease token and answer [models.ErrLeaseLost] to a worker that has lost it.
// Postpone keeps the StartedAt of the delivery that it is given: zero says that
// the message surely did not arrive.
type Outbox interface {
	Claim(ctx context.Context, now time.Time, channel string, limit int, lease time.Duration) ([]models.Delivery, error)
	MarkStarted(ctx context.Context, d models.Delivery, now time.Time) error
	MarkSent(ctx context.Context, d models.Delivery, receipt string, now time.Time) error
	Postpone(ctx context.Context, d models.Delivery, until time.Time, cost int, reason string) error
	Fail(ctx context.Context, d models.Delivery, reason string, now time.Time) error
	Drop(ctx context.Context, d models.Delivery, reason string, now time.Time) error

	// ForgetThread notes that the message is gone that began the delivery's thread at
	// its destination. Nothing follows it up or changes it from now on; what is sent
	// there next begins the thread anew.
	ForgetThread(ctx context.Context, d models.Delivery) error
}

// A Worker sends what is due, each channel at its own pace. Set the fields
// before the first call and leave them alone afterwards.
type Worker struct {
	Outbox   Outbox
	Channels map[string]Channel // by the name that a delivery's Channel has
	Now      func() time.Time
	Log      *slog.Logger // nil logs nothing

	Poll        time.Duration  // how often the outbox is read unasked; 0 means 2 s
	SendTimeout time.Duration  // for one message with its lookup; 0 means 30 s
	Grace       time.Duration  // for what is in flight when Run is stopped; 0 means 10 s
	Backoff     Backoff        // zero fields mean those of DefaultBackoff
	Jitter      func() float64 // in [0, 1); nil is random
	OnResult    func(Result)   // called after each delivery, by the channel's goroutine; may be nil

	// OnHealth is called once for each change of a channel's health, by the
	// channel's goroutine; may be nil. After an error it is called again later.
	OnHealth func(context.Context, models.ChannelHealth) error

	// Troubled returns the channels and addresses that people were told are in
	// trouble and not yet that they deliver again. It is asked when work begins; may
	// be nil.
	Troubled func(context.Context) ([]models.ChannelHealth, error)

	once  sync.Once
	wakes map[string]chan struct{}
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
	Sent      int `json:"sent"` // includes Found
	Found     int `json:"found"`
	Postponed int `json:"postponed"`
	Dead      int `json:"dead"`
}

// Wake makes Run read the outbox now. It may be called at any time.
func (d *Worker) Wake() {
	d.begin()
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
	troubled := d.failing(ctx)
	var all sync.WaitGroup
	for name := range d.Channels {
		all.Go(func() { d.worker(name, troubled).run(ctx, d.wakes[name]) })
	}
	all.Wait()
	return nil
}

// Drain sends all that is due, once, waiting out short pauses that a channel
// asks for, and returns when nothing more can be sent now. What failed stays in
// the outbox; what OnHealth adds to it is sent as well. The error is of the
// outbox, not of a channel.
func (d *Worker) Drain(ctx context.Context) (Summary, error) {
	d.begin()
	sum, told, err := d.drain(ctx)
	if told && err == nil {
		var more Summary
		more, _, err = d.drain(ctx)
		sum = sum.plus(more)
	}
	return sum, err
}

func (d *Worker) drain(ctx context.Context) (sum Summary, told bool, fault error) {
	var (
		mu  sync.Mutex
		all sync.WaitGroup
	)
	troubled := d.failing(ctx)
	for name := range d.Channels {
		all.Go(func() {
			w := d.worker(name, troubled)
			err := w.drain(ctx)
			mu.Lock()
			defer mu.Unlock()
			sum, told, fault = sum.plus(w.sum), told || w.reported, errors.Join(fault, err)
		})
	}
	all.Wait()
	return sum, told, fault
}

func (s Summary) plus(o Summary) Summary {
	return Summary{s.Sent + o.Sent, s.Found + o.Found, s.Postponed + o.Postponed, s.Dead + o.Dead}
}

func (d *Worker) begin() {
	d.once.Do(func() {
		d.wakes = make(map[string]chan struct{}, len(d.Channels))
		for name := range d.Channels {
			d.wakes[name] = make(chan struct{}, 1)
		}
	})
}

// failing asks what people were told. Without an answer they may not hear that a
// trouble is over, which is no reason to send nothing.
func (d *Worker) failing(ctx context.Context) []models.ChannelHealth {
	if d.Troubled == nil {
		return nil
	}
	told, err := d.Troubled(ctx)
	if err != nil && d.Log != nil {
		d.Log.ErrorContext(ctx, "read what was told of channels", "error", err)
	}
	return told
}

func (d *Worker) worker(name string, troubled []models.ChannelHealth) *channelWorker {
	w := &channelWorker{
		name: name, channel: d.Channels[name], outbox: d.Outbox, now: d.Now, log: d.Log,
		poll: durationOr(d.Poll, 2*time.Second), timeout: durationOr(d.SendTimeout, 30*time.Second), grace: durationOr(d.Grace, 10*time.Second),
		backoff: d.Backoff.orDefault(), jitter: d.Jitter, onResult: d.OnResult, onHealth: d.OnHealth,
		pauses: map[string]pause{}, troubles: map[string]*outage{}, deadLetters: map[string]*deadLetters{},
	}
	if w.log == nil {
		w.log = slog.New(slog.DiscardHandler)
	}
	if w.jitter == nil {
		w.jitter = rand.Float64
	}
	w.restore(troubled)
	return w
}

func durationOr(d, standard time.Duration) time.Duration {
	if d <= 0 {
		return standard
	}
	return d
}

// A Backoff says how long to wait before trying again.
type Backoff struct {
	First       time.Duration // after the first failure
	Factor      float64       // by which each wait exceeds the one before
	Most        time.Duration // of one wait
	MaxAttempts int           // after which a delivery is dead
	MostPause   time.Duration // of a channel that is blocked or unreachable
}

// DefaultBackoff returns the waits of the shipped program: twelve attempts over
// about 22 hours, quick at first, because most faults pass within a minute.
func DefaultBackoff() Backoff {
	return Backoff{First: 5 * time.Second, Factor: 3, Most: 6 * time.Hour, MaxAttempts: 12, MostPause: 15 * time.Minute}
}

func (b Backoff) orDefault() Backoff {
	standard := DefaultBackoff()
	b.First, b.Most, b.MostPause = durationOr(b.First, standard.First), durationOr(b.Most, standard.Most), durationOr(b.MostPause, standard.MostPause)
	if b.Factor < 1 {
		b.Factor = standard.Factor
	}
	if b.MaxAttempts <= 0 {
		b.MaxAttempts = standard.MaxAttempts
	}
	return b
}

// Wait returns how long to wait after failures in a row, at least one of them.
// Jitter in [0, 1) spreads it over ±20 %, so that what failed together is not
// tried together.
func (b Backoff) Wait(failures int, jitter float64) time.Duration {
	return spread(b.after(failures, b.Most), jitter)
}

func (b Backoff) after(failures int, most time.Duration) time.Duration {
	wait := float64(b.First)
	for range failures - 1 {
		wait *= b.Factor
		if wait >= float64(most) {
			break
		}
	}
	return min(time.Duration(wait), most)
}

func spread(d time.Duration, jitter float64) time.Duration {
	return time.Duration(float64(d) * (0.8 + 0.4*jitter))
}

// ErrorOf reads what an error means; of one that says nothing nothing is known.
func ErrorOf(err error) *Error {
	if told, ok := errors.AsType[*Error](err); ok {
		return told
	}
	return &Error{Reason: Ambiguous, Err: err}
}

func gaveUp(attempts int, err error) string {
	return fmt.Sprintf("gave up after %d attempts; the last: %v", attempts, err)
}
