package terminal

import (
	"bytes"
	"testing"

	"regwatch/notifier/delivery/channeltest"
)

func TestTerminalPassesTheChannelTests(t *testing.T) { channeltest.Run(t, terminalRig) }

func terminalRig(*testing.T) *channeltest.Rig {
	var out bytes.Buffer
	return &channeltest.Rig{Channel: New(&out), Received: func() []string { return []string{out.String()} }}
}
