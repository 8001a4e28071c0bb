package app_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"regwatch/app"
)

// A folder is written once, opened, and then asked for what people want to know.
func ExampleOpen() {
	parent, err := os.MkdirTemp("", "example")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(parent)
	starter, err := app.WriteStarter(filepath.Join(parent, "watch"))
	if err != nil {
		panic(err)
	}

	ctx := context.Background()
	a, err := app.Open(ctx, starter.Dir, slog.New(slog.DiscardHandler))
	if err != nil {
		panic(err)
	}
	defer a.Close()
	events, err := a.Events(ctx, app.EventFilter{})
	fmt.Println(len(events), "events", err)
	for _, rule := range a.Folder().Rules.Rules() {
		fmt.Println(rule.Title)
	}
	// Output:
	// 0 events <nil>
	// Bans on crypto
	// Hong Kong's Stablecoins Ordinance
	// Yuan-pegged stablecoins
}
