//go:build unix

package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"regwatch/models"
)

// commitStory commits one article with its event and its alert.
func commitStory(t testing.TB, s *Store, n int) {
	t.Helper()
	a := article("hkma", fmt.Sprint(n), fmt.Sprintf("Story %d", n), noon.Add(time.Duration(n)*time.Minute))
	commit(t, s, decide(t.Context(), s, a, fmt.Sprintf("story %d", n)))
}

// withStories is a closed database with stories in it.
func withStories(t *testing.T, from, to int, o Options) Options {
	t.Helper()
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for n := from; n < to; n++ {
		commitStory(t, s, n)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return o
}

// sidecarIs returns what the sidecar holds.
func sidecarIs(t *testing.T, o Options) models.AuditHead {
	t.Helper()
	h, err := readSidecar(sidecarOf(o.Path))
	if err != nil || h == nil {
		t.Fatalf("the sidecar holds %v, %v", h, err)
	}
	return *h
}

func headIs(t *testing.T, s *Store) models.AuditHead {
	t.Helper()
	h, err := headOf(s.read.WithContext(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func bytesOf(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return content
}

func put(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOpenRefusesADatabaseThatHasLostData(t *testing.T) {
	tests := []struct {
		name  string
		lose  func(t *testing.T, o Options)
		found int64
		says  string
	}{
		{"truncated to nothing", func(t *testing.T, o Options) { put(t, o.Path, nil) }, 0, "but it is empty or absent"},
		{"deleted", func(t *testing.T, o Options) {
			if err := os.Remove(o.Path); err != nil {
				t.Fatal(err)
			}
		}, 0, "but it is empty or absent"},
		{"truncated under its WAL", func(t *testing.T, o Options) {
			db, wal := crashed(t, o)
			put(t, o.Path, db[:0])
			put(t, o.Path+"-wal", wal)
		}, 0, "but it is empty or absent"},
		{"WAL deleted", func(t *testing.T, o Options) {
			db, _ := crashed(t, o)
			put(t, o.Path, db)
		}, 12, "but the audit in it ends at entry 12"},
		{"WAL cut", func(t *testing.T, o Options) {
			db, wal := crashed(t, o)
			put(t, o.Path, db)
			put(t, o.Path+"-wal", wal[:len(wal)/2])
		}, -1, "but the audit in it ends at entry"},
		{"an old backup in its place", func(t *testing.T, o Options) {
			old := bytesOf(t, o.Path)
			withStories(t, 3, 6, o)
			put(t, o.Path, old)
		}, 12, "reached entry 24, but the audit in it ends at entry 12"},
		{"another database in its place", func(t *testing.T, o Options) {
			other := withStories(t, 10, 20, freshSQLite(t))
			put(t, o.Path, bytesOf(t, other.Path))
		}, 40, "reached entry 12, but entry 12 in it is another one"},
		{"truncated to nothing, and a sidecar that cannot be read", func(t *testing.T, o Options) {
			put(t, o.Path, nil)
			put(t, sidecarOf(o.Path), nil)
		}, 0, "cannot be read, but it is empty or absent"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := withStories(t, 0, 3, freshSQLite(t))
			tt.lose(t, o)
			db, wal, sidecar := bytesOf(t, o.Path), bytesOf(t, o.Path+"-wal"), bytesOf(t, sidecarOf(o.Path))
			for range 2 { // to be refused changes nothing about it
				s, err := Open(t.Context(), o)
				lost, ok := errors.AsType[*DataLossError](err)
				if !ok {
					t.Fatalf("Open = %v, %v; want a DataLossError", s, err)
				}
				if tt.found >= 0 && lost.Found != tt.found || !strings.Contains(err.Error(), tt.says) ||
					!strings.Contains(err.Error(), "--accept-data-loss") || !strings.Contains(err.Error(), o.Path) {
					t.Errorf("found entry %d: %v\nwant entry %d, and %q", lost.Found, err, tt.found, tt.says)
				}
			}
			if !bytes.Equal(db, bytesOf(t, o.Path)) || !bytes.Equal(sidecar, bytesOf(t, sidecarOf(o.Path))) {
				t.Error("the database or its sidecar was changed")
			}
			if tt.found == 0 && !bytes.Equal(wal, bytesOf(t, o.Path+"-wal")) {
				t.Error("the WAL, from which the data might be saved, was changed")
			}

			o.AcceptDataLoss = true
			s, err := Open(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			loss := s.DataLoss()
			if loss == nil {
				t.Fatal("the accepted loss is not told")
			}
			if err := s.RecordDataLoss(t.Context(), loss, "ann", noon); err != nil {
				t.Fatal(err)
			}
			commitStory(t, s, 100)
			soundAudit(t, s)
			want := headIs(t, s)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			o.AcceptDataLoss = false
			if s := open(t, o); s.DataLoss() != nil || sidecarIs(t, o) != want {
				t.Errorf("afterwards: loss %v, sidecar at %v; want it at %v", s.DataLoss(), sidecarIs(t, o), want)
			}
		})
	}
}

// crashed returns the files of the database as they lie when the program ends
// with more stories in the WAL. Afterwards the sidecar is ahead of the file, and
// the WAL is gone.
func crashed(t *testing.T, o Options) (db, wal []byte) {
	t.Helper()
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for n := 3; n < 6; n++ {
		commitStory(t, s, n)
	}
	db, wal = bytesOf(t, o.Path), bytesOf(t, o.Path+"-wal")
	if len(wal) == 0 {
		t.Fatal("the WAL holds nothing")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return db, wal
}

// A file that is cut is damaged, which is told whether or not a loss is accepted.
func TestOpenRefusesACutDatabase(t *testing.T) {
	o := withStories(t, 0, 30, freshSQLite(t))
	whole := bytesOf(t, o.Path)
	for _, size := range []int{1, 50, 100, 511, 512, 4096, 5000, len(whole) / 2, len(whole) - 4096, len(whole) - 1} {
		for _, accept := range []bool{false, true} {
			put(t, o.Path, whole[:size])
			o.AcceptDataLoss = accept
			s, err := Open(t.Context(), o)
			if err == nil {
				t.Errorf("cut to %d of %d bytes, accepted %t: it opened, with a loss of %v", size, len(whole), accept, s.DataLoss())
				s.Close()
			}
			t.Logf("cut to %d of %d bytes: %v", size, len(whole), err)
		}
	}
}

func TestOpenMakesASidecarWhereThereIsNone(t *testing.T) {
	o := freshSQLite(t)
	s := open(t, o)
	if got := sidecarIs(t, o); got != headIs(t, s) {
		t.Errorf("beside a new database it holds %v", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	withStories(t, 0, 3, o)
	// As it was with a release that knew no sidecar.
	if err := os.Remove(sidecarOf(o.Path)); err != nil {
		t.Fatal(err)
	}
	s = open(t, o)
	if got := sidecarIs(t, o); got.Seq != 12 || got != headIs(t, s) {
		t.Errorf("beside an existing database it holds %v, want %v", got, headIs(t, s))
	}
}

func TestOpenWritesASidecarAnewThatCannotBeRead(t *testing.T) {
	for _, content := range []string{"", "{", `{"audit_seq":-1}`, strings.Repeat(" ", 5000)} {
		o := withStories(t, 0, 3, freshSQLite(t))
		put(t, sidecarOf(o.Path), []byte(content))
		var log bytes.Buffer
		o.Log = slog.New(slog.NewTextHandler(&log, nil))
		s := open(t, o)
		if got := sidecarIs(t, o); got != headIs(t, s) || !strings.Contains(log.String(), "cannot be read, and is written anew") {
			t.Errorf("of %.20q it became %v, and the log is %q", content, got, log.String())
		}
	}
}

func TestSidecarIsWrittenASecondAfterTheFirstCommit(t *testing.T) {
	o := freshSQLite(t)
	synctest.Test(t, func(t *testing.T) {
		s, err := Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		writes := 0
		save := s.sidecar.save
		s.sidecar.save = func(ctx context.Context) error { writes++; return save(ctx) }
		for n := range 20 {
			commitStory(t, s, n)
		}
		if got := sidecarIs(t, o); got.Seq != 0 {
			t.Errorf("at once it holds %v", got)
		}
		time.Sleep(sidecarDelay)
		synctest.Wait()
		if got := sidecarIs(t, o); got != headIs(t, s) || writes != 1 {
			t.Errorf("a second later it holds %v after %d writes, want %v after 1", got, writes, headIs(t, s))
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if writes != 1 {
			t.Errorf("an idle store wrote it %d times", writes-1)
		}
		commitStory(t, s, 20)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if got := sidecarIs(t, o); got.Seq != 84 {
			t.Errorf("after closing it holds %v", got)
		}
	})
}

// The sidecar cannot be written, as on a full disk: its place is taken by a folder.
func TestASidecarThatCannotBeWrittenStopsNothing(t *testing.T) {
	o := withStories(t, 0, 3, freshSQLite(t))
	if err := os.Remove(sidecarOf(o.Path)); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(sidecarOf(o.Path), "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	s := open(t, o)
	for n := 3; n < 6; n++ {
		commitStory(t, s, n)
		s.sidecar.flush(false)
	}
	if n := strings.Count(log.String(), "cannot be written"); n != 1 {
		t.Errorf("told %d times, want once:\n%s", n, log.String())
	}
	if err := os.RemoveAll(sidecarOf(o.Path)); err != nil {
		t.Fatal(err)
	}
	commitStory(t, s, 6)
	s.sidecar.flush(false)
	if got := sidecarIs(t, o); got != headIs(t, s) {
		t.Errorf("when it can be written again it holds %v, want %v", got, headIs(t, s))
	}
}

func TestProgramsShareTheSidecar(t *testing.T) {
	o := freshSQLite(t)
	var wait sync.WaitGroup
	for _, source := range []string{"hkma", "sfc", "press"} {
		cmd := program(t, self(t), "stories", o, source)
		wait.Go(func() {
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	wait.Wait()
	last := sidecarIs(t, o)
	if s := open(t, o); last != headIs(t, s) {
		t.Errorf("after the last program it holds %v, want %v", last, headIs(t, s))
	}
}

// A slower program never sets the sidecar back: it writes what the database holds.
func TestAProgramThatWritesLateDoesNotSetTheSidecarBack(t *testing.T) {
	o := freshSQLite(t)
	slow, quick := open(t, o), open(t, o)
	commitStory(t, slow, 0)
	commitStory(t, quick, 1)
	quick.sidecar.flush(false)
	slow.sidecar.flush(false)
	if got := sidecarIs(t, o); got != headIs(t, quick) {
		t.Errorf("it holds %v, want %v", got, headIs(t, quick))
	}
}

func TestAProgramKilledBeforeItWroteTheSidecarStartsAgain(t *testing.T) {
	o := freshSQLite(t)
	cmd := program(t, self(t), "for ever", o, "hkma")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	killAfter(t, cmd, out, 5)
	before := sidecarIs(t, o)
	s := open(t, o)
	if s.DataLoss() != nil || before.Seq >= headIs(t, s).Seq {
		t.Errorf("loss %v, sidecar at %d, database at %d; want the sidecar behind", s.DataLoss(), before.Seq, headIs(t, s).Seq)
	}
	if got := sidecarIs(t, o); got != headIs(t, s) {
		t.Errorf("after the next start it holds %v, want %v", got, headIs(t, s))
	}
}

func TestCopyWritesTheSidecarOfTheCopy(t *testing.T) {
	o, to := withStories(t, 0, 3, freshSQLite(t)), freshSQLite(t)
	from := open(t, o)
	other, err := Open(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(from.CopyTo(t.Context(), other, nil), other.Close()); err != nil {
		t.Fatal(err)
	}
	if got := sidecarIs(t, to); got != headIs(t, from) {
		t.Errorf("it holds %v, want %v", got, headIs(t, from))
	}
}

func TestPostgresHasNoSidecar(t *testing.T) {
	s := open(t, freshPostgres(t))
	commitStory(t, s, 0)
	if s.sidecar != nil || s.DataLoss() != nil {
		t.Errorf("sidecar %v, loss %v", s.sidecar, s.DataLoss())
	}
}

func TestALinkToADatabaseSharesItsSidecar(t *testing.T) {
	o := withStories(t, 0, 3, freshSQLite(t))
	linked := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(o.Path, linked); err != nil {
		t.Fatal(err)
	}
	withStories(t, 3, 4, Options{Path: linked})
	if got := sidecarIs(t, o); got.Seq != 16 {
		t.Errorf("the sidecar beside the database holds %v", got)
	}
	put(t, o.Path, nil)
	if _, err := Open(t.Context(), Options{Path: linked}); err == nil {
		t.Error("the link to a truncated database was opened")
	}
}
