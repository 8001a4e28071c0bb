package terminal_test

import (
	"context"
	"fmt"
	"strings"

	"regwatch/internal/samplenotice"
	"regwatch/models"
	"regwatch/notifier/terminal"
)

// A terminal writes messages as text.
func ExampleChannel_Send() {
	var out strings.Builder
	notice, _ := samplenotice.Notice("test")
	_, err := terminal.New(&out).Send(context.Background(), models.Delivery{ID: "1", Notice: notice})
	fmt.Println(strings.TrimSpace(out.String()), err)
	// Output:
	// ────────────────────────────────────────────────────────────────────────────────────────────────────
	// regwatch test message
	// This is a test message.
	// Sent Fri 18 Sep 2026 09:05 HKT. If you can read this, the channel works.
	// ──────────────────────────────────────────────────────────────────────────────────────────────────── <nil>
}
