package terminal

import (
	"bytes"
	"errors"
	"testing"

	"regwatch/notifier/delivery/channeltest"
)

func TestTerminalPassesTheChannelTests(t *testing.T) { channeltest.Run(t, terminalRig) }

func terminalRig(*testing.T) *channeltest.Rig {
	out := &terminalFake{}
	return &channeltest.Rig{
		Channel: New(out), Secrets: []string{"t0ken/of nobody"}, Received: func() []string { return []string{out.String()} },
		Echoes: map[string]func(string){"a failing terminal": func(text string) { out.fails = errors.New(text) }},
	}
}

// A terminalFake is a terminal whose writes fail once it is told so.
type terminalFake struct {
	bytes.Buffer

	fails error
}

func (f *terminalFake) WriteString(s string) (int, error) {
	if f.fails != nil {
		return 0, f.fails
	}
	return f.Buffer.WriteString(s)
}
