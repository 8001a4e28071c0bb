package delivery

import (
	"context"
	"maps"
	"slices"
)

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
	for _, id := range lost {
		if !b.ends(id) {
			b.lose(ctx, id)
		}
	}
	return nil
}

// end notes that the end of a delivery is being recorded.
func (b *batch) end(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ending[id] = true
}

// ends reports whether the end of a delivery was recorded or is being recorded. No lease
// on it is needed any more.
func (b *batch) ends(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ending[id]
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
