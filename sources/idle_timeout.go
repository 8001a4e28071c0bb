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
	responseThirds = 2 // of the whole: until the answer begins
	idleThirds     = 1 // of the whole: until more of it comes
)

// A idleTimer ends a request at whose server nothing happens.
type idleTimer struct {
	cancel context.CancelCauseFunc
	timer  *time.Timer
	idle   time.Duration
	host   string
}

// withIdleTimeout returns a context that ends when nothing happens for a share of
// the time-out of the whole, or when that is over. Release gives back what it
// holds.
func withIdleTimeout(ctx context.Context, u *url.URL, timeout time.Duration) (_ context.Context, it *idleTimer, release func()) {
	ctx, stop := context.WithTimeout(ctx, timeout)
	ctx, cancel := context.WithCancelCause(ctx)
	responseTimeout := (timeout * responseThirds / 3).Round(time.Second / 10)
	it = &idleTimer{cancel: cancel, idle: (timeout * idleThirds / 3).Round(time.Second / 10), host: u.Host}
	noResponse := newError(TimedOut, "%s took the request and had not begun to answer after %s: it is slow or down; it is tried again at the next scan", u.Host, responseTimeout)
	it.timer = time.AfterFunc(responseTimeout, func() { cancel(noResponse) })
	return ctx, it, func() {
		it.timer.Stop()
		cancel(nil)
		stop()
	}
}

// answered has the patience wait for the body from now on, piece by piece.
func (it *idleTimer) responseStarted(res *http.Response) {
	if !it.timer.Stop() {
		return // it is over already
	}
	stalled := newError(TimedOut, "%s stopped in the middle of its answer: nothing came for %s; it is tried again at the next scan", it.host, it.idle)
	it.timer = time.AfterFunc(it.idle, func() { it.cancel(stalled) })
	res.Body = &idleTimeoutBody{ReadCloser: res.Body, timer: it}
}

// A idleTimeoutBody starts the time anew with each piece that comes.
type idleTimeoutBody struct {
	io.ReadCloser
	timer *idleTimer
}

func (b *idleTimeoutBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.timer.timer.Reset(b.timer.idle)
	}
	return n, err
}

// timeoutCause returns the stage at which a request that failed was given up, or the
// error as it is.
func timeoutCause(ctx context.Context, err error) error {
	if stalled, ok := errors.AsType[*Error](context.Cause(ctx)); ok && err != nil {
		return stalled
	}
	return err
}
