//go:build unix

package store

import (
	"bufio"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestKillDuringUpgradeLosesNothing kills the program while it upgrades a database,
// each time a little later, until it gets to the end. The time counts from when it begins to
// open the database, or half of the kills would meet a program that is still being loaded.
func TestKillDuringUpgradeLosesNothing(t *testing.T) {
	all := 0
	onEachFixture(t, func(t *testing.T, o Options, from fixtureFile) {
		before := tablesOf(t, o)
		kills := 0
		// Longer steps each time, or a slow machine would be killed a thousand times.
		for delay := time.Duration(0); ; delay += 2*time.Millisecond + delay/4 {
			cmd := program(t, self(t), "open", o, "")
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
				t.Fatalf("the program did not begin: %v", err)
			}
			timer := time.AfterFunc(delay, func() { _ = cmd.Process.Kill() })
			err = cmd.Wait()
			timer.Stop()
			if err == nil {
				break
			}
			if cmd.ProcessState.Exited() {
				t.Fatalf("after %d kills the program ended by itself: %v", kills, err)
			}
			kills++
		}
		t.Logf("%d kills", kills) // 0 is possible: one small migration may end before the first
		all += kills
		checkBackups(t, o, before)
		for _, fault := range lost(from.version, before, tablesOf(t, o)) {
			t.Error(fault)
		}
		s := open(t, o)
		soundAudit(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		db := plain(t, o)
		if got, want := texts(t, db, "SELECT MAX(version_id) FROM "+versionTable), fmt.Sprint(newest(t)); got[0] != want {
			t.Errorf("the schema has version %s, want %s", got[0], want)
		}
	})
	if all == 0 {
		t.Error("no program was killed")
	}
}

// checkBackups checks that everything named like a backup of the file is one: a
// person may restore it.
func checkBackups(t *testing.T, o Options, before map[string]table) {
	t.Helper()
	if o.DSN != "" {
		return // backups of PostgreSQL are its administrator's
	}
	paths, err := filepath.Glob(o.Path + ".bak-*")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no backups: %v", err)
	}
	for _, path := range paths {
		if strings.Contains(path, partSuffix) {
			continue // its name says that it is not whole
		}
		for name, was := range before {
			if is := tablesOf(t, Options{Path: path})[name]; len(is.rows) < len(was.rows) {
				t.Errorf("%s has %d rows of %s, want %d", path, len(is.rows), name, len(was.rows))
			}
		}
	}
}
