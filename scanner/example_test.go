package scanner_test

import (
	"fmt"
	"time"

	"regwatch/models"
	"regwatch/scanner"
)

// A source that was read two hours ago and publishes often is due.
func ExampleNextScan() {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	source := models.Source{ID: "hkma-press"}
	state := models.SourceState{SourceID: source.ID, AttemptedAt: now.Add(-2 * time.Hour), SucceededAt: now.Add(-2 * time.Hour), NewRate: 30, NewRateAt: now.Add(-2 * time.Hour)}
	next := scanner.NextScan(state, source, scanner.Timing{}, now)
	fmt.Println(next.Due(now), next.Every, next.Why)
	// Output:
	// true 5m0s because it published about 30 articles a day recently
}
