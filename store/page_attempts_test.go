//go:build unix

package store

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gorm.io/gorm"

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
		for want := 2; want >= 0; want-- { // what read nothing leaves the interruptions before it
			if got, err := s.InterruptedPages(t.Context(), "b", "identity"); got != want || err != nil {
				t.Errorf("InterruptedPages = %d, %v; want %d", got, err, want)
			}
			if err := s.UndoPage(t.Context(), "b", "identity"); err != nil {
				t.Fatal(err)
			}
		}
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
		partial := models.Partial{Of: models.PartialPDFPages, Pages: 500, Read: 200}
		commit(func() { a.Problem, a.BodyState, a.Completed, a.Partial = "long", models.BodyFull, true, &partial })
		problem("long")
		if r, err := s.ArticleRevisions(t.Context(), a.ID); err != nil || cmp.Diff(&partial, r[0].Fetched.Partial) != "" {
			t.Errorf("the revision %+v says nothing of the part that was read, %v", r, err)
		}
		commit(func() { a.Problem, a.Partial = "", nil })
		problem("")
		if r, err := s.ArticleRevisions(t.Context(), a.ID); err != nil || r[0].Fetched.Partial != nil {
			t.Errorf("the text of %+v is complete, %v", r, err)
		}
	})
}

// A page that was given up because of what reading it takes is listed until somebody has it read again.
func TestGivenUpPagesAreListedAndRetried(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		var articles []models.Article
		for i, identity := range []string{"killer", "costly", "unreachable", "full"} {
			a := models.Article{
				ID: models.NewID(noon, "a", identity), SourceID: "a", Identity: identity, Title: "About " + identity, Link: "https://a.example/" + identity,
				Body: "S", Revision: 1, SeenAt: noon, BodyState: models.BodyFailed, BodyTries: 9, Problem: identity + " is the problem", GivenUp: i < 2,
			}
			if identity == "full" {
				a.BodyState, a.Problem = models.BodyFull, ""
			}
			a.Hash = a.TextHash()
			articles = append(articles, a)
		}
		commit := func(at time.Time, articles ...models.Article) {
			t.Helper()
			state, err := s.SourceState(t.Context(), "a")
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Commit(t.Context(), models.Scan{State: state, Articles: articles, At: at}); err != nil {
				t.Fatal(err)
			}
		}
		listed := func(want ...models.GivenUpPage) {
			t.Helper()
			got, err := s.GivenUpPages(t.Context())
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" || err != nil {
				t.Errorf("GivenUpPages (-want +got):\n%s%v", diff, err)
			}
		}
		retry := func(i int, want bool) {
			t.Helper()
			if got, err := s.RetryPage(t.Context(), articles[i].ID, "mona", noon.Add(time.Hour)); got != want || err != nil {
				t.Errorf("RetryPage(%s) = %v, %v; want %v", articles[i].Identity, got, err, want)
			}
		}
		page := func(i int, at time.Time) models.GivenUpPage {
			a := articles[i]
			return models.GivenUpPage{ArticleID: a.ID, SourceID: "a", Title: a.Title, Link: a.Link, At: at, Problem: a.Problem}
		}
		commit(noon, articles[0], articles[2], articles[3])
		commit(noon.Add(time.Minute), articles[1])
		listed(page(1, noon.Add(time.Minute)), page(0, noon))
		retry(0, true)
		retry(0, false)
		retry(2, true) // any page that could not be read
		retry(3, false)
		listed(page(1, noon.Add(time.Minute)))
		wanted, err := s.ArticlesWithoutBody(t.Context(), "a", 10)
		if err != nil || len(wanted) != 2 || wanted[0].BodyTries != 0 {
			t.Errorf("the next scan reads %+v, %v; want two pages without a try", wanted, err)
		}
		entries, err := s.Audit(t.Context(), AuditFilter{Action: "article.page_retried"})
		if err != nil || len(entries) != 2 || entries[1].Subject != articles[0].ID || entries[1].Actor != "mona" {
			t.Errorf("the audit has %+v, %v", entries, err)
		}
		commit(noon.Add(2*time.Hour), articles[0]) // it was given up once more
		listed(page(0, noon.Add(2*time.Hour)), page(1, noon.Add(time.Minute)))
		read := articles[0]
		read.BodyState, read.Problem, read.GivenUp, read.Completed = models.BodyFull, "", false, true
		commit(noon.Add(3*time.Hour), read)
		listed(page(1, noon.Add(time.Minute)))
	})
}

// What is counted of the pages of articles is deleted with their texts.
func TestExpiredArticlesLeaveNoCountersOfPages(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		counted := func() (names []string) {
			t.Helper()
			if err := s.read.Model(&counter{}).Where("name LIKE '%page %'").Order("name").Pluck("name", &names).Error; err != nil {
				t.Fatal(err)
			}
			return names
		}
		var articles []models.Article
		for i, identity := range []string{"old, given up", "old, interrupted", "new, given up"} {
			a := article("a", identity, "About "+identity, noon.Add(time.Duration(i/2)*48*time.Hour))
			if i != 1 {
				a.BodyState, a.GivenUp = models.BodyFailed, true
			}
			articles = append(articles, a)
		}
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "a"}, Articles: articles, At: noon})
		if err := s.BeginPage(t.Context(), "a", articles[1].Identity); err != nil {
			t.Fatal(err)
		}
		if got := counted(); len(got) != 3 {
			t.Fatalf("counters before: %q; want three", got)
		}
		if _, err := s.Expire(t.Context(), noon.Add(24*time.Hour), noon.Add(72*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{givenUpPages + "a " + articles[2].Identity}, counted()); diff != "" {
			t.Errorf("counters after (-want +got):\n%s", diff)
		}
	})
}

// The list asks the database as often for many pages as for one.
func TestGivenUpPagesAreReadTogether(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		var articles []models.Article
		for i := range 40 {
			a := article("a", "identity of "+string(rune('A'+i)), "Title", noon)
			a.BodyState, a.GivenUp, a.Problem = models.BodyFailed, true, "too large"
			articles = append(articles, a)
		}
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "a"}, Articles: articles, At: noon})
		statements := 0
		if err := s.read.Callback().Query().After("gorm:query").Register("count", func(*gorm.DB) { statements++ }); err != nil {
			t.Fatal(err)
		}
		pages, err := s.GivenUpPages(t.Context())
		if err != nil || len(pages) != 40 || pages[39].ArticleID == pages[0].ArticleID {
			t.Fatalf("%d pages, %v; want 40", len(pages), err)
		}
		if statements != 2 {
			t.Errorf("%d statements; want 2", statements)
		}
	})
}
