package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync/atomic"
	"time"

	"regwatch/internal/redact"
	"regwatch/models"
)

// crashed is why a delivery failed whose channel panicked. The value of the panic may
// hold a secret or what others wrote, so only the log has it.
func crashed(reason Reason) *Error {
	return Fail(reason, models.FailureCrashed, models.FailureArgs{})
}

// A panicGuard contains panics in code that the worker calls, logs them with their
// stacks and counts them.
type panicGuard struct {
	log   *slog.Logger
	count *atomic.Int64
	hide  *redact.Secrets
}

// run calls fn and reports whether it panicked.
func (g panicGuard) run(ctx context.Context, doing, channel string, fn func()) (panicked bool) {
	defer func() {
		if value := recover(); value != nil {
			panicked = true
			g.count.Add(1)
			g.log.ErrorContext(ctx, "panic contained", "doing", doing, "channel", channel, "panic", Scrub(g.hide, fmt.Sprint(value)), "stack", string(debug.Stack()))
		}
	}()
	fn()
	return false
}

// A guarded channel is one that does not panic and whose errors hold no secret.
type guarded struct {
	name    string
	channel Channel
	guard   panicGuard
	hide    *redact.Secrets
}

// send sends. After a panic nobody knows whether the message arrived.
func (g guarded) send(ctx context.Context, d models.Delivery) (receipt string, err error) {
	if g.guard.run(ctx, "send", g.name, func() { receipt, err = g.channel.Send(ctx, d) }) {
		return "", crashed(Ambiguous)
	}
	return receipt, g.scrubbed(err)
}

// find asks the channel for a delivery. One that cannot be asked answers with
// ErrCannotLookUp.
func (g guarded) find(ctx context.Context, d models.Delivery) (receipt string, found bool, err error) {
	finder, can := g.channel.(Finder)
	if !can {
		return "", false, ErrCannotLookUp
	}
	if g.guard.run(ctx, "find", g.name, func() { receipt, found, err = finder.Find(ctx, d) }) {
		return "", false, crashed(Temporary)
	}
	return receipt, found, g.scrubbed(err)
}

// scrubbed returns an error of the channel without secrets. All that is stored, logged
// and reported of a failure is made of it.
func (g guarded) scrubbed(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, ErrCannotLookUp) {
		return cannotLookUp(Scrub(g.hide, err.Error()))
	}
	return ErrorOf(err).Scrubbed(g.hide)
}

// A cannotLookUp is an ErrCannotLookUp with its sentence.
type cannotLookUp string

func (e cannotLookUp) Error() string { return string(e) }

func (cannotLookUp) Is(target error) bool { return target == ErrCannotLookUp }

// pace returns the time between two messages.
func (g guarded) pace() (pace time.Duration) {
	g.guard.run(context.Background(), "read the pace", g.name, func() {
		if p, ok := g.channel.(Pacer); ok {
			pace = p.Pace()
		}
	})
	return pace
}

// maxSendTime returns how long a send may take, or 0.
func (g guarded) maxSendTime() (limit time.Duration) {
	g.guard.run(context.Background(), "read the longest time of a send", g.name, func() {
		if l, ok := g.channel.(TimeLimiter); ok {
			limit = l.MaxSendTime()
		}
	})
	return limit
}

// maxInProgress returns how many messages may be in progress at a time, or 0.
func (g guarded) maxInProgress() (most int) {
	g.guard.run(context.Background(), "read how many messages may be in progress", g.name, func() { most = maxInProgress(g.channel) })
	return most
}

func (g guarded) amends() (can bool) {
	g.guard.run(context.Background(), "ask for amendments", g.name, func() { can = canAmend(g.channel) })
	return can
}

func (g guarded) idle() {
	g.guard.run(context.Background(), "idle", g.name, func() {
		if i, ok := g.channel.(Idler); ok {
			i.Idle()
		}
	})
}
