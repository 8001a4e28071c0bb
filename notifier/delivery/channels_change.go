package delivery

import (
	"context"
	"sync"

	"regwatch/models"
)

// A running is what Run works with: one lane for each channel.
type running struct {
	ctx   context.Context
	lanes map[string]*lane // by channel; also those that are ending
	all   sync.WaitGroup
}

// A lane is the goroutine that serves one channel.
type lane struct {
	stop  context.CancelFunc
	ended chan struct{}
}

// SetChannels replaces the channels, also while Run serves them. A channel that is the same
// value as before is served on. One that is gone or another value stops: its messages in
// progress are finished within Grace, and then its successor begins. The values must be
// comparable, such as pointers.
func (d *Worker) SetChannels(channels map[string]Channel) {
	d.begin()
	d.mu.Lock()
	defer d.mu.Unlock()
	before := d.Channels
	d.Channels = channels
	for name := range channels {
		if d.wakes[name] == nil {
			d.wakes[name] = make(chan struct{}, 1)
		}
	}
	if d.running == nil {
		return
	}
	for name, channel := range before {
		if channels[name] != channel {
			d.running.lanes[name].stop()
		}
	}
	for name, channel := range channels {
		if before[name] != channel {
			d.startLane(name, d.reportedBefore)
		}
	}
}

// serve serves the channels, and those that SetChannels sets meanwhile, until ctx ends and
// the messages in progress are finished.
func (d *Worker) serve(ctx context.Context) {
	before := d.reportedBefore(ctx)
	d.mu.Lock()
	d.running = &running{ctx: ctx, lanes: make(map[string]*lane)}
	for name := range d.Channels {
		d.startLane(name, func(context.Context) []models.ChannelHealth { return before })
	}
	d.mu.Unlock()
	<-ctx.Done()
	d.mu.Lock()
	all := &d.running.all
	d.running = nil // no lane begins from here on
	d.mu.Unlock()
	all.Wait()
}

// startLane starts to serve a channel, once an earlier lane of the same name has ended. Then
// it asks which outages were reported: the earlier lane may have reported some. The caller
// holds mu.
func (d *Worker) startLane(name string, reported func(context.Context) []models.ChannelHealth) {
	r, w, wake := d.running, d.channelWorker(name, nil), d.wakes[name]
	ctx, stop := context.WithCancel(r.ctx)
	earlier := r.lanes[name]
	l := &lane{stop, make(chan struct{})}
	r.lanes[name] = l
	r.all.Go(func() {
		defer close(l.ended)
		defer stop()
		if earlier != nil {
			<-earlier.ended
		}
		w.restore(reported(ctx))
		w.run(ctx, wake)
	})
}
