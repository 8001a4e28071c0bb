package configs

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// newFolder writes regwatch.yaml and other files into a new folder.
func newFolder(t *testing.T, config string, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, FileName), []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

func christmas(day string) string {
	return "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:" + day + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
}

func holidaysOf(c *Config, recipient string) []string {
	r, _ := c.Recipient(recipient)
	return slices.Sorted(maps.Keys(r.Hours.Holidays))
}

const twoDesks = `holidays:
  hk: [hk.ics, 2026-12-24]
  ch: 2026-08-01
recipients:
  desk: {send: [terminal], hours: {days: [mon], holidays: hk}}
  both: {send: [terminal], hours: {holidays: [hk, ch, 2027-01-01..2027-01-02, own.ICS]}}
  none: {send: [terminal]}
`

func TestHolidaysOfRecipients(t *testing.T) {
	dir := newFolder(t, twoDesks, map[string]string{"hk.ics": christmas("20261225"), "own.ICS": christmas("20270406")})
	cfg, problems := Load(dir)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for recipient, want := range map[string][]string{
		"desk": {"2026-12-24", "2026-12-25"},
		"both": {"2026-08-01", "2026-12-24", "2026-12-25", "2027-01-01", "2027-01-02", "2027-04-06"},
		"none": nil,
	} {
		if diff := cmp.Diff(want, holidaysOf(cfg, recipient)); diff != "" {
			t.Errorf("%s: holidays mismatch (-want +got):\n%s", recipient, diff)
		}
	}
}

func TestReloadHolidaysKeepsOldConfig(t *testing.T) {
	dir := newFolder(t, twoDesks, map[string]string{"hk.ics": christmas("20261225"), "own.ICS": christmas("20270406")})
	before, problems := Load(dir)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if err := os.WriteFile(filepath.Join(dir, "hk.ics"), []byte(christmas("20271225")), 0o644); err != nil {
		t.Fatal(err)
	}
	after, problems := before.ReloadHolidays()
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if got := holidaysOf(after, "desk"); !slices.Equal(got, []string{"2026-12-24", "2027-12-25"}) {
		t.Errorf("after the change: holidays of desk %v", got)
	}
	if got := holidaysOf(before, "desk"); !slices.Equal(got, []string{"2026-12-24", "2026-12-25"}) {
		t.Errorf("the old configuration has %v; want no change", got)
	}
	if err := os.WriteFile(filepath.Join(dir, "hk.ics"), []byte(christmas("20261325")), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, problems := before.ReloadHolidays(); !strings.Contains(problems.Error(), `hk.ics:3:20: DTSTART is "20261325", which is not a date`) {
		t.Errorf("a broken calendar gives %v", problems)
	}
}

func TestUnreadableCalendarsAreProblems(t *testing.T) {
	dir := newFolder(t, "holidays:\n  hk: [2026-12-24, gone.ics]\n  odd: folder.ics\n  page: page.ics\n", map[string]string{"page.ics": "<html>"})
	if err := os.Mkdir(filepath.Join(dir, "folder.ics"), 0o755); err != nil {
		t.Fatal(err)
	}
	_, problems := Load(dir)
	want := strings.ReplaceAll(`DIR/page.ics:1:1: this is not an iCalendar file; use a file that starts with BEGIN:VCALENDAR
DIR/regwatch.yaml:2:20: holidays.hk: cannot read calendar gone.ics: the file does not exist; use a path relative to the folder of regwatch.yaml
DIR/regwatch.yaml:3:8: holidays.odd: cannot read calendar folder.ics: it is a folder; use a regular file`, "DIR", dir)
	if diff := cmp.Diff(want, problems.Error()); diff != "" {
		t.Errorf("problems mismatch (-want +got):\n%s", diff)
	}
}

func TestProblemsOmitTextOutsideFolder(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret.ics")
	if err := os.WriteFile(outside, []byte(christmas("hunter2")), 0o600); err != nil {
		t.Fatal(err)
	}
	_, problems := Load(newFolder(t, "holidays: {hk: "+outside+"}\n", nil))
	if got := problems.Error(); strings.Contains(got, "hunter2") || !strings.HasPrefix(got, outside+":3:20: this file has a mistake here") {
		t.Errorf("problems %s; want the position without the text", got)
	}
}

func TestWarnsOfPastHolidays(t *testing.T) {
	const config = `zone: Asia/Hong_Kong
holidays:
  old: [2025-12-25, old.ics]
  new: [2025-12-25, 2026-12-25]
  yearly: yearly.ics
recipients:
  desk: {send: [terminal], hours: {holidays: [new, 2026-12-24]}}
`
	dir := newFolder(t, config, map[string]string{
		"old.ics":    christmas("20261224"),
		"yearly.ics": strings.Replace(christmas("18910801"), "END:VEVENT", "RRULE:FREQ=YEARLY\r\nEND:VEVENT", 1),
	})
	cfg, problems := Load(dir)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	day := time.Date(2026, 12, 24, 15, 59, 59, 0, time.UTC) // still the 24th in Hong Kong
	if got := cfg.Warnings(day); got != nil {
		t.Errorf("on the last day: %v; want no warning", got)
	}
	want := strings.ReplaceAll(`DIR:3:8: holidays.old: the last holiday was 2026-12-24, so future holidays count as working days; add future holidays
DIR:7:46: recipients.desk.hours.holidays: the last holiday was 2026-12-24, so future holidays count as working days; add future holidays`, "DIR", filepath.Join(dir, FileName))
	if diff := cmp.Diff(want, cfg.Warnings(day.Add(time.Second)).Error()); diff != "" {
		t.Errorf("warnings on the day after mismatch (-want +got):\n%s", diff)
	}
}
