package duration

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

const day = 24 * time.Hour

func TestParse(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"90s":          90 * time.Second,
		"90m":          90 * time.Minute,
		"12h":          12 * time.Hour,
		"7d":           7 * day,
		"1w":           7 * day,
		"1d12h":        36 * time.Hour,
		"1w2d3h4m5s":   9*day + 3*time.Hour + 4*time.Minute + 5*time.Second,
		"1h30m":        90 * time.Minute,
		"1.5h":         90 * time.Minute,
		"1.5d":         36 * time.Hour,
		"1500ms":       1500 * time.Millisecond,
		"7 d":          7 * day,
		" 24h ":        day,
		"+5m":          5 * time.Minute,
		"0":            0,
		"0s":           0,
		"73000d":       Max,
		"1000000000ns": time.Second,
	} {
		if got, err := Parse(text); err != nil || got != want {
			t.Errorf("Parse(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
}

func TestParseExplainsErrors(t *testing.T) {
	for _, tt := range []struct{ text, what, want string }{
		{"", "the duration is empty", "such as 90s"},
		{"90", `"90" has no unit`, "such as 90s or 90d"},
		{"-5m", "is negative", "such as 90s"},
		{"1y", `unit "y" is unknown`, "s, m, h, d or w"},
		{"2 weeks", `unit "weeks" is unknown`, "s, m, h, d or w"},
		{"soon", `"soon" is not a duration`, "such as 90s"},
		{"5m5", `"5m5" is not a duration`, "such as 90s"},
		{"1H", `"1H" is not a duration`, "such as 90s"},
		{".h", `".h" is not a duration`, "such as 90s"},
		{"73001d", `"73001d" is too long`, "at most 73000d"},
		{"73000d1s", `"73000d1s" is too long`, "at most 73000d"},
		{"99999999999999999999h", "is too long", "at most 73000d"},
	} {
		d, err := Parse(tt.text)
		e, ok := errors.AsType[*Error](err)
		if !ok || !strings.Contains(e.What.String(), tt.what) || !strings.Contains(e.Want.String(), tt.want) {
			t.Errorf("Parse(%q) = %v, %v; want an error with %q and %q", tt.text, d, err, tt.what, tt.want)
		}
		if what, want := Explain(err); what.String()+"; "+want.String() != err.Error() {
			t.Errorf("Explain(%v) = %q, %q; want both parts of the error", err, what, want)
		}
	}
}

func TestString(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                                "0s",
		90 * time.Second:                 "90s",
		time.Minute:                      "1m",
		90 * time.Minute:                 "90m",
		36 * time.Hour:                   "36h",
		day:                              "1d",
		7 * day:                          "7d",
		14 * day:                         "2w",
		30 * day:                         "30d",
		100 * time.Hour:                  "100h",
		day + time.Second:                "1d1s",
		1500 * time.Millisecond:          "1500ms",
		-5 * time.Minute:                 "-5m",
		10 * time.Nanosecond:             "10ns",
		time.Duration(math.MinInt64):     "-9223372036854775807ns",
		2*time.Hour + 5*time.Microsecond: "2h5us",
	} {
		if got := String(d); got != want {
			t.Errorf("String(%d) = %q, want %q", d, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"90s", "1d12h", "1.5h", "7 d", "1w2d", "+5m", "1y", "0", "73000d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Parse(text)
		if err != nil {
			return
		}
		if d < 0 || d > Max {
			t.Errorf("Parse(%q) = %v; want a duration from 0 to %v", text, d, Max)
		}
		if again, err := Parse(String(d)); err != nil || again != d {
			t.Errorf("Parse(String(%v)) = %v, %v; want the same duration", d, again, err)
		}
	})
}
