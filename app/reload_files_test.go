//go:build unix

package app

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"regwatch/configs"
	"regwatch/internal/diag"
	"regwatch/internal/logbuffer"
)

// watchFor makes an edit under a running watch, and returns what is refused; nil
// if the edit is taken up.
func watchFor(t *testing.T, l *files, edit func()) diag.Problems {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var errs logbuffer.Buffer
	var refused diag.Problems
	decided := false
	edit()
	l.watch(ctx, slog.New(slog.NewTextHandler(&errs, nil)), nil,
		func(*Folder) { decided = true; cancel() },
		func(p diag.Problems) { decided, refused = true, p; cancel() })
	if !decided {
		t.Fatalf("the edit was not noticed; the log is:\n%s", errs.String())
	}
	return refused
}

func TestReloadRefusesDevicesAndPipes(t *testing.T) {
	dir := t.TempDir()
	if _, err := configs.WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	tests := map[string]func(path string) error{
		"is a device":     func(path string) error { return os.Symlink("/dev/zero", path) },
		"is a named pipe": func(path string) error { return syscall.Mkfifo(path, 0o644) },
	}
	for want, make := range tests {
		for _, folder := range []string{"rules", "sources", "rules/vocabulary"} {
			l, problems := openFiles(dir)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			path := filepath.Join(dir, folder, "odd.yaml")
			refused := watchFor(t, l, func() {
				if err := make(path); err != nil {
					t.Fatal(err)
				}
			})
			if !strings.Contains(refused.Error(), path+": ") || !strings.Contains(refused.Error(), want) {
				t.Errorf("%s: refused with %v, want %q", folder, refused, want)
			}
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A ConfigMap is changed by pointing ..data to another folder.
func TestReloadFollowsLinks(t *testing.T) {
	dir := t.TempDir()
	if _, err := configs.WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	rules := filepath.Join(dir, "rules")
	written := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for _, version := range []string{"..one", "..two"} {
		if err := os.Mkdir(filepath.Join(rules, version), 0o755); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(rules, "crypto-ban.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		changed := strings.Replace(string(text), "\ntitle: ", "\ntitle: Of "+version[2:]+" ", 1)
		file := filepath.Join(rules, version, "crypto-ban.yaml")
		if err := os.WriteFile(file, []byte(changed), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, written, written); err != nil {
			t.Fatal(err)
		}
		written = written.Add(time.Hour)
	}
	for _, step := range []func() error{
		func() error { return os.Remove(filepath.Join(rules, "crypto-ban.yaml")) },
		func() error { return os.Symlink("..one", filepath.Join(rules, "..data")) },
		func() error { return os.Symlink("..data/crypto-ban.yaml", filepath.Join(rules, "crypto-ban.yaml")) },
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	l, problems := openFiles(dir)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	refused := watchFor(t, l, func() {
		if err := os.Symlink("..two", filepath.Join(rules, "..tmp")); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(filepath.Join(rules, "..tmp"), filepath.Join(rules, "..data")); err != nil {
			t.Fatal(err)
		}
	})
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	for _, r := range l.get().Rules.Rules() {
		if r.ID == "crypto-ban" && !strings.HasPrefix(r.Title, "Of two") {
			t.Errorf("the rule in force is %q, want that of the second version", r.Title)
		}
	}
}

func TestReloadTakesUpHolidays(t *testing.T) {
	dir := t.TempDir()
	if _, err := configs.WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	calendar := func(day string) {
		t.Helper()
		text := "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:" + day + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
		if err := os.WriteFile(filepath.Join(dir, "hk.ics"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	config := "recipients:\n  desk: {send: [terminal], hours: {holidays: hk.ics}}\nroutes: {default: [desk]}\n"
	if err := os.WriteFile(filepath.Join(dir, configs.FileName), []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	calendar("20261225")
	l, problems := openFiles(dir)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	off := func() map[string]bool { return l.get().Config.Routing().Recipients["desk"].Hours.Holidays }

	if refused := watchFor(t, l, func() { calendar("20261226, the day after") }); !strings.Contains(refused.Error(), "hk.ics:3:20: DTSTART is") || !off()["2026-12-25"] {
		t.Errorf("a broken calendar is refused with %v, and the holidays are %v; want it refused with its place, and the earlier ones kept", refused, off())
	}
	if refused := watchFor(t, l, func() { calendar("20261226") }); refused != nil || !off()["2026-12-26"] || off()["2026-12-25"] {
		t.Errorf("after an edit (refused: %v) the holidays are %v; want those of the edit", refused, off())
	}
}
