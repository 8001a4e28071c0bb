package sources

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"
)

// The stages of a request that have a time-out of their own, beside that of the
// whole. A source with a longer time-out has longer ones.
const (
	firstThirds = 2 // of the whole: until the answer begins
	idleThirds  = 1 // of the whole: until more of it comes
)

// A patience ends a request at whose server nothing happens.
type patience struct {
	end   context.CancelCauseFunc
	timer *time.Timer
	idle  time.Duration
	host  string
}

// withPatience returns a context that ends when nothing happens for a share of
// the time-out of the whole, or when that is over. Release gives back what it
// holds.
func withPatience(ctx context.Context, u *url.URL, whole time.Duration) (_ context.Context, p *patience, release func()) {
	ctx, stop := context.WithTimeout(ctx, whole)
	ctx, end := context.WithCancelCause(ctx)
	first := (whole * firstThirds / 3).Round(time.Second / 10)
	p = &patience{end: end, idle: (whole * idleThirds / 3).Round(time.Second / 10), host: u.Host}
	silent := fault(TimedOut, "%s took the request and had not begun to answer after %s: it is slow or down; it is tried again at the next scan", u.Host, first)
	p.timer = time.AfterFunc(first, func() { end(silent) })
	return ctx, p, func() {
		p.timer.Stop()
		end(nil)
		stop()
	}
}

// answered has the patience wait for the body from now on, piece by piece.
func (p *patience) answered(res *http.Response) {
	if !p.timer.Stop() {
		return // it is over already
	}
	stalled := fault(TimedOut, "%s stopped in the middle of its answer: nothing came for %s; it is tried again at the next scan", p.host, p.idle)
	p.timer = time.AfterFunc(p.idle, func() { p.end(stalled) })
	res.Body = &patientBody{ReadCloser: res.Body, p: p}
}

// A patientBody starts the time anew with each piece that comes.
type patientBody struct {
	io.ReadCloser
	p *patience
}

func (b *patientBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.p.timer.Reset(b.p.idle)
	}
	return n, err
}

// whyEnded returns the stage at which a request that failed was given up, or the
// error as it is.
func whyEnded(ctx context.Context, err error) error {
	if stalled, ok := errors.AsType[*Error](context.Cause(ctx)); ok && err != nil {
		return stalled
	}
	return err
}
