package app

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"regwatch/configs"
	"regwatch/internal/diag"
)

// An edit made while the program starts is seen.
func TestEditDuringTheStartIsSeen(t *testing.T) {
	dir := t.TempDir()
	if _, err := configs.WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	l, problems := openFiles(dir)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	rules := len(l.get().Rules.Rules())
	if err := os.Remove(filepath.Join(dir, "rules", "crypto-ban.yaml")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	got := 0
	l.watch(ctx, nil, func(next *Folder, problems diag.Problems, _ bool) {
		if len(problems) > 0 {
			t.Error(problems)
		}
		got = len(next.Rules.Rules())
		cancel()
	})
	if got != rules-1 {
		t.Errorf("%d rules were read, want %d", got, rules-1)
	}
}

// Some editors and copy programs keep the time of a file.
func TestEditThatKeepsSizeAndTimeIsSeen(t *testing.T) {
	dir := t.TempDir()
	if _, err := configs.WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, configs.FileName)
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	write := func(zone string) {
		t.Helper()
		if err := os.WriteFile(path, []byte("zone: "+zone+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	write("Asia/Tokyo")
	l, problems := openFiles(dir)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	time.AfterFunc(2*reloadEvery, func() { write("Asia/Seoul") })
	zone := ""
	l.watch(ctx, nil, func(next *Folder, _ diag.Problems, _ bool) {
		zone = next.Config.Zone
		cancel()
	})
	if zone != "Asia/Seoul" {
		t.Errorf("the zone that was read is %q, want that of the edit", zone)
	}
}

// A file that is only touched is not read again.
func TestTouchedFileIsNotAChange(t *testing.T) {
	dir := t.TempDir()
	if _, err := configs.WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	l, problems := openFiles(dir)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*reloadEvery)
	defer cancel()
	now := time.Now()
	if err := os.Chtimes(filepath.Join(dir, configs.FileName), now, now); err != nil {
		t.Fatal(err)
	}
	l.watch(ctx, nil, func(*Folder, diag.Problems, bool) { t.Error("the folder was read again") })
}
