package scanner

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode"

	"regwatch/events"
	"regwatch/internal/text"
	"regwatch/models"
	"regwatch/notifier"
	"regwatch/rules"
)

const (
	// maxStaleTries is how often a scan decides anew because another committed
	// first. Each time one of them gets through, so it bounds nothing but a bug.
	maxStaleTries = 50
	// maxBackdating is how much earlier than they appear articles may be dated:
	// regulators' own dates disagree by up to eight days.
	maxBackdating = 14 * 24 * time.Hour
)

// Scan scans one source and commits what it found. The error is one of ours: a
// source that cannot be read is a Result with Err.
func (s *Scanner) Scan(ctx context.Context, src models.Source) (Result, error) {
	return s.scanNow(ctx, src, true)
}

// Preview does what Scan does and commits nothing.
func (s *Scanner) Preview(ctx context.Context, src models.Source) (Result, error) {
	return s.scanNow(ctx, src, false)
}

func (s *Scanner) scanNow(ctx context.Context, src models.Source, commit bool) (Result, error) {
	state, err := s.state(ctx, src.ID)
	if err != nil {
		return Result{Source: src}, fmt.Errorf("scan %s: %w", src.ID, err)
	}
	return s.scan(ctx, src, state, "", commit)
}

// scan scans a source of which this is stored, under the lease on its host if there is one.
func (s *Scanner) scan(ctx context.Context, src models.Source, state models.SourceState, hostToken string, commit bool) (result Result, err error) {
	result.hostToken = hostToken
	started := s.Now()
	defer func() {
		result.Source, result.Took = src, s.Now().Sub(started)
	}()
	err = catchPanic(scanningSource, func() error { return s.fetchAndCommit(ctx, src, state, commit, &result) })
	if crash, ok := errors.AsType[*panicError](err); ok {
		s.Log.ErrorContext(ctx, "reading a source crashed", "source", src.ID, "panic", crash.value, "stack", crash.stack)
		result.Err = crash
		// Should recording it crash too, that is a fault of ours and no source's.
		err = catchPanic(scanningSource, func() error { return s.recordFailure(ctx, src, crash, commit, &result) })
	}
	return result, err
}

// fetchAndCommit reads one source, decides and commits, and adds to the result as it goes.
func (s *Scanner) fetchAndCommit(ctx context.Context, src models.Source, state models.SourceState, commit bool, result *Result) error {
	now := s.Now()
	reader := s.Open(src)
	cursor := state.Cursor()
	if fullFetchDue(state, now) {
		cursor = cursor.Unconditional()
	}
	batch, fetchErr := reader.Fetch(ctx, cursor)
	if ctx.Err() != nil {
		return ctx.Err() // stopped: the source is not to blame
	}
	if fetchErr != nil {
		result.Err = fetchErr
		return s.recordFailure(ctx, src, fetchErr, commit, result)
	}
	result.NotModified, result.Items, result.Warnings = batch.NotModified, batch.Items, batch.Warnings
	if batch.Address != "" && batch.Address != src.URL {
		result.Warnings = append(result.Warnings, redirectWarning)
	}

	fresh, err := s.Store.Unseen(ctx, src.ID, changed(batch.Articles))
	if err != nil {
		return fmt.Errorf("scan %s: %w", src.ID, err)
	}
	fetched := fetchResult{Batch: batch, yield: fetchYield(batch, fresh, state)}
	s.markBaseline(fresh, state, src, now)
	ready, needPage := splitByPage(fresh)
	if commit && len(ready) > 0 && len(needPage) > 0 {
		// What can be told is not kept waiting for the pages of others. The
		// cursor stays where it is until those are in.
		first := fetchResult{Batch: models.Batch{Cursor: state.Cursor(), Items: batch.Items, Partial: true}}
		if err := s.commitArticles(ctx, src, first, ready, nil, commit, result); err != nil {
			return err
		}
		ready = nil
	}
	late, err := s.fetchPages(ctx, reader, src, needPage, commit, result)
	if err != nil {
		return fmt.Errorf("scan %s: %w", src.ID, err)
	}
	return s.commitArticles(ctx, src, fetched, append(ready, needPage...), late, commit, result)
}

// changed returns the articles that may be new or edited.
func changed(articles []models.Article) []models.Article {
	var list []models.Article
	for _, a := range articles {
		if !a.Unchanged {
			list = append(list, a)
		}
	}
	return list
}

// A fetchResult is what a fetch gave, and what that says of how the source fares.
type fetchResult struct {
	models.Batch
	yield notifier.Yield
}

// fetchYield judges a batch beside what was known before it. Of a page that is
// watched there is always one, and after a change of address nothing compares.
func fetchYield(batch models.Batch, fresh []models.Article, state models.SourceState) notifier.Yield {
	y := notifier.Yield{Full: !batch.NotModified && !batch.Partial, Records: batch.Items, Articles: len(batch.Articles)}
	unknown := 0
	for _, a := range fresh {
		if a.ID == "" {
			unknown++
		}
	}
	y.Known = len(batch.Articles) - unknown
	if !state.BaselineAt.IsZero() && state.URL == batch.Cursor.URL {
		y.Last = state.SucceededAt
	}
	return y
}

// commitArticles decides on articles and commits them: those of the batch that are still
// unseen, and owed ones whose page came late.
func (s *Scanner) commitArticles(ctx context.Context, src models.Source, batch fetchResult, fresh, late []models.Article, commit bool, result *Result) error {
	return s.commitScan(ctx, src, func(ctx context.Context, state models.SourceState) (models.Scan, error) {
		// Another process may have committed some of them since they were fetched.
		articles, err := s.Store.Unseen(ctx, src.ID, fresh)
		if err != nil {
			return models.Scan{}, err
		}
		articles = append(articles, late...)
		late = nil // if this decision is stale, so may they be: a later scan asks for them again
		return s.successScan(ctx, state, src, batch, articles)
	}, commit, result)
}

// splitByPage parts the articles that have their text from those whose page is to be
// fetched.
func splitByPage(articles []models.Article) (ready, needPage []models.Article) {
	for _, a := range articles {
		if a.BodyState == models.BodyWanted {
			needPage = append(needPage, a)
		} else {
			ready = append(ready, a)
		}
	}
	return ready, needPage
}

// commitScan builds a scan from what is stored and commits it, again and again
// while others commit first.
func (s *Scanner) commitScan(ctx context.Context, src models.Source, build func(context.Context, models.SourceState) (models.Scan, error), commit bool, result *Result) error {
	s.commitMu.Lock()
	defer s.commitMu.Unlock()
	for range maxStaleTries {
		state, err := s.state(ctx, src.ID)
		if err != nil {
			return fmt.Errorf("scan %s: %w", src.ID, err)
		}
		scan, err := build(ctx, state)
		if err != nil {
			return fmt.Errorf("scan %s: %w", src.ID, err)
		}
		if !commit {
			result.add(scan)
			return nil
		}
		scan.HostToken = result.hostToken
		err = s.Store.Commit(ctx, scan)
		if errors.Is(err, models.ErrStale) {
			continue
		}
		if err != nil {
			return fmt.Errorf("scan %s: %w", src.ID, err)
		}
		result.add(scan)
		s.wakeIfDeliveries(scan.Notices)
		return nil
	}
	return fmt.Errorf("scan %s: %w %d times", src.ID, models.ErrStale, maxStaleTries)
}

// wakeIfDeliveries calls Wake if notices have deliveries.
func (s *Scanner) wakeIfDeliveries(notices []models.Notice) {
	if s.Wake != nil && slices.ContainsFunc(notices, func(n models.Notice) bool { return len(n.Deliveries) > 0 }) {
		s.Wake()
	}
}

// recordFailure commits that a source could not be read.
func (s *Scanner) recordFailure(ctx context.Context, src models.Source, cause error, commit bool, result *Result) error {
	return s.commitScan(ctx, src, func(_ context.Context, state models.SourceState) (models.Scan, error) {
		return s.failureScan(state, src, cause), nil
	}, commit, result)
}

// failureScan is the scan of a source that could not be read.
func (s *Scanner) failureScan(state models.SourceState, src models.Source, cause error) models.Scan {
	now := s.Now()
	var wait time.Duration
	if e, ok := errors.AsType[interface {
		error
		RetryAfter() time.Duration
	}](cause); ok {
		wait = e.RetryAfter()
	}
	e, ok := errors.AsType[interface {
		error
		Skipped() bool
	}](cause)
	after := state
	if ok && e.Skipped() {
		// The source did not fail. That it was looked at now is stored, so that a wait
		// counted by a clock that was ahead is seen to be one.
		after.AttemptedAt, after.RetryAt = now, now.Add(wait)
	} else {
		var kind models.FailureKind
		if e, ok := errors.AsType[interface {
			error
			Failure() models.FailureKind
		}](cause); ok {
			kind = e.Failure()
		}
		after = notifier.Failed(state, kind, cause.Error(), now)
		after.RetryAt = now.Add(backoff(src.ID, after.Failures, usualInterval(state, src, s.Settings().Timing, now)))
	}
	if wait > 0 {
		after.NotBefore = now.Add(wait)
	}
	return models.Scan{
		State:   after,
		Notices: notifier.PlanHealth(state, after, src, s.Settings().Routing, now),
		At:      now,
	}
}

// successScan is the scan of a source that answered: the pure middle between
// reading the events that its articles may belong to and committing.
func (s *Scanner) successScan(ctx context.Context, state models.SourceState, src models.Source, batch fetchResult, articles []models.Article) (models.Scan, error) {
	settings, now := s.Settings(), s.Now()
	batch.yield.New = slices.ContainsFunc(articles, func(a models.Article) bool { return a.ID == "" })
	after := stateAfterFetch(notifier.Succeeded(state, src, batch.yield, now), state.URL, src, batch.Batch, now)
	// Only what was read to its end tells what was there before we came. A source
	// that did not get there within a day never will: one of its pages is missing.
	incompleteForDay := !state.SucceededAt.IsZero() && state.Health.Answers() && now.Sub(state.HealthSince) >= fullFetchEvery
	if after.BaselineAt.IsZero() && (!batch.Partial || incompleteForDay) {
		after.BaselineAt = now
	}
	scan := models.Scan{
		State:   after,
		Notices: notifier.PlanHealth(state, after, src, settings.Routing, now),
		At:      now,
	}
	seen := now
	if len(articles) > 0 {
		var err error
		if seen, err = s.seenAt(ctx, now); err != nil {
			return models.Scan{}, err
		}
		scan.At = seen
	}
	newArticles := 0
	var fresh []models.Article // those with a text that is new
	for _, a := range articles {
		known := a.ID != ""
		before := a.Hash
		a = assignRevision(a, src, seen)
		scan.Articles = append(scan.Articles, a)
		if a.BodyState == models.BodyVersion {
			continue // what changed in it is an article of its own
		}
		if known && (a.Hash == before || a.Replaces != "") {
			continue // a page that failed again, or said nothing new
		}
		if !known {
			newArticles++
		}
		fresh = append(fresh, a)
	}
	fresh, err := s.learnBoilerplate(ctx, &scan, src, fresh, seen)
	if err != nil {
		return models.Scan{}, err
	}
	var found []events.Found
	used := make(map[string]bool)
	for _, a := range fresh {
		parts := matchesByPart(settings.Rules.Match(a), seen)
		for _, part := range slices.Sorted(maps.Keys(parts)) {
			matches := parts[part]
			found = append(found, newFound(settings.Rules, a, part, matches))
			scan.Matches = append(scan.Matches, matches...)
			for _, m := range matches {
				used[m.RuleID] = true
			}
		}
	}
	scan.State = updateRate(scan.State, batch.Batch, newArticles, now)
	if len(found) == 0 {
		return scan, nil
	}
	for _, r := range settings.Rules.Revisions() {
		if used[r.RuleID] {
			r.FirstUsedAt = now
			scan.Rules = append(scan.Rules, r)
		}
	}
	err = s.assignAndPlan(ctx, &scan, found, settings.Routing, seen, now)
	return scan, err
}

// learnBoilerplate adds to a scan what its articles teach about boilerplate, and returns them
// with theirs marked.
func (s *Scanner) learnBoilerplate(ctx context.Context, scan *models.Scan, src models.Source, articles []models.Article, now time.Time) ([]models.Article, error) {
	if s.PassageStore == nil || len(articles) == 0 {
		return articles, nil
	}
	recent, known, err := s.PassageStore.Passages(ctx, src.ID, events.Passages(articles...))
	if err != nil {
		return nil, err
	}
	lesson := events.LearnBoilerplate(recent, known, articles, now)
	if len(lesson.Recent.Articles) > 0 {
		scan.Passages, scan.Known = &lesson.Recent, lesson.Known
	}
	return lesson.Articles, nil
}

// assignAndPlan adds to a scan what its matched articles change and the notices of it.
func (s *Scanner) assignAndPlan(ctx context.Context, scan *models.Scan, found []events.Found, routing models.Routing, seen, now time.Time) error {
	batch := events.Read(found)
	candidates, generation, err := s.Store.Candidates(ctx, batch.Lookups()...)
	if err != nil {
		return err
	}
	changes := batch.Assign(candidates, seen)
	if err := s.addHistories(ctx, changes); err != nil {
		return err
	}
	// After the events: what people ask for moves their generation, so that a plan
	// by older circumstances is stale.
	planContext, err := s.Queue.PlanContext(ctx, now)
	if err != nil {
		return err
	}
	scan.EventGeneration = generation
	scan.Changes = changes
	if ids := restatedMatters(scan.Changes); len(ids) > 0 {
		matters, err := s.Store.Matters(ctx, ids...)
		if err != nil {
			return err
		}
		scan.Changes = events.Restate(scan.Changes, matters)
	}
	for i := range scan.Changes {
		scan.Changes[i].Applied = scan.Applied != nil
	}
	scan.Notices = append(scan.Notices, notifier.Plan(scan.Changes, routing, planContext, now)...)
	return nil
}

// restatedMatters returns the matters of events that say again what was known.
func restatedMatters(changes []models.Change) []string {
	var ids []string
	for _, c := range changes {
		if e := c.Event; e.Stage == models.StageRestated && e.Restates == nil && e.Matter.ID != "" && !slices.Contains(ids, e.Matter.ID) {
			ids = append(ids, e.Matter.ID)
		}
	}
	return ids
}

// addHistories adds what was sent about the events that changed, and what people said of
// them. Only these have one: the other candidates were only compared.
func (s *Scanner) addHistories(ctx context.Context, changes []models.Change) error {
	var ids []string
	for _, c := range changes {
		if c.Kind != models.Opened && !slices.Contains(ids, c.Event.ID) {
			ids = append(ids, c.Event.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	histories, err := s.Store.Histories(ctx, ids)
	for i := range changes {
		e := &changes[i].Event
		h := histories[e.ID]
		e.Notified, e.Assignments, e.Feedback = h.Notified, h.Assignments, h.Feedback
	}
	return err
}

// assignRevision gives an article what it has from being seen: an ID, a time, a revision.
// A page that was fetched and says nothing new is no revision, nor is a text that only a newer
// release extracts differently.
func assignRevision(a models.Article, src models.Source, now time.Time) models.Article {
	a.Source = src
	hash := a.TextHash()
	if a.ID == "" {
		a.ID = models.NewID(now, a.SourceID, a.Identity)
		a.SeenAt = now
		a.Revision = 1
	} else if onlyExtraction(a) {
		a.Replaces = a.Hash
	} else if hash != a.Hash {
		a.Revision++
	}
	a.Hash = hash
	return a
}

// onlyExtraction reports whether the text of a known article differs from the stored one only
// because an older release extracted that. The two cannot be compared by words: a release may
// find paragraphs that the older one lost. So what the source itself says decides, its title and
// summary. Those, and a text that is no page's, are extracted with other punctuation and without
// the numbers of footnotes. A text that the older release never had is new.
func onlyExtraction(a models.Article) bool {
	switch {
	case a.Stored == nil:
		return false
	case a.BodyState == models.BodyVersion:
		return true
	case text.Fold(a.Title) != text.Fold(a.Stored.Title) || !sameLetters(a.Stored.Summary, a.Summary):
		return false
	case a.Completed:
		return a.Stored.BodyState == models.BodyFull
	}
	return sameLetters(a.Stored.Body, a.Body)
}

// sameLetters reports whether two texts have the same letters in the same order. Digits may be
// missing in the newer one, which no longer has the marks of footnotes.
func sameLetters(before, after string) bool {
	rest := []rune(before)
	for _, r := range after {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			continue
		}
		for len(rest) > 0 && rest[0] != r && !unicode.IsLetter(rest[0]) {
			rest = rest[1:]
		}
		if len(rest) == 0 || rest[0] != r {
			return false
		}
		rest = rest[1:]
	}
	return !slices.ContainsFunc(rest, unicode.IsLetter)
}

// newFound returns an article, or a part of one, with its matches.
func newFound(set *rules.Set, a models.Article, part int, matches []models.Match) events.Found {
	f := events.Found{Article: a, Part: part, Matches: matches}
	if part == 0 {
		f.Boilerplate = set.Boilerplate(a)
	}
	return f
}

// matchesByPart splits an article's matches by the part of it that they are in.
func matchesByPart(matches []models.Match, now time.Time) map[int][]models.Match {
	parts := make(map[int][]models.Match)
	for _, m := range matches {
		m.MatchedAt = now
		parts[m.Part] = append(parts[m.Part], m)
	}
	return parts
}

// markBaseline marks what is no news, though it is new here: in the first scan of a
// source what was published before its look-back or is not dated, and later what
// is dated so long before the first scan that the source must have moved it.
func (s *Scanner) markBaseline(articles []models.Article, state models.SourceState, src models.Source, now time.Time) {
	lookBack := src.LookBack
	switch {
	case lookBack == 0:
		lookBack = s.Settings().LookBack
	case lookBack < 0:
		lookBack = 0
	}
	first := state.BaselineAt.IsZero()
	horizon := now.Add(-lookBack)
	if !first {
		horizon = state.BaselineAt.Add(-lookBack - maxBackdating)
	}
	for i := range articles {
		a := &articles[i]
		if a.ID != "" || !first && a.PublishedAt.IsZero() || !a.PublishedAt.Before(horizon) {
			continue
		}
		a.Baseline = true
		if a.BodyState == models.BodyWanted {
			a.BodyState = models.BodySummary // not worth a request
		}
	}
}
