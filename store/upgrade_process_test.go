//go:build unix

package store

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Several programs start at the same time after an update: one of them upgrades
// the database, and the others wait for it.
func TestProcessesUpgradeAnOldDatabaseOnce(t *testing.T) {
	onEachFixture(t, func(t *testing.T, o Options, from fixtureFile) {
		before := tablesOf(t, o)
		done := make(chan error)
		const programs = 3
		for range programs {
			cmd := program(t, self(t), "open", o, "")
			go func() {
				out, err := cmd.CombinedOutput()
				if err != nil {
					err = fmt.Errorf("%w: %s", err, out)
				}
				done <- err
			}()
		}
		for range programs {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		for _, fault := range lost(from.version, before, tablesOf(t, o)) {
			t.Error(fault)
		}
		db := plain(t, o)
		var want []string
		for version := range newest(t) + 1 {
			want = append(want, fmt.Sprint(version))
		}
		applied := texts(t, db, "SELECT version_id FROM schema_migrations ORDER BY id")
		if diff := cmp.Diff(want, applied); diff != "" {
			t.Errorf("migrations that were applied mismatch (-want +got):\n%s", diff)
		}
		if o.DSN != "" {
			return
		}
		backups, err := filepath.Glob(o.Path + ".bak-*")
		if err != nil {
			t.Fatal(err)
		}
		var copies []string
		if from.version < newest(t) {
			copies = []string{fmt.Sprintf("%s.bak-%d", o.Path, from.version)}
		}
		if got, want := strings.Join(backups, " "), strings.Join(copies, " "); got != want {
			t.Errorf("the programs copied the file to %q; want %q", got, want)
		}
	})
}
