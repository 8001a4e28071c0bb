//go:build unix

package app

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
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

// What cannot be taken into use is read again until it can, without a change of any file.
func TestRejectedChangeIsReadAgain(t *testing.T) {
	dir := t.TempDir()
	if _, err := configs.WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	l, problems := openFiles(dir)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	writeFiles(t, dir, map[string]string{"rules/two.yml": "id: two\ntitle: Two\nseverity: low\nwhen: {any: [two]}\n"})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var retries []bool
	l.watch(ctx, nil, func(*Folder, diag.Problems, bool) {
		retries = append(retries, l.retry)
		if l.again = len(retries) < 3; !l.again { // such as a database that is locked twice
			cancel()
		}
	})
	if !slices.Equal(retries, []bool{false, true, true}) {
		t.Errorf("reads that are a retry: %v, want the second and the third of three", retries)
	}
}

// The links of folders lead through other links, and edits happen far away from the folder.
func TestReloadSeesEditsBehindLinkedFolders(t *testing.T) {
	rule := func(title string) string {
		return "id: two\ntitle: " + title + "\nseverity: low\nvocabulary: v.yaml\nwhen: {terms: a}\n"
	}
	tests := []struct {
		name string
		make map[string]string // links in the folder rules
		edit func(t *testing.T, away string)
	}{
		{"a linked folder", map[string]string{"hk": "AWAY/one"}, func(t *testing.T, away string) {
			writeFiles(t, away, map[string]string{"one/two.yaml": rule("New")})
		}},
		{"a link behind a link", map[string]string{"hk": "AWAY/data"}, func(t *testing.T, away string) {
			writeFiles(t, away, map[string]string{"one/two.yaml": rule("New")})
		}},
		{"a linked folder in a linked folder", map[string]string{"hk": "AWAY/outer"}, func(t *testing.T, away string) {
			writeFiles(t, away, map[string]string{"one/two.yaml": rule("New")})
		}},
		{"a link that is changed", map[string]string{"hk": "AWAY/data"}, func(t *testing.T, away string) {
			writeFiles(t, away, map[string]string{"other/two.yaml": rule("New")})
			if err := errors.Join(os.Symlink("other", filepath.Join(away, "next")), os.Rename(filepath.Join(away, "next"), filepath.Join(away, "data"))); err != nil {
				t.Fatal(err)
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir, away := t.TempDir(), t.TempDir()
			if _, err := configs.WriteStarter(dir); err != nil {
				t.Fatal(err)
			}
			writeFiles(t, away, map[string]string{"one/two.yaml": rule("Old"), "outer/README": "x"})
			writeFiles(t, dir, map[string]string{"rules/vocabulary/v.yaml": "a: [alpha]\n"})
			for link, to := range map[string]string{filepath.Join(away, "data"): "one", filepath.Join(away, "outer", "inner"): "../one", filepath.Join(away, "one", "loop"): ".."} {
				if err := os.Symlink(to, link); err != nil {
					t.Fatal(err)
				}
			}
			for link, to := range tt.make {
				if err := os.Symlink(strings.ReplaceAll(to, "AWAY", away), filepath.Join(dir, "rules", link)); err != nil {
					t.Fatal(err)
				}
			}
			l, problems := openFiles(dir)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			next, refused := watchFor(t, l, func() { tt.edit(t, away) })
			if len(refused) > 0 {
				t.Fatal(refused)
			}
			for _, r := range next.Rules.Rules() {
				if r.ID == "two" && r.Title != "New" {
					t.Errorf("the rule in force is %q", r.Title)
				}
			}
		})
	}
}

// What editors and systems leave behind is no change, and stops nothing.
func TestReloadIgnoresLeftovers(t *testing.T) {
	dir := t.TempDir()
	if _, err := configs.WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	l, problems := openFiles(dir)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, folder := range []string{"rules", "sources", "rules/vocabulary"} {
		for _, name := range []string{"._x.yaml", "x.yaml~", "#x.yaml#", ".x.yaml.swp", ".DS_Store", "x.yaml.bak"} {
			writeFiles(t, dir, map[string]string{folder + "/" + name: "not: [yaml\x00"})
		}
		if err := os.Symlink("me@host.17:3", filepath.Join(dir, folder, ".#x.yaml")); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*reloadEvery)
	defer cancel()
	l.watch(ctx, nil, func(*Folder, diag.Problems, bool) { t.Error("the folder was read again") })
	if folder, problems := ReadFolder(dir); len(problems) > 0 || len(folder.Skipped) > 0 {
		t.Errorf("problems %v, skipped %v", problems, folder.Skipped)
	}
}
