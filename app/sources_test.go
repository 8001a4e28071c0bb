package app

import (
	"testing"
	"time"

	"regwatch/configs"
	"regwatch/models"
)

func TestSourceCronUsesConfiguredZone(t *testing.T) {
	timing, err := timingOf(&configs.Config{Zone: "Asia/Hong_Kong"})
	if err != nil {
		t.Fatal(err)
	}
	src := models.Source{ID: "sec", Cron: "0 9 * * *", Zone: "America/New_York"}
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	s := newSource(src, models.SourceState{AttemptedAt: now, SucceededAt: now}, timing, now)
	if want := time.Date(2026, 3, 3, 1, 0, 0, 0, time.UTC); s.NextScan == nil || !s.NextScan.Equal(want) {
		t.Errorf("next scan at %v, want %s: nine in the morning in Hong Kong", s.NextScan, want)
	}
}
