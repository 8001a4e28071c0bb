package scanner

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// attempts counts like the store.
type attempts map[string]int

func (a attempts) BeginPage(_ context.Context, source, identity string) error {
	a[source+" "+identity]++
	return nil
}

func (a attempts) InterruptedPages(_ context.Context, source, identity string) (int, error) {
	return a[source+" "+identity], nil
}

func (a attempts) EndPage(_ context.Context, source, identity string) error {
	delete(a, source+" "+identity)
	return nil
}

// A page that ends the program is tried three times. The article keeps its summary and says why.
func TestPageThatEndsTheProgramIsGivenUp(t *testing.T) {
	m := newMemory()
	bomb := item("a", "A circular on a stablecoin", time.Hour)
	bomb.BodyState = models.BodyWanted
	other := item("a", "Another circular", time.Hour)
	other.BodyState = models.BodyWanted
	reader := &script{batch: models.Batch{Articles: []models.Article{other, bomb}}}
	counted := attempts{}
	reader.complete = func(a models.Article) (models.Article, error) {
		if a.Identity == bomb.Identity {
			if n := counted["a "+bomb.Identity]; n == 0 {
				t.Error("the attempt was not counted before it began")
			}
			panic("the program ends")
		}
		a.Body, a.BodyState = "All about another circular.", models.BodyFull
		return a, nil
	}
	for range 5 {
		s, _ := newScanner(t, m, map[string]*script{"a": reader}) // the next start of the program
		s.Attempts = counted
		_, _ = s.Scan(t.Context(), models.Source{ID: "a", Name: "a"})
	}
	var stored, whole models.Article
	for _, a := range m.articles {
		switch a.Identity {
		case bomb.Identity:
			stored = a
		case other.Identity:
			whole = a
		}
	}
	if stored.BodyState != models.BodyFailed || stored.Body != bomb.Body || !strings.Contains(stored.Problem, "ended 3 times") {
		t.Errorf("the article is stored as %s with %q, problem %q", stored.BodyState, stored.Body, stored.Problem)
	}
	if whole.BodyState != models.BodyFull || counted["a "+other.Identity] != 0 {
		t.Errorf("the other article is %s, counted %d", whole.BodyState, counted["a "+other.Identity])
	}
}

// calls records in which order attempts are asked for and begin.
type calls struct {
	attempts
	mu    sync.Mutex
	order []string
	asked chan string // nil: nobody waits
}

func (c *calls) InterruptedPages(ctx context.Context, source, identity string) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asked != nil && source == "waiting" {
		close(c.asked)
	}
	return c.attempts.InterruptedPages(ctx, source, identity)
}

func (c *calls) BeginPage(ctx context.Context, source, identity string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.order = append(c.order, "begin "+source)
	return c.attempts.BeginPage(ctx, source, identity)
}

func (c *calls) EndPage(ctx context.Context, source, identity string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.order = append(c.order, "end "+source)
	return c.attempts.EndPage(ctx, source, identity)
}

// While a page that ended the program is read again, the attempts of others have not begun: if it
// ends the program again, they are not blamed.
func TestPagesThatWaitAreNotBlamed(t *testing.T) {
	suspect, waiting := item("suspect", "One", time.Hour), item("waiting", "Two", time.Hour)
	c := &calls{attempts: attempts{"suspect " + suspect.Identity: 1, "waiting " + waiting.Identity: 1}, asked: make(chan string)}
	var lock sync.RWMutex
	fetcher := func(r Reader) *pageFetcher {
		return &pageFetcher{reader: r, budget: 1, attempts: c, suspects: &lock}
	}
	read := func(a models.Article) (models.Article, error) { return a, nil }
	var done sync.WaitGroup
	first := fetcher(&script{complete: func(a models.Article) (models.Article, error) {
		done.Go(func() {
			if _, err := fetcher(&script{complete: read}).fetch(t.Context(), waiting); err != nil {
				t.Error(err)
			}
		})
		<-c.asked // the other page is about to be read
		return a, nil
	}})
	if _, err := first.fetch(t.Context(), suspect); err != nil {
		t.Fatal(err)
	}
	done.Wait()
	if diff := cmp.Diff([]string{"begin suspect", "end suspect", "begin waiting", "end waiting"}, c.order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

type costly struct{ error }

func (costly) IsCostly() bool { return true }

// A page that takes all the memory or time is not read nine times.
func TestCostlyPageIsGivenUpSoon(t *testing.T) {
	for name, tt := range map[string]struct {
		err  error
		want int
	}{
		"costly":  {costly{errors.New("it unpacks to more than 128 MiB")}, maxCostly},
		"wrapped": {fmt.Errorf("read: %w", costly{errors.New("it takes too long")}), maxCostly},
		"another": {errors.New("it does not answer"), len(pageWaits)},
	} {
		m := newMemory()
		a := item("a", "A circular on a stablecoin", time.Hour)
		a.BodyState = models.BodyWanted
		reader := &script{batch: models.Batch{Articles: []models.Article{a}}}
		tries := 0
		reader.complete = func(a models.Article) (models.Article, error) { tries++; return a, tt.err }
		s, now := newScanner(t, m, map[string]*script{"a": reader})
		s.Attempts = attempts{}
		for range 12 {
			scanOnce(t, s, "a")
			*now = now.Add(73 * time.Hour)
		}
		stored := m.articles["a"+a.Identity]
		if tries != tt.want || stored.BodyState != models.BodyFailed || stored.Problem != tt.err.Error() {
			t.Errorf("%s: tried %d times, want %d; stored as %s, problem %q", name, tries, tt.want, stored.BodyState, stored.Problem)
		}
	}
}

func TestPreviewCountsNoAttempt(t *testing.T) {
	m := newMemory()
	a := item("a", "A circular on a stablecoin", time.Hour)
	a.BodyState = models.BodyWanted
	reader := &script{batch: models.Batch{Articles: []models.Article{a}}}
	counted := attempts{}
	reader.complete = func(a models.Article) (models.Article, error) {
		if len(counted) > 0 {
			t.Errorf("a preview counted %v", counted)
		}
		return a, nil
	}
	s, _ := newScanner(t, m, map[string]*script{"a": reader})
	s.Attempts = counted
	if _, err := s.Preview(t.Context(), models.Source{ID: "a", Name: "a"}); err != nil {
		t.Error(err)
	}
}
