//go:build unix

package store

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"regwatch/models"
)

// roleVariable makes the test binary play another program that uses the same
// database.
const roleVariable = "REGWATCH_STORE_TEST_ROLE"

func TestMain(m *testing.M) {
	roles := map[string]func(context.Context, Options, string) error{
		"begin page": beginPageAndDie,
		"store once": storeOnceSlowly,
		"stories":    tellStories,
		"for ever": func(ctx context.Context, o Options, source string) error {
			return commitForEver(ctx, o, source)
		},
		"release": releaseAll,
		"open": func(ctx context.Context, o Options, _ string) error {
			fmt.Println("opening")
			s, err := Open(ctx, o)
			if err != nil {
				return err
			}
			return s.Close()
		},
	}
	role, asked := roles[os.Getenv(roleVariable)]
	if !asked {
		os.Exit(m.Run())
	}
	var o Options
	err := json.Unmarshal([]byte(os.Args[1]), &o)
	if err == nil {
		err = role(context.Background(), o, os.Args[2])
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(0)
}

// program is the test binary in a role, on the same database.
func program(t testing.TB, binary, role string, o Options, source string) *exec.Cmd {
	t.Helper()
	given, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), binary, string(given), source)
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	return cmd
}

func self(t testing.TB) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

const stories = 40

// tellStories commits one article of each story, as a scan of a source that all
// report on the same events: it opens an event or joins the one that is there.
func tellStories(ctx context.Context, o Options, source string) error {
	s, err := Open(ctx, o)
	if err != nil {
		return err
	}
	for i := range stories {
		a := article(source, strconv.Itoa(i), fmt.Sprintf("Story %d", i), noon.Add(time.Duration(i)*time.Minute))
		for {
			err := s.Commit(ctx, decide(ctx, s, a, fmt.Sprintf("story %d", i)))
			if err == nil {
				break
			}
			if !errors.Is(err, models.ErrStale) {
				return errors.Join(err, s.Close())
			}
		}
	}
	return s.Close()
}

// decide is the line from reading to committing in small.
func decide(ctx context.Context, s *Store, a models.Article, key string) models.Scan {
	state, err := s.SourceState(ctx, a.SourceID)
	if err != nil {
		panic(err)
	}
	events, generation, err := s.Candidates(ctx, models.Lookup{Keys: []string{key}})
	if err != nil {
		panic(err)
	}
	scan := scanOf(state, generation, a, key)
	if len(events) > 0 {
		e := events[0]
		e.Revision++
		scan.Changes[0] = models.Change{Kind: models.Copied, Event: e, Joined: place(e, a), Article: a}
		scan.Notices = nil
	}
	return scan
}

// What two goroutines and two programs that tell the same stories make of them.
func oneEventAStory(t *testing.T, o Options, tellers int) {
	t.Helper()
	s := open(t, o)
	want := Counts{Articles: int64(tellers * stories), Matches: int64(tellers * stories), Events: stories, Notices: stories, Due: stories}
	got := counts(t, s)
	want.Audit = got.Audit
	if got != want {
		t.Errorf("stored %+v\nwant   %+v: one event a story with one alert", got, want)
	}
	for i := range stories {
		events, _, err := s.Candidates(t.Context(), models.Lookup{Keys: []string{fmt.Sprintf("story %d", i)}})
		if err != nil || len(events) != 1 || len(events[0].Articles) != tellers || events[0].Revision != tellers {
			t.Errorf("story %d: %d events, %v; want one with %d articles", i, len(events), err, tellers)
		}
	}
	soundAudit(t, s)
}

func TestGoroutinesWithOneStoryMakeOneEvent(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		var wait sync.WaitGroup
		for _, source := range []string{"hkma", "sfc", "press"} {
			wait.Go(func() {
				if err := tellStories(t.Context(), o, source); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		oneEventAStory(t, o, 3)
	})
}

func TestProcessesWithOneStoryMakeOneEvent(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		var wait sync.WaitGroup
		for _, source := range []string{"hkma", "sfc"} {
			cmd := program(t, self(t), "stories", o, source)
			wait.Go(func() {
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Errorf("%v: %s", err, out)
				}
			})
		}
		wait.Wait()
		oneEventAStory(t, o, 2)
	})
}

// releaseAll tells what waits, three notices at a time, until nothing does.
func releaseAll(ctx context.Context, o Options, _ string) error {
	s, err := Open(ctx, o)
	if err != nil {
		return err
	}
	defer s.Close()
	for {
		waiting, _, err := s.DeferredNotices(ctx, noon.Add(time.Hour))
		if err != nil || len(waiting) == 0 {
			return err
		}
		some := waiting[:min(3, len(waiting))]
		for i := range some {
			some[i] = delivered(some[i], noon)
		}
		if err := s.CommitFlush(ctx, some, noon); err != nil && !errors.Is(err, models.ErrStale) {
			return err
		}
	}
}

func TestProcessesFlushDeferredNoticesOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		for i := range stories {
			delayed(t, s, fmt.Sprintf("E%02d", i))
		}
		var wait sync.WaitGroup
		for range 3 {
			cmd := program(t, self(t), "release", o, "")
			wait.Go(func() {
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Errorf("%v: %s", err, out)
				}
			})
		}
		wait.Wait()
		released := 0
		for _, action := range actions(t, s) {
			if action == "notice.released" {
				released++
			}
		}
		if c := counts(t, s); released != stories || c.Due != stories {
			t.Errorf("released %d times with %d deliveries, want %d of both", released, c.Due, stories)
		}
		soundAudit(t, s)
	})
}

// The first of two that have read the same thing commits; the other is stale.
func TestOfTwoDecisionsFromOneReadingOneIsStale(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s, other := open(t, o), open(t, o)
		first := decide(t.Context(), s, article("hkma", "1", "Coin rules", noon), "story")
		second := decide(t.Context(), other, article("sfc", "1", "Coin rules", noon), "story")
		commit(t, s, first)
		if err := other.Commit(t.Context(), second); !errors.Is(err, models.ErrStale) {
			t.Fatalf("Commit = %v, want ErrStale", err)
		}
		commit(t, other, decide(t.Context(), other, article("sfc", "1", "Coin rules", noon), "story"))
		if got := counts(t, s).Events; got != 1 {
			t.Errorf("%d events of one story", got)
		}
	})
}

// commitForEver commits scans and says how many it has committed.
func commitForEver(ctx context.Context, o Options, source string) error {
	s, err := Open(ctx, o)
	if err != nil {
		return err
	}
	state, err := s.SourceState(ctx, source)
	if err != nil {
		return err
	}
	for i := state.Generation; ; i++ {
		a := article(source, strconv.FormatInt(i, 10), fmt.Sprintf("Story %d", i), noon.Add(time.Duration(i)*time.Second))
		if err := s.Commit(ctx, decide(ctx, s, a, fmt.Sprint("story ", i))); err != nil {
			return err
		}
		fmt.Println(i + 1)
	}
}

func TestAKilledProgramHasCommittedWholeScans(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		for round := range 8 {
			cmd := program(t, self(t), "for ever", o, "hkma")
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			said := killAfter(t, cmd, out, 3+round*5)

			s := open(t, o)
			state, err := s.SourceState(t.Context(), "hkma")
			if err != nil {
				t.Fatal(err)
			}
			if state.Generation < said {
				t.Fatalf("the program said that %d scans are committed, %d are", said, state.Generation)
			}
			n := state.Generation
			want := Counts{Articles: n, Matches: n, Events: n, Notices: n, Due: n, Audit: 4 * n}
			if got := counts(t, s); got != want {
				t.Errorf("after %d scans and a kill: %+v, want %+v", n, got, want)
			}
			soundAudit(t, s)
		}
	})
}

// killAfter kills a program somewhere after its nth line, and returns the last
// number that it said.
func killAfter(t *testing.T, cmd *exec.Cmd, out io.Reader, lines int) int64 {
	t.Helper()
	var last int64
	seen := 0
	for scan := bufio.NewScanner(out); scan.Scan(); seen++ {
		n, err := strconv.ParseInt(scan.Text(), 10, 64)
		if err != nil {
			t.Fatalf("the program said %q", scan.Text())
		}
		last = n
		if seen == lines {
			// It goes on committing while the signal is on its way.
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait() // it was killed
	if seen < lines {
		t.Fatalf("the program ended by itself after %d lines", seen)
	}
	return last
}

func TestOpenReportsAReadOnlyFileOrFolder(t *testing.T) {
	// Root may write everywhere, so the test goes on as nobody.
	folder, err := os.MkdirTemp("", "regwatch-readonly")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	binary := filepath.Join(folder, "program")
	copyFile(t, self(t), binary, 0o755)
	data := filepath.Join(folder, "data")
	if err := os.Mkdir(data, 0o777); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(data, "regwatch.db")
	if err := open(t, Options{Path: path}).Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "text"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name         string
		folder, file os.FileMode
		path         string
		want         string
	}{
		{"file", 0o777, 0o444, path, "is read-only; give the account that runs regwatch the right to write the file and its folder"},
		{"folder", 0o555, 0o666, path, "give the account that runs regwatch the right to write"},
		{"folder, no file yet", 0o555, 0o666, filepath.Join(data, "new.db"), "cannot be opened or created; give the account that runs regwatch the right to write in the folder"},
		{"file that may not be read", 0o777, 0o000, path, "permission denied; give the account that runs regwatch the right to read and write it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, err := range []error{os.Chmod(folder, 0o755), os.Chmod(path, tt.file), os.Chmod(data, tt.folder)} {
				if err != nil {
					t.Fatal(err)
				}
			}
			cmd := program(t, binary, "open", Options{Path: tt.path}, "")
			if os.Getuid() == 0 {
				cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
			}
			out, err := cmd.CombinedOutput()
			if _, failed := errors.AsType[*exec.ExitError](err); !failed || !strings.Contains(string(out), tt.want) {
				t.Errorf("Open said %q (%v)\nwant %q", out, err, tt.want)
			}
		})
	}
}

func copyFile(t *testing.T, from, to string, mode os.FileMode) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, data, mode)
	}
	if err != nil {
		t.Fatal(err)
	}
}
