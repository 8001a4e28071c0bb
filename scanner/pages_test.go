package scanner

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
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

func (a attempts) UndoPage(_ context.Context, source, identity string) error {
	if a[source+" "+identity]--; a[source+" "+identity] <= 0 {
		delete(a, source+" "+identity)
	}
	return nil
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

func (c *calls) UndoPage(ctx context.Context, source, identity string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.order = append(c.order, "undo "+source)
	return c.attempts.UndoPage(ctx, source, identity)
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
	interrupted, waiting := item("interrupted", "One", time.Hour), item("waiting", "Two", time.Hour)
	c := &calls{attempts: attempts{"interrupted " + interrupted.Identity: 1, "waiting " + waiting.Identity: 1}, asked: make(chan string)}
	var gate pageGate
	fetcher := func(r Reader) *pageFetcher {
		return &pageFetcher{reader: r, budget: 1, attempts: c, gate: &gate}
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
	if _, err := first.fetch(t.Context(), interrupted); err != nil {
		t.Fatal(err)
	}
	done.Wait()
	if diff := cmp.Diff([]string{"begin interrupted", "end interrupted", "begin waiting", "end waiting"}, c.order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

// hangs reads pages that take until their context is done.
func hangs(ctx context.Context, _ models.Article) (models.Article, error) {
	<-ctx.Done()
	return models.Article{}, ctx.Err()
}

// A pageReader reads pages by a function.
type pageReader struct {
	Reader
	read func(context.Context, models.Article) (models.Article, error)
}

func (r pageReader) Complete(ctx context.Context, a models.Article) (models.Article, error) {
	return r.read(ctx, a)
}

// An interrupted page that hangs is stopped, so that the pages of other sources are read; those that wait too long are left to a
// later scan, which counts no try.
func TestInterruptedPageGivesWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		interrupted, other := item("interrupted", "One", time.Hour), item("other", "Two", time.Hour)
		for _, a := range []*models.Article{&interrupted, &other} {
			a.BodyState = models.BodyWanted
		}
		var gate pageGate
		counted := attempts{"interrupted " + interrupted.Identity: 1}
		fetcher := func(read func(context.Context, models.Article) (models.Article, error)) *pageFetcher {
			return &pageFetcher{reader: pageReader{read: read}, budget: 2, attempts: counted, gate: &gate}
		}
		full := func(_ context.Context, a models.Article) (models.Article, error) {
			a.BodyState = models.BodyFull
			return a, nil
		}
		start := time.Now()
		var done sync.WaitGroup
		done.Go(func() {
			p := fetcher(hangs)
			a, err := p.fetch(t.Context(), interrupted)
			if took := time.Since(start); err != nil || took != maxReadAlone || a.BodyTries != len(pageWaits)/maxCostly || a.Problem != errReadAlone.Error() {
				t.Errorf("the interrupted page took %s, %v; %d tries, problem %q", took, err, a.BodyTries, a.Problem)
			}
		})
		synctest.Wait()
		p := fetcher(full)
		a, err := p.fetch(t.Context(), other)
		if took := time.Since(start); err != nil || took != maxGateWait || a.BodyTries != 0 || a.BodyState != models.BodyWanted || len(p.failures) != 1 {
			t.Errorf("the other page waited %s, %v; %s with %d tries; %q", took, err, a.BodyState, a.BodyTries, p.failures)
		}
		if p.canFetch(t.Context()) {
			t.Error("another page of the source waits, too")
		}
		done.Wait()
		if a, err := fetcher(full).fetch(t.Context(), other); err != nil || a.BodyState != models.BodyFull {
			t.Errorf("afterwards the other page is %s, %v", a.BodyState, err)
		}
	})
}

// When the program stops, nobody waits for an interrupted page, and an interrupted page waits for nobody.
func TestStopEndsTheWaitForPages(t *testing.T) {
	for name, alone := range map[string]int{"an interrupted page waits": 1, "a page waits": 0} {
		synctest.Test(t, func(t *testing.T) {
			first, waiting := item("first", "One", time.Hour), item("waiting", "Two", time.Hour)
			var gate pageGate
			counted := attempts{"first " + first.Identity: 1 - alone}
			if alone > 0 {
				counted["waiting "+waiting.Identity] = alone
			}
			ctx, stop := context.WithCancel(t.Context())
			start := time.Now()
			var done sync.WaitGroup
			for _, a := range []models.Article{first, waiting} {
				done.Go(func() {
					p := &pageFetcher{reader: pageReader{read: hangs}, budget: 1, attempts: counted, gate: &gate}
					if _, err := p.fetch(ctx, a); err != nil {
						t.Errorf("%s: %v", name, err)
					}
				})
				synctest.Wait()
			}
			stop()
			done.Wait()
			if took := time.Since(start); took != 0 {
				t.Errorf("%s: stopping took %s", name, took)
			}
			if n := counted["waiting "+waiting.Identity]; n != alone {
				t.Errorf("%s: %d attempts are counted of a page that was not read, want %d", name, n, alone)
			}
		})
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

type skipped struct{ error }

func (skipped) Skipped() bool { return true }

// A page for which this program has no memory at present is no page that failed.
func TestSkippedPageCountsNoTry(t *testing.T) {
	a := item("a", "A circular on a stablecoin", time.Hour)
	a.BodyState = models.BodyWanted
	reader := &script{complete: func(a models.Article) (models.Article, error) {
		return a, fmt.Errorf("read: %w", skipped{errors.New("other pages took all memory")})
	}}
	counted := attempts{"a " + a.Identity: 1} // the page ended the program once
	p := &pageFetcher{reader: reader, budget: 2, attempts: counted, gate: new(pageGate)}
	got, err := p.fetch(t.Context(), a)
	if n := counted["a "+a.Identity]; n != 1 {
		t.Errorf("%d interruptions count, want 1 as before", n)
	}
	if err != nil || got.BodyTries != 0 || got.BodyState != models.BodyWanted || got.Problem != "" || p.canFetch(t.Context()) || len(p.failures) != 1 {
		t.Errorf("%s after %d tries, problem %q, %v; warnings %q", got.BodyState, got.BodyTries, got.Problem, err, p.failures)
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
