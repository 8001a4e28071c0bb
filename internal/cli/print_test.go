package cli

import (
	"testing"
	"time"

	"regwatch/internal/duration"
)

func TestShortDayHasTheYearOfAnotherYear(t *testing.T) {
	hongKong := time.FixedZone("HKT", 8*60*60)
	now := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		at   time.Time
		want string
	}{
		{now, "02 Jan"},
		{now.AddDate(0, 0, -2), "31 Dec 2025"},
		{time.Date(2025, 12, 31, 20, 0, 0, 0, time.UTC), "01 Jan"}, // where the reader is
	} {
		if got := shortDay(tt.at, now, hongKong); got != tt.want {
			t.Errorf("shortDay(%s) = %q, want %q", tt.at, got, tt.want)
		}
	}
}

func TestParseDurationHasDaysAndWeeks(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"90s": 90 * time.Second, "7d": 7 * 24 * time.Hour, "1d12h": 36 * time.Hour, "2w": 14 * 24 * time.Hour,
	} {
		if got, err := duration.Parse(text); err != nil || got != want {
			t.Errorf("duration.Parse(%s) = %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "d", "7", "7y", "999999d"} {
		if got, err := duration.Parse(text); err == nil {
			t.Errorf("duration.Parse(%s) = %s; want an error", text, got)
		}
	}
}
