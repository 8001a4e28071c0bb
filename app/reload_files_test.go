//go:build unix

package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"regwatch/configs"
	"regwatch/internal/diag"
	"regwatch/models"
)

// watchFor makes an edit under a running watch, and returns what was read with its problems.
func watchFor(t *testing.T, l *files, edit func()) (*Folder, diag.Problems) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var read *Folder
	var problems diag.Problems
	edit()
	l.watch(ctx, nil, func(next *Folder, found diag.Problems, _ bool) {
		read, problems = next, found
		cancel()
	})
	if read == nil {
		t.Fatal("the edit was not seen")
	}
	return read, problems
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
			_, refused := watchFor(t, l, func() {
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
	next, refused := watchFor(t, l, func() {
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
	for _, r := range next.Rules.Rules() {
		if r.ID == "crypto-ban" && !strings.HasPrefix(r.Title, "Of two") {
			t.Errorf("the rule in force is %q, want that of the second version", r.Title)
		}
	}
}

func TestReloadReadsHolidays(t *testing.T) {
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
	if _, problems := watchFor(t, l, func() { calendar("20261226, the day after") }); !strings.Contains(problems.Error(), "hk.ics:3:20: DTSTART is") {
		t.Errorf("the problems of a broken calendar are %v; want its place", problems)
	}
	next, problems := watchFor(t, l, func() { calendar("20261226") })
	if off := next.Config.Routing().Recipients["desk"].Hours.Holidays; len(problems) > 0 || !off["2026-12-26"] || off["2026-12-25"] {
		t.Errorf("after an edit (problems: %v) the holidays are %v; want those of the edit", problems, off)
	}
}

// A change of a list of entities is a change of the rules that use it, and of no other.
func TestReloadReadsEntities(t *testing.T) {
	dir := t.TempDir()
	if _, err := configs.WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "rules", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("firms.yaml", "id: firms\ntitle: Firms\nseverity: low\nterms: {firms: {file: firms.csv}}\nwhen: $firms\n")
	write("lists/firms.csv", "id,name\ncircle,Circle Internet Group\n")
	l, problems := openFiles(dir)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	before := l.get().Rules
	if _, problems := watchFor(t, l, func() { write("lists/firms.csv", "id,name\ncircle,Circle Internet Group\ncircle,Tether\n") }); !strings.Contains(problems.Error(), filepath.Join(dir, "rules", "lists", "firms.csv")+`:3:1: id "circle" is taken`) {
		t.Errorf("the problems of a broken list are %v; want its place", problems)
	}
	next, problems := watchFor(t, l, func() { write("lists/firms.csv", "id,name\ncircle,Circle Internet Group\ntether,Tether\n") })
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if changed := changedRules(before, next.Rules); len(changed) != 1 || changed[0] != "firms" {
		t.Errorf("changed rules %v, want firms", changed)
	}
	if found := next.Rules.Match(models.Article{Title: "Tether"}); len(found) != 1 {
		t.Errorf("%d matches of the new name, want 1", len(found))
	}
}

// A file that a faulty change misses may come later.
func TestFileThatAChangeMissesIsSeenWhenItComes(t *testing.T) {
	dir := t.TempDir()
	if _, err := configs.WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	l, problems := openFiles(dir)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	config := "recipients:\n  desk: {send: [terminal], hours: {holidays: hk.ics}}\nroutes: {default: [desk]}\n"
	if _, problems := watchFor(t, l, func() { writeFiles(t, dir, map[string]string{configs.FileName: config}) }); !strings.Contains(problems.Error(), "cannot read calendar hk.ics") {
		t.Fatalf("the problems are %v; want that the calendar is missing", problems)
	}
	_, problems = watchFor(t, l, func() {
		writeFiles(t, dir, map[string]string{"hk.ics": "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261225\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"})
	})
	if len(problems) > 0 {
		t.Errorf("after the calendar came: %v", problems)
	}
}
