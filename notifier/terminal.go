package notifier

import (
	"context"
	"io"
	"sync"

	"regwatch/models"
)

// A Terminal writes notices to where a person watches the program run. It
// implements [Channel].
type Terminal struct {
	Columns int    // that are written to; 0 means 100
	Words   *Words // nil is the shipped ones

	mu  sync.Mutex
	out io.Writer
}

// NewTerminal returns a channel that writes to out, one notice at a time.
func NewTerminal(out io.Writer) *Terminal { return &Terminal{out: out} }

// Send writes the notice.
func (t *Terminal) Send(_ context.Context, d models.Delivery) (string, error) {
	body, err := t.Words.Text(d.Notice, t.Columns)
	if err != nil {
		return "", failure(Permanent, "write the text: %v", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, err := io.WriteString(t.out, body+"\n"); err != nil {
		return "", failure(Temporary, "write to the terminal: %v", err)
	}
	return "terminal", nil
}
