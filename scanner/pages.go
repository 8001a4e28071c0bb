package scanner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"regwatch/models"
)

// pageWaits is how long after an article was seen its page is tried again, by
// the number of tries that have failed. After the last the summary is taken for
// all there is.
var pageWaits = []time.Duration{
	0, 10 * time.Minute, 30 * time.Minute, 90 * time.Minute, 4 * time.Hour, 12 * time.Hour, 24 * time.Hour, 48 * time.Hour, 72 * time.Hour,
}

// maxPendingPages is how many owed pages are looked at for those that are due.
const maxPendingPages = 500

// fetchPages fetches the pages behind summaries, within the budget of a scan: first those of
// new articles, in place, then those that earlier scans left, which it returns. An article whose
// page cannot be fetched now keeps its summary, and its page is fetched by a later scan.
func (s *Scanner) fetchPages(ctx context.Context, reader Reader, src models.Source, fresh []models.Article, commit bool, result *Result) (late []models.Article, err error) {
	fetcher := &pageFetcher{reader: reader, budget: s.Settings().Limits.Pages, gate: &s.pageGate}
	if commit {
		fetcher.attempts = s.Attempts
	}
	for i, a := range fresh {
		if fresh[i], err = fetcher.fetch(ctx, a); err != nil {
			return nil, err
		}
	}
	if fetcher.canFetch(ctx) {
		pending, err := s.Store.ArticlesWithoutBody(ctx, src.ID, maxPendingPages)
		if err != nil {
			return nil, err
		}
		for _, a := range pending {
			isNew := slices.ContainsFunc(fresh, func(f models.Article) bool { return f.Identity == a.Identity })
			if fetcher.canFetch(ctx) && !isNew && pageRetryDue(a, s.Now()) {
				if a, err = fetcher.fetch(ctx, a); err != nil {
					return nil, err
				}
				late = append(late, a)
			}
		}
	}
	if ctx.Err() != nil {
		return nil, ctx.Err() // stopped: nothing is to blame for a page cut short
	}
	if n := len(fetcher.failures); n > 0 {
		slices.Sort(fetcher.failures)
		message := "1 page could not be read; its summary is used meanwhile: "
		if n > 1 {
			message = fmt.Sprintf("%d pages could not be read; their summaries are used meanwhile: ", n)
		}
		result.Warnings = append(result.Warnings, message+strings.Join(slices.Compact(fetcher.failures), "; "))
	}
	result.Warnings = append(result.Warnings, fetcher.truncated...)
	return late, nil
}

// pageRetryDue reports whether the page of an article is to be tried again. An article
// may seem to be seen later than now, see [Scanner.seenAt]; one that was seen much
// later was seen by a wrong clock, which is not waited for.
func pageRetryDue(a models.Article, now time.Time) bool {
	age := now.Sub(a.SeenAt)
	return age >= pageWaits[min(a.BodyTries, len(pageWaits)-1)] || age < -maxAhead
}

// pageFetcher fetches the pages of one scan.
type pageFetcher struct {
	reader    Reader
	budget    int
	stopped   bool // no further page is read in this scan
	failures  []string
	truncated []string     // pages of which only a part was read
	attempts  PageAttempts // nil counts none
	gate      *pageGate
}

// maxInterrupted is how many attempts to read a page may end with the program, and maxCostly how many may take all the memory or
// time that a page may take; each of these counts as several others. Then the summary stays.
const (
	maxInterrupted = 3
	maxCostly      = 3
)

func (p *pageFetcher) canFetch(ctx context.Context) bool {
	return p.budget > 0 && !p.stopped && ctx.Err() == nil
}

// fetch returns the article with its text, or as it was with one more try counted. The attempt is stored
// before it begins: reading a page may end the program. The error is one of ours.
func (p *pageFetcher) fetch(ctx context.Context, a models.Article) (models.Article, error) {
	if !p.canFetch(ctx) {
		return a, nil
	}
	p.budget--
	if p.attempts == nil {
		return p.read(ctx, a), nil
	}
	interrupted, err := p.attempts.InterruptedPages(ctx, a.SourceID, a.Identity)
	if err != nil {
		return a, err
	}
	if interrupted >= maxInterrupted {
		a.BodyState, a.GivenUp = models.BodyFailed, true
		a.Problem = fmt.Sprintf("regwatch ended %d times while it read the page, which may take too much memory, so it does not read it again.", maxInterrupted)
		p.failures = append(p.failures, fmt.Sprintf("%q: %s", a.Title, a.Problem))
		return a, nil
	}
	// Pages of several sources are read at once, and one of them ended the program. So such a page is read alone, and the
	// attempts of pages that wait for it have not begun.
	alone := interrupted > 0
	leave, ok := p.gate.enter(ctx, alone)
	if !ok {
		p.stopped = true
		if ctx.Err() == nil {
			p.failures = append(p.failures, "a page that ended regwatch before is read alone, and a later scan reads the others")
		}
		return a, nil
	}
	defer leave()
	reading := ctx
	if alone {
		var cancel context.CancelFunc
		reading, cancel = context.WithTimeoutCause(ctx, maxReadAlone, errReadAlone)
		defer cancel()
	}
	if err := p.attempts.BeginPage(ctx, a.SourceID, a.Identity); err != nil {
		return a, err
	}
	tries := a.BodyTries
	a = p.read(reading, a)
	end := p.attempts.EndPage
	if !a.Completed && a.BodyTries == tries { // the source asked for patience, or there was no memory
		end = p.attempts.UndoPage
	}
	return a, end(context.WithoutCancel(ctx), a.SourceID, a.Identity)
}

// read returns the article with its text, or as it was with one more try counted. A source that asks for patience is
// asked for nothing more, and the try does not count; nor does one for which this program had no memory.
func (p *pageFetcher) read(ctx context.Context, a models.Article) models.Article {
	full, err := p.reader.Complete(ctx, a)
	if err == nil {
		full.Completed = true
		if full.Problem != "" {
			p.truncated = append(p.truncated, fmt.Sprintf("%q: %s", a.Title, full.Problem))
		}
		return full
	}
	tooSlow := context.Cause(ctx) == errReadAlone
	if tooSlow {
		err = errReadAlone
	}
	p.failures = append(p.failures, err.Error())
	if skipped, ok := errors.AsType[interface {
		error
		Skipped() bool
	}](err); ok && skipped.Skipped() {
		p.stopped = true
		return a
	}
	if wait, ok := errors.AsType[interface {
		error
		RetryAfter() time.Duration
	}](err); ok && wait.RetryAfter() > 0 {
		p.stopped = true
		return a
	}
	costly, ok := errors.AsType[interface {
		error
		IsCostly() bool
	}](err)
	a.Problem = err.Error()
	a.BodyTries++
	isCostly := tooSlow || ok && costly.IsCostly()
	if isCostly {
		a.BodyTries += len(pageWaits)/maxCostly - 1
	}
	if a.BodyTries >= len(pageWaits) {
		a.BodyState, a.GivenUp = models.BodyFailed, isCostly
	}
	return a
}
