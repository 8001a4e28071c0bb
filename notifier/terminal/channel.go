package terminal

import (
	"context"
	"io"
	"sync"

	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
)

// A Channel writes notices to where a person watches the program run. It
// implements [delivery.Channel].
type Channel struct {
	Columns  int              // that are written to; 0 means 100
	Renderer *render.Renderer // nil is the shipped ones

	mu  sync.Mutex // guards out: one message is written at a time
	out io.Writer
}

// New returns a channel that writes to out, one notice at a time.
func New(out io.Writer) *Channel { return &Channel{out: out} }

// Send writes the notice.
func (t *Channel) Send(_ context.Context, d models.Delivery) (string, error) {
	body, err := t.Renderer.Text(d.Notice, t.Columns)
	if err != nil {
		return "", delivery.Fail(delivery.Permanent, models.FailureNotWritten, models.FailureArgs{Answer: err.Error()})
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, err := io.WriteString(t.out, body+"\n"); err != nil {
		return "", delivery.Fail(delivery.Temporary, models.FailureTerminal, models.FailureArgs{Answer: err.Error()})
	}
	return "terminal", nil
}
