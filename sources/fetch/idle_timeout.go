package fetch

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"
)

// The shares of the request timeout after which a request without progress fails. A
// source with a longer timeout has longer ones.
const (
	responseThirds = 2 // thirds, until the response starts
	idleThirds     = 1 // thirds, between two parts of the body
)

// An idleTimer cancels a request that makes no progress. One request owns it.
type idleTimer struct {
	cancel context.CancelCauseFunc
	timer  *time.Timer
	idle   time.Duration
	host   string
}

// withIdleTimeout returns a context that is canceled after a time without progress, or
// when the whole timeout is over. Release frees its resources.
func withIdleTimeout(ctx context.Context, u *url.URL, timeout time.Duration) (_ context.Context, it *idleTimer, release func()) {
	ctx, stop := context.WithTimeout(ctx, timeout)
	ctx, cancel := context.WithCancelCause(ctx)
	responseTimeout := (timeout * responseThirds / 3).Round(time.Second / 10)
	it = &idleTimer{cancel: cancel, idle: (timeout * idleThirds / 3).Round(time.Second / 10), host: u.Host}
	noResponse := Errorf(TimedOut, "%s sent no response within %s: it is slow or down; regwatch will retry at the next scan", u.Host, responseTimeout)
	it.timer = time.AfterFunc(responseTimeout, func() { cancel(noResponse) })
	return ctx, it, func() {
		it.timer.Stop()
		cancel(nil)
		stop()
	}
}

// responseStarted switches the timer to the body, of which each part must arrive in
// time.
func (it *idleTimer) responseStarted(res *http.Response) {
	if !it.timer.Stop() {
		return // already expired
	}
	stalled := Errorf(TimedOut, "%s stopped in the middle of its response: nothing arrived for %s; regwatch will retry at the next scan", it.host, it.idle)
	it.timer = time.AfterFunc(it.idle, func() { it.cancel(stalled) })
	res.Body = &idleTimeoutBody{ReadCloser: res.Body, timer: it}
}

// An idleTimeoutBody restarts the timer with each part of the body.
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

// timeoutCause returns the timeout that ended a failed request, or the error itself.
func timeoutCause(ctx context.Context, err error) error {
	if stalled, ok := errors.AsType[*Error](context.Cause(ctx)); ok && err != nil {
		return stalled
	}
	return err
}
