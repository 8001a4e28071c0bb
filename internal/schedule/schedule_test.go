package schedule

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // so that the zones exist on every machine
)

func TestParseRejects(t *testing.T) {
	tests := []struct{ spec, want string }{
		{"", "empty"},
		{"TZ=0", `"zone"`},
		{"CRON_TZ=UTC", `"zone"`},
		{"TZ=Asia/Hong_Kong 0 9 * * *", `"zone"`},
		{"tz=UTC 0 9 * * *", `"zone"`},
		{"0 0 30 2 *", "never runs"},
		{"0 0 31 4,6,9,11 *", "never runs"},
		{"every day", "2 fields"},
		{"0 * * * * *", "6 fields"},
		{"0 9 * * 7", "Sunday is 0"},
		{"60 * * * *", "above maximum"},
		{"*/0 * * * *", "step"},
		{"@fortnightly", "@fortnightly"},
		{"@every", "has no duration"},
		{"@every 0s", "out of range"},
		{"@every -5m", "is negative"},
		{"@every 366d", "out of range"},
		{"@every soon", "soon"},
		{"0 9 * * ・", "contains"},
		{strings.Repeat("1,", 300) + "1 * * * *", "bytes"},
	}
	for _, tt := range tests {
		s, err := Parse(tt.spec)
		if err == nil {
			t.Errorf("Parse(%q) = %v; want an error with %q", tt.spec, s.Next(time.Unix(0, 0)), tt.want)
			continue
		}
		if !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Parse(%q): %v; want it to say %q", tt.spec, err, tt.want)
		}
		if what, want := Explain(err); what == "" || want == "" {
			t.Errorf("Parse(%q): what %q, want %q; want both", tt.spec, what, want)
		}
	}
}

func TestNext(t *testing.T) {
	tests := []struct{ name, spec, zone, after, want string }{
		{"within the hour", "*/15 * * * *", "UTC", "2026-03-02T10:16:00Z", "2026-03-02T10:30:00Z"},
		{"exactly on a run: the one after", "*/15 * * * *", "UTC", "2026-03-02T10:15:00Z", "2026-03-02T10:30:00Z"},
		{"hours in the time zone", "0 9 * * *", "Asia/Hong_Kong", "2026-03-02T00:30:00Z", "2026-03-02T09:00:00+08:00"},
		{"leap day over a century", "0 0 29 2 *", "UTC", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z"},
		{"word", "@daily", "UTC", "2026-03-02T10:16:00Z", "2026-03-03T00:00:00Z"},
		{"every", "@every 10m", "UTC", "2026-03-02T10:16:00Z", "2026-03-02T10:26:00Z"},
		{"every, in days", "@every 1d12h", "UTC", "2026-03-02T10:16:00Z", "2026-03-03T22:16:00Z"},
		{"a skipped hour runs late", "30 2 * * *", "America/New_York", "2026-03-08T01:00:00-05:00", "2026-03-08T03:30:00-04:00"},
		{"an hour that comes twice runs once", "30 1 * * *", "America/New_York", "2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00"},
		{"and runs the first time, east of Greenwich", "30 2 * * *", "Europe/Berlin", "2026-10-25T01:00:00+02:00", "2026-10-25T02:30:00+02:00"},
		{"a line for every hour runs in both", "*/30 * * * *", "America/New_York", "2026-11-01T01:30:00-04:00", "2026-11-01T01:00:00-05:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Parse(tt.spec)
			if err != nil {
				t.Fatal(err)
			}
			zone, err := Zone(tt.zone)
			if err != nil {
				t.Fatal(err)
			}
			after, _ := time.Parse(time.RFC3339, tt.after)
			if got := s.In(zone).Next(after).Format(time.RFC3339); got != tt.want {
				t.Errorf("%q in %s after %s runs at %s, want %s", tt.spec, tt.zone, tt.after, got, tt.want)
			}
		})
	}
}

func TestZone(t *testing.T) {
	for name, ok := range map[string]bool{"": true, "Asia/Hong_Kong": true, "Asia/HongKong": false, "Local": false, "../etc": false} {
		if _, err := Zone(name); (err == nil) != ok {
			t.Errorf("Zone(%q): %v; want accepted = %v", name, err, ok)
		}
	}
}

func TestZeroScheduleNeverRuns(t *testing.T) {
	if next := (Schedule{}).Next(time.Unix(0, 0)); !next.IsZero() {
		t.Errorf("zero schedule runs at %s", next)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"*/5 * * * *", "TZ=0", "CRON_TZ=UTC", "@every 5m", "0 0 30 2 *", "1-5/2 * ? JAN-MAR mon"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, spec string) {
		s, err := Parse(spec)
		if err != nil {
			return
		}
		now := time.Date(2026, 3, 2, 10, 16, 0, 0, time.UTC)
		if next := s.Next(now); !next.After(now) {
			t.Errorf("Parse(%q) runs next at %s", spec, next)
		}
		if _, err := Parse(s.String()); err != nil {
			t.Errorf("Parse(%q) is accepted, but rejected the second time: %v", spec, err)
		}
	})
}
