package instances

import (
	"context"
	"sync/atomic"
	"time"
)

// dutyEvery is how often a duty is asked for that another program has.
const dutyEvery = renewEvery

// A Duty is what one program at a time does for all, such as making digests.
type Duty struct {
	leases *Leases
	name   string
	hold   atomic.Pointer[Hold]
}

// NewDuty returns a duty, which nobody has before Run.
func NewDuty(leases *Leases, name string) *Duty { return &Duty{leases: leases, name: name} }

// Has reports whether this program has the duty.
func (d *Duty) Has() bool {
	h := d.hold.Load()
	return h != nil && h.Valid()
}

// Run takes the duty whenever nobody has it, until the context ends. While this program has it,
// during runs, if not nil: its context ends with the duty.
func (d *Duty) Run(ctx context.Context, during func(context.Context)) {
	for ctx.Err() == nil {
		h, err := d.leases.Hold(ctx, d.name)
		if err != nil && ctx.Err() == nil {
			d.leases.log.WarnContext(ctx, "take a lease", "lease", d.name, "error", err)
		}
		if h == nil {
			sleep(ctx, dutyEvery)
			continue
		}
		d.hold.Store(h)
		d.leases.log.InfoContext(ctx, "this instance has taken over", "duty", d.name)
		d.serve(ctx, h, during)
		d.hold.Store(nil)
		h.Return(0)
	}
}

// serve returns when the duty is lost or the context has ended, and during has returned.
func (d *Duty) serve(ctx context.Context, h *Hold, during func(context.Context)) {
	ctx, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if during != nil {
			during(ctx)
		}
	}()
	for ctx.Err() == nil && h.Valid() {
		sleep(ctx, time.Second)
	}
	stop()
	<-done
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
