//go:build unix

package store

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"regwatch/models"
)

// beginPageAndDie is a program that ends while it reads a page, as one does that the kernel kills.
func beginPageAndDie(ctx context.Context, o Options, source string) error {
	s, err := Open(ctx, o)
	if err != nil {
		return err
	}
	if err := s.BeginPage(ctx, source, "identity"); err != nil {
		return err
	}
	return syscall.Kill(os.Getpid(), syscall.SIGKILL)
}

func TestAttemptsOfProgramsThatWereKilledCount(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		for range 3 {
			var exit *exec.ExitError
			if err := program(t, self(t), "begin page", o, "a").Run(); !errors.As(err, &exit) || exit.ExitCode() != -1 {
				t.Fatalf("the program ended with %v", err)
			}
		}
		begin := func(source, identity string, want int) {
			t.Helper()
			if got, err := s.InterruptedPages(t.Context(), source, identity); got != want || err != nil {
				t.Errorf("InterruptedPages(%s, %s) = %d, %v; want %d", source, identity, got, err, want)
			}
			if err := s.BeginPage(t.Context(), source, identity); err != nil {
				t.Error(err)
			}
		}
		begin("a", "identity", 3)
		begin("a", "another", 0)
		begin("b", "identity", 0)
		if err := s.EndPage(t.Context(), "a", "identity"); err != nil {
			t.Fatal(err)
		}
		begin("a", "identity", 0)
		begin("b", "identity", 1)
	})
}

func TestProblemOfATextIsStored(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		a := models.Article{
			ID: models.NewID(noon, "a", "1"), SourceID: "a", Identity: "1", Title: "Circular", Body: "S", Revision: 1, SeenAt: noon, BodyState: models.BodyWanted,
			Fetched: &models.Fetched{URL: "https://a.example/feed", Status: 200},
		}
		a.Hash = a.TextHash()
		commit := func(change func()) {
			t.Helper()
			change()
			state, err := s.SourceState(t.Context(), "a")
			if err != nil {
				t.Fatal(err)
			}
			state.SourceID = "a"
			if err := s.Commit(t.Context(), models.Scan{State: state, Articles: []models.Article{a}, At: noon}); err != nil {
				t.Fatal(err)
			}
		}
		problem := func(want string) {
			t.Helper()
			revisions, err := s.ArticleRevisions(t.Context(), a.ID)
			if err != nil || len(revisions) != 1 || revisions[0].Fetched == nil || revisions[0].Fetched.Problem != want || revisions[0].Fetched.URL != "https://a.example/feed" {
				t.Errorf("revisions %+v, %v; want the problem %q", revisions, err, want)
			}
		}
		commit(func() { a.Problem = "first try" })
		problem("first try")
		commit(func() { a.Problem, a.Fetched = "second try", nil })
		problem("second try")
		commit(func() { a.Problem = "" }) // a scan that did not read the page
		problem("second try")
		if err := s.BeginPage(t.Context(), "a", "1"); err != nil {
			t.Fatal(err)
		}
		commit(func() { a.Problem, a.BodyState = "given up", models.BodyFailed })
		problem("given up")
		if n, err := s.InterruptedPages(t.Context(), "a", "1"); n != 0 || err != nil {
			t.Errorf("%d attempts are counted of a page that is not read again, %v", n, err)
		}
		commit(func() { a.Problem, a.BodyState, a.Completed = "", models.BodyFull, true })
		problem("")
	})
}
