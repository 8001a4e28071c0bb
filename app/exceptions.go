package app

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"regwatch/internal/conditions"
	"regwatch/internal/text"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/rules"
	"regwatch/scanner"
	"regwatch/store"
)

// DefaultException is how long an exception lasts unless a person says otherwise.
const DefaultException = 90 * 24 * time.Hour

const (
	shortestException = time.Minute
	exceptionWindow   = 90 * 24 * time.Hour // that a preview looks back
)

// An Exception says which articles do not count for some rules, and what it has held.
type Exception struct {
	models.Exception
	InForce    bool       `json:"in_force"`
	DaysLeft   *int       `json:"days_left,omitempty"` // a begun day counts; nil if it never expires or is over
	Held       int        `json:"held"`                // matches
	LastHeldAt *time.Time `json:"last_held_at,omitempty"`
	RuleTitle  string     `json:"rule_title,omitempty"` // of the rule that it is about
	Problem    string     `json:"problem,omitempty"`    // why it holds nothing although it is in force

	ShortID string `json:"-"` // as much of the ID as no other exception has
}

// Exceptions returns the exceptions in force, newest first; all that there ever were if all is set. With a rule, only those
// that are about it, or about all rules, or about sources.
func (a *App) Exceptions(ctx context.Context, ruleID string, all bool) ([]Exception, error) {
	if ruleID != "" {
		if err := a.requireStoredRule(ctx, ruleID); err != nil {
			return nil, err
		}
	}
	stored, err := a.store.Exceptions(ctx)
	if err != nil {
		return nil, err
	}
	now := a.now()
	shown := slices.DeleteFunc(slices.Clone(stored), func(x models.Exception) bool {
		return !all && !x.InForce(now) || ruleID != "" && x.Scope == models.ExceptRule && x.Target != ruleID
	})
	return a.newExceptions(ctx, shown, stored, now)
}

func (a *App) newExceptions(ctx context.Context, shown, stored []models.Exception, now time.Time) ([]Exception, error) {
	counts, err := a.store.ExceptionCounts(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(stored))
	for i, x := range stored {
		ids[i] = x.ID
	}
	titles := a.ruleTitles()
	list := []Exception{}
	for _, x := range shown {
		e := Exception{Exception: x, InForce: x.InForce(now), Held: counts[x.ID].Matches, LastHeldAt: optionalTime(counts[x.ID].LastAt), ShortID: models.ShortID(x.ID, ids...)}
		if x.Scope == models.ExceptRule {
			e.RuleTitle = titles[x.Target]
		}
		if e.InForce && !x.Until.IsZero() {
			left := int((x.Until.Sub(now) + 24*time.Hour - 1) / (24 * time.Hour)) // a begun day counts
			e.DaysLeft = &left
		}
		if _, err := rules.CompileExceptions([]models.Exception{x}); err != nil {
			e.Problem = err.Error()
		}
		list = append(list, e)
	}
	return list, nil
}

// An ExceptionRequest is an exception that a person wants to write.
type ExceptionRequest struct {
	Scope     models.ExceptionScope
	Target    string
	Query     string
	Reason    string
	By        string
	FromEvent string    // the ID of an event, or how it begins; may be empty
	Until     time.Time // zero: it never expires
	Progress  Progress
}

// exception checks a request and returns the exception that it asks for. Mistakes in the query are a diag.Problems.
func (a *App) exception(ctx context.Context, r ExceptionRequest, now time.Time) (models.Exception, error) {
	x := models.Exception{
		Scope: r.Scope, Target: strings.TrimSpace(r.Target), Query: strings.Join(strings.Fields(r.Query), " "), Reason: strings.TrimSpace(r.Reason),
		By: r.By, CreatedAt: now, Until: r.Until,
	}
	err := checkLength("reason", x.Reason)
	switch {
	case err != nil:
	case x.Reason == "":
		err = inputError("an exception needs a reason, because others see it")
	case !x.Until.IsZero() && x.Until.Sub(now) < shortestException:
		err = inputError("an exception must expire in the future; the default is in 90 days")
	case x.Scope == models.ExceptRule:
		err = a.requireRule(x.Target)
	case x.Scope == models.ExceptSource:
		err = a.requireSourcePattern(x.Target)
	case x.Scope != models.ExceptAll:
		err = unknownValue("scope of exceptions", string(x.Scope), names([]models.ExceptionScope{models.ExceptRule, models.ExceptSource, models.ExceptAll}))
	}
	if err != nil {
		return x, err
	}
	if r.FromEvent != "" {
		event, err := a.store.FindEvent(ctx, r.FromEvent)
		if err != nil {
			return x, err
		}
		x.FromEvent = event.ID
	}
	set, problems := searchFor(r.Query) // as it was written, so that columns are right
	if len(problems) == 0 {
		problems = set.CheckSources(a.Folder().Sources)
	}
	if len(problems) > 0 {
		return x, problems
	}
	if !rules.RequiresText(set) {
		return x, inputError("the query would hold articles that have none of its words; require a word in it, such as: title:appoints AND role:press")
	}
	inForce, err := a.store.ExceptionsInForce(ctx, now)
	if err != nil {
		return x, err
	}
	for _, same := range inForce {
		if same.Scope == x.Scope && same.Target == x.Target && same.Query == x.Query {
			return x, inputError("exception %s, by %s, says the same; to change when it expires, run regwatch exceptions extend %s", same.ID, cmp.Or(same.By, "somebody"), same.ID)
		}
	}
	return x, nil
}

// requireSourcePattern refuses a pattern that no source of the folder has.
func (a *App) requireSourcePattern(pattern string) error {
	if what, want := conditions.Check(conditions.Source, pattern); what != "" {
		return inputError("%s; %s", what, want)
	}
	var ids []string
	for _, src := range a.Folder().Sources {
		if conditions.Match(conditions.Source, src.ID, pattern) {
			return nil
		}
		ids = append(ids, src.ID)
	}
	return inputError("no source has the ID %q%s; regwatch sources lists them, and * stands for any part of an ID, such as hkma-*", pattern, yamlnode.DidYouMean(pattern, ids))
}

// An ExceptionPreview is what an exception would have held in the last 90 days.
type ExceptionPreview struct {
	Exception  models.Exception `json:"exception"`
	Since      time.Time        `json:"since"`
	Found      int              `json:"articles_found"` // articles that the query matches
	Articles   int              `json:"articles"`       // of those, the ones with a match that it would have held
	Matches    int              `json:"matches"`
	Alerts     int              `json:"alerts"`   // events that alerted and would not have
	Official   int              `json:"official"` // of the events
	Critical   int              `json:"critical"`
	Relevant   int              `json:"relevant"` // that people marked as relevant
	Irrelevant int              `json:"irrelevant"`
	Cut        bool             `json:"cut,omitempty"`      // it matches so much that not all was read
	Imported   int              `json:"imported,omitempty"` // imported articles of any time that the query matches; they caused no event
	Events     []ExceptedEvent  `json:"events"`             // newest first
}

// An ExceptedEvent is an event with a match that an exception would have held.
type ExceptedEvent struct {
	Event    Event          `json:"event"`
	Alerted  bool           `json:"alerted"` // somebody was sent it
	Held     bool           `json:"held"`    // nothing else of it would have alerted
	Rules    []string       `json:"rules"`   // whose matches it would have held
	Official bool           `json:"official"`
	Critical bool           `json:"critical"`
	Verdict  models.Verdict `json:"verdict,omitempty"`
}

// PreviewException returns what an exception would have held in the last 90 days, and stores nothing.
func (a *App) PreviewException(ctx context.Context, r ExceptionRequest) (ExceptionPreview, error) {
	now := a.now().UTC()
	x, err := a.exception(ctx, r, now)
	if err != nil {
		return ExceptionPreview{}, err
	}
	query, problems := rules.Search(x.Query)
	if len(problems) > 0 {
		return ExceptionPreview{}, problems
	}
	query = withDates(query)
	if err := a.indexTexts(ctx, r.Progress); err != nil {
		return ExceptionPreview{}, err
	}
	p := ExceptionPreview{Exception: x, Since: now.Add(-exceptionWindow), Events: []ExceptedEvent{}}
	result, err := scanner.TryException(ctx, a.store, scanner.ExceptionTrial{
		Exception: x, Query: query, Sources: a.Folder().Sources, Since: p.Since, Until: now, Progress: progressOf(r.Progress, "reading articles"),
	})
	if err != nil {
		return ExceptionPreview{}, err
	}
	p.Found, p.Articles, p.Matches, p.Cut, p.Imported = result.Found, result.Articles, result.Matches, result.Cut, result.Imported
	var found []models.Event
	for _, e := range result.Events {
		found = append(found, e.Event)
	}
	list, err := a.newEvents(ctx, found)
	if err != nil {
		return ExceptionPreview{}, err
	}
	count := func(n *int, is bool) {
		if is {
			*n++
		}
	}
	for i, e := range result.Events {
		p.Events = append(p.Events, ExceptedEvent{list[i], e.Alerted, e.Held, e.Rules, e.Official, e.Critical, e.Verdict})
		count(&p.Alerts, e.Alerted && e.Held)
		count(&p.Official, e.Official)
		count(&p.Critical, e.Critical)
		count(&p.Relevant, e.Verdict == models.Relevant)
		count(&p.Irrelevant, e.Verdict == models.Irrelevant)
	}
	return p, nil
}

// AddException stores an exception. A running regwatch uses it within seconds, for articles that come from then on; what
// was sent stays sent. The audit names the person.
func (a *App) AddException(ctx context.Context, r ExceptionRequest) (Exception, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return Exception{}, err
	}
	now := a.now().UTC()
	x, err := a.exception(ctx, r, now)
	if err != nil {
		return Exception{}, err
	}
	x, err = a.store.AddException(ctx, x)
	return a.changedException(ctx, x, err)
}

// RemoveException takes an exception out of force.
func (a *App) RemoveException(ctx context.Context, id, by string) (Exception, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return Exception{}, err
	}
	id, err := a.findException(ctx, id)
	if err != nil {
		return Exception{}, err
	}
	x, err := a.store.RemoveException(ctx, id, by, a.now().UTC())
	return a.changedException(ctx, x, err)
}

// ExtendException changes when an exception expires; zero is never. One that has expired is in force again.
func (a *App) ExtendException(ctx context.Context, id string, until time.Time, by string) (Exception, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return Exception{}, err
	}
	now := a.now().UTC()
	if !until.IsZero() && until.Sub(now) < shortestException {
		return Exception{}, inputError("an exception must expire in the future; to end it now, run regwatch exceptions remove %s", id)
	}
	id, err := a.findException(ctx, id)
	if err != nil {
		return Exception{}, err
	}
	x, err := a.store.ExtendException(ctx, id, until.UTC(), by, now)
	return a.changedException(ctx, x, err)
}

// UndoException undoes the last change of an exception: a removal, an extension, or that it was added.
func (a *App) UndoException(ctx context.Context, id, by string) (Exception, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return Exception{}, err
	}
	id, err := a.findException(ctx, id)
	if err != nil {
		return Exception{}, err
	}
	x, err := a.store.UndoException(ctx, id, by, a.now().UTC())
	return a.changedException(ctx, x, err)
}

// changedException takes a changed exception into use here too, and returns it.
func (a *App) changedException(ctx context.Context, x models.Exception, err error) (Exception, error) {
	if err != nil {
		return Exception{}, bare[*store.NoExceptionError](err)
	}
	if err := a.useFolder(ctx, nil); err != nil {
		return Exception{}, err
	}
	all, err := a.store.Exceptions(ctx)
	if err != nil {
		return Exception{}, err
	}
	list, err := a.newExceptions(ctx, []models.Exception{x}, all, a.now())
	if err != nil {
		return Exception{}, err
	}
	return list[0], nil
}

// findException returns the ID of the exception whose ID begins so. Of several the one in force is meant.
func (a *App) findException(ctx context.Context, begins string) (string, error) {
	all, err := a.store.Exceptions(ctx)
	if err != nil {
		return "", err
	}
	begins = strings.TrimSpace(begins)
	named := slices.DeleteFunc(slices.Clone(all), func(x models.Exception) bool {
		return begins == "" || !strings.HasPrefix(x.ID, strings.ToUpper(begins))
	})
	now := a.now()
	if inForce := slices.DeleteFunc(slices.Clone(named), func(x models.Exception) bool { return !x.InForce(now) }); len(inForce) > 0 {
		named = inForce
	}
	none := &store.NoExceptionError{ID: begins}
	if len(named) == 1 {
		return named[0].ID, nil
	}
	if len(named) == 0 && a.requireRule(begins) == nil {
		none.IsRule = true
		named = slices.DeleteFunc(slices.Clone(all), func(x models.Exception) bool { return x.Scope != models.ExceptRule || x.Target != begins })
	}
	for _, x := range named[:min(len(named), 5)] {
		none.Among = append(none.Among, store.Candidate{ID: x.ID, Title: x.Query})
	}
	return "", none
}

// A ProposedException is a query that may be a starting point for an exception.
type ProposedException struct {
	EventID string `json:"event_id"`
	Title   string `json:"title"`   // of the event
	RuleID  string `json:"rule_id"` // that leads it; empty if it alerts nobody
	Query   string `json:"query"`
}

// ProposeException proposes a query for an exception from the title of an event: its rarest words, without those that made
// its rules match. A person is to judge it.
func (a *App) ProposeException(ctx context.Context, eventID string) (ProposedException, error) {
	event, err := a.store.FindEvent(ctx, eventID)
	if err != nil {
		return ProposedException{}, err
	}
	p := ProposedException{EventID: event.ID, Title: event.Title, RuleID: event.LeadRule}
	matches, err := a.store.EventMatches(ctx, event.ID)
	if err != nil {
		return p, err
	}
	if p.RuleID == "" && len(matches) > 0 {
		p.RuleID = models.Ranked(matches)[0].RuleID
	}
	words := titleWords(event.Title, matches)
	if len(words) == 0 {
		return p, inputError("the title of event %s has no words but those of its rules, so there is nothing to propose; write the query yourself", event.ID)
	}
	now := a.now().UTC()
	articles := make(map[string]int)
	for _, word := range words {
		set, problems := rules.Search(inTitle(word))
		if len(problems) > 0 {
			continue
		}
		if articles[word], err = a.store.CountMatching(ctx, set.Candidate(set.Rules()[0].ID), models.ArticleWindow{Since: now.Add(-exceptionWindow), Until: now, By: models.BySeen}); err != nil {
			return p, err
		}
	}
	chosen := slices.DeleteFunc(slices.Clone(words), func(word string) bool { return articles[word] == 0 })
	slices.SortStableFunc(chosen, func(a, b string) int { return articles[a] - articles[b] })
	chosen = chosen[:min(len(chosen), maxProposedWords)]
	var parts []string
	for _, word := range words { // in the order of the title
		if slices.Contains(chosen, word) {
			parts = append(parts, inTitle(word))
		}
	}
	if p.Query = strings.Join(parts, " AND "); p.Query == "" {
		return p, inputError("the words of the title of event %s cannot be searched for; write the query yourself", event.ID)
	}
	return p, nil
}

// maxProposedWords is how many words a proposed query has. More would find this event alone.
const maxProposedWords = 2

func inTitle(word string) string { return `title:"` + word + `"` }

// commonWords are left out of proposed queries.
const commonWords = " a an and are as at be by for from has have in into is it its new of on or over says that the their this to was were will with "

// titleWords returns the words of a title that could tell what it is about: without common and short words, numbers, and
// those that rules matched. Of Chinese text, which has no spaces, it takes the first characters between two signs.
func titleWords(title string, matches []models.Match) []string {
	for _, m := range matches {
		for _, h := range m.Hits {
			if h.Text != "" {
				title = strings.ReplaceAll(title, h.Text, "\n")
			}
		}
	}
	var words []string
	const longestRun = 4 // Chinese characters
	add := func(word string) {
		if word != "" && !slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(w, word) }) {
			words = append(words, word)
		}
	}
	for _, field := range strings.FieldsFunc(title, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		runes := []rune(field)
		switch {
		case text.HasCJK(field):
			if len(runes) > 1 {
				add(string(runes[:min(len(runes), longestRun)]))
			}
		case len(runes) < 4 || !strings.ContainsFunc(field, unicode.IsLetter) || strings.Contains(commonWords, " "+strings.ToLower(field)+" "):
		default:
			add(field)
		}
	}
	return words
}
