package app

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"regwatch/events"
	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/notifier/render"
	"regwatch/rules"
	"regwatch/scanner"
	"regwatch/store"
)

// An EventFilter says which events are wanted. A field with its zero value allows every
// event. Of several values in one field an event needs only one.
type EventFilter struct {
	Since, Until  time.Time // first seen, changed or joined by an article in [Since, Until); a zero Until is now
	Rules         []string  // IDs of rules that matched
	Severity      string    // the lowest; an event that is only mentioned has no severity
	Stages        []string  // names of stages, or NoStage
	Sources       []string  // IDs of sources of its articles
	Jurisdictions []string  // in English
	Text          string    // words; the title has all of them
	AssignedTo    string    // a person, or Nobody
	Held          []string  // with a notice that was held for one of these reasons
	State         string    // StateOpen or StateClosed
	Published     string    // PublishedOfficially, or PublishedByPress: by the press only
	Raised        bool      // that a rule alerts to or lists in the digest
	LessCertain   bool      // that rules list in the digest, and that no rule alerts to
	MayBelong     bool      // that may belong to another event, which nobody has decided
	Query         string    // for its articles, in the language of rules; of plain words an article has all
	Before        string    // an event, or the beginning of its ID: only those that come after it if the one last seen is first
}

// Events returns the events that a filter allows, oldest first.
func (a *App) Events(ctx context.Context, f EventFilter) ([]Event, error) {
	events, _, err := a.NewestEvents(ctx, f, 0)
	return events, err
}

// NewestEvents returns at most limit of the events that a filter allows, those that were last
// seen last, oldest first, and how many it allows in all; with Before, from there on. Of a query
// for articles, more than maxVerified events are counted by its words alone. A limit of 0 is none.
func (a *App) NewestEvents(ctx context.Context, f EventFilter, limit int) (events []Event, total int, err error) {
	q, some, err := a.eventQuery(ctx, f)
	if err != nil {
		return nil, 0, err
	}
	if !some {
		return []Event{}, 0, nil
	}
	found, err := a.eventsFound(ctx, f, q, limit)
	if err != nil {
		return nil, 0, err
	}
	total = len(found)
	if limit > 0 && total == limit {
		if total, err = a.countOf(ctx, f, q); err != nil {
			return nil, 0, err
		}
	}
	events, err = a.newEvents(ctx, found)
	return events, total, err
}

// eventsFound returns at most limit of the events of a filter, given as the query of the store
// that it is. If the filter has a query for articles, the store finds the events whose words may
// match, and their texts are read here until there are enough.
func (a *App) eventsFound(ctx context.Context, f EventFilter, q store.EventFilter, limit int) ([]models.Event, error) {
	if f.Query == "" {
		return a.store.NewestEvents(ctx, q, limit)
	}
	set, err := eventSearch(f.Query)
	if err != nil {
		return nil, err
	}
	matchesQuery := scanner.Matcher(set, a.Folder().Sources)
	var found []models.Event
	size := max(searchedAtOnce, limit)
	for {
		page, err := a.store.NewestEvents(ctx, q, size)
		if err != nil {
			return nil, err
		}
		var ids []string
		for _, e := range page {
			for _, p := range e.Articles {
				ids = append(ids, p.ArticleID)
			}
		}
		texts, err := a.store.ArticleTexts(ctx, ids)
		if err != nil {
			return nil, err
		}
		slices.SortFunc(page, lastSeenFirst)
		for _, e := range page {
			matches := func(p models.EventArticle) bool {
				article, stored := texts[p.ArticleID]
				return stored && matchesQuery(article)
			}
			if slices.ContainsFunc(e.Articles, matches) {
				found = append(found, e)
			}
			if limit > 0 && len(found) == limit {
				break
			}
		}
		if len(page) < size || limit > 0 && len(found) == limit {
			slices.SortFunc(found, models.FirstSeenFirst)
			return found, nil
		}
		q.Before = page[len(page)-1].ID
	}
}

// lastSeenFirst is the order of the pages of events.
func lastSeenFirst(a, b models.Event) int {
	return cmp.Or(b.LastSeenAt.Compare(a.LastSeenAt), strings.Compare(b.ID, a.ID))
}

// searchedAtOnce is how many events are read at once for a query, if no more are asked for: a page of the inbox.
const searchedAtOnce = 50

// eventSearch compiles a query for the articles of events. Without an operator or parentheses, all of its words, phrases and
// fields must be there.
func eventSearch(query string) (*rules.Set, error) {
	if words := searchWord.FindAllString(query, -1); !strings.ContainsAny(query, "()$") && !slices.ContainsFunc(words, operatorWord.MatchString) {
		query = strings.Join(words, " AND ")
	}
	set, problems := searchFor(query)
	if len(problems) > 0 {
		return nil, problems
	}
	return withDates(set), nil
}

// searchWord is a word, a phrase or a field with its value. A quotation mark without another one is an error of the query.
var searchWord = regexp.MustCompile(`(?:[^\s"“”]|"[^"]*"?|“[^”]*”?|”)+`)

// longestQuery is the most characters of a query that a person writes for a search or an exception. One of 180,000 takes seconds
// to compile.
const longestQuery = 10_000

// searchFor compiles a query that a person wrote.
func searchFor(query string) (*rules.Set, diag.Problems) {
	if n := utf8.RuneCountInString(query); n > longestQuery {
		return nil, diag.Problems{diag.New("query", 1, 1, diag.Textf("the query has %d characters", n), diag.Textf("use at most %d", longestQuery))}
	}
	return rules.Search(query)
}

// eventQuery checks a filter and translates it for the store. If some is false, it allows no
// event, because the person has none.
func (a *App) eventQuery(ctx context.Context, f EventFilter) (q store.EventFilter, some bool, err error) {
	q = store.EventFilter{
		From: f.Since, To: f.Until, Rules: f.Rules, MinSeverity: models.Severity(f.Severity),
		Sources: f.Sources, Words: strings.Fields(f.Text), Unassigned: f.AssignedTo == Nobody, MayBelong: f.MayBelong,
		Jurisdictions: f.Jurisdictions, Open: f.State == StateOpen, Closed: f.State == StateClosed, Raised: f.Raised, LessCertain: f.LessCertain,
		Official: f.Published == PublishedOfficially, PressOnly: f.Published == PublishedByPress,
	}
	if f.Query != "" {
		set, err := eventSearch(f.Query)
		if err != nil {
			return q, false, err
		}
		if err := indexAll(ctx, a.store, nil); err != nil {
			return q, false, err
		}
		q.Candidate = set.Candidate(set.Rules()[0].ID)
	}
	if f.Severity != "" && q.MinSeverity.Rank() == 0 {
		return q, false, unknownValue("severity", f.Severity, names(models.Severities()))
	}
	if f.State != "" && !slices.Contains(EventStates(), f.State) {
		return q, false, unknownValue("state", f.State, EventStates())
	}
	if published := []string{PublishedOfficially, PublishedByPress}; f.Published != "" && !slices.Contains(published, f.Published) {
		return q, false, unknownValue("publisher", f.Published, published)
	}
	stages := append(events.Stages(), NoStage)
	for _, stage := range f.Stages {
		if !slices.Contains(stages, stage) {
			return q, false, unknownValue("stage", stage, stages)
		}
		if stage == NoStage {
			stage = ""
		}
		q.Stages = append(q.Stages, stage)
	}
	for _, held := range f.Held {
		if !slices.Contains(models.Holds(), models.Hold(held)) {
			return q, false, unknownValue("hold reason", held, names(models.Holds()))
		}
		q.Held = append(q.Held, models.Hold(held))
	}
	for _, id := range f.Rules {
		if err := a.requireStoredRule(ctx, id); err != nil {
			return q, false, err
		}
	}
	for _, id := range f.Sources {
		if err := a.requireStoredSource(ctx, id); err != nil {
			return q, false, err
		}
	}
	if f.Before != "" {
		before, err := a.store.FindEvent(ctx, f.Before)
		if err != nil {
			return q, false, err
		}
		q.Before = before.ID
	}
	if f.AssignedTo == "" || q.Unassigned {
		return q, true, nil
	}
	names, err := a.store.Assignees(ctx)
	for _, name := range names {
		if isPerson(name, f.AssignedTo) {
			q.AssignedTo = append(q.AssignedTo, name)
		}
	}
	return q, len(q.AssignedTo) > 0, err
}

func names[T ~string](values []T) []string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = string(v)
	}
	return all
}

func unknownValue(what, value string, known []string) error {
	return inputError("%s %q does not exist%s; use %s", what, value, yamlnode.DidYouMean(value, known), yamlnode.OrText(known))
}

// Assignees returns the names of everybody to whom an event is assigned, in order.
func (a *App) Assignees(ctx context.Context) ([]string, error) {
	names, err := a.store.Assignees(ctx)
	for i, name := range names {
		names[i] = render.PersonName(name)
	}
	return slices.Compact(names), err
}

// isPerson reports whether a stored name is the person whom somebody asks for: ana is ana,
// and is @Ana (U0ANA), whom Slack calls so.
func isPerson(stored, asked string) bool {
	for _, name := range []string{stored, render.PersonName(stored), strings.TrimPrefix(render.PersonName(stored), "@")} {
		if strings.EqualFold(name, strings.TrimSpace(asked)) {
			return true
		}
	}
	return false
}

// newEvents are events for a list, with short IDs.
func (a *App) newEvents(ctx context.Context, found []models.Event) ([]Event, error) {
	ids := make([]string, len(found))
	for i, e := range found {
		ids[i] = e.ID
	}
	short, err := a.store.ShortEventIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	titles, zones := a.ruleTitles(), a.sourceZones()
	list := make([]Event, len(found))
	for i, e := range found {
		list[i] = newEvent(e, titles, zones, short[e.ID])
	}
	return list, nil
}

// A Position is a place in a list that is read page by page. What is added at the beginning of the
// list moves nothing behind the place.
type Position = models.Position

// EventsPage returns at most limit of the events that a filter allows, the one last seen first, from
// a place on. An event that is seen again while the pages are read moves to the beginning. It does not count
// the events: those of a common word take longer to count than to find, again after each scan.
func (a *App) EventsPage(ctx context.Context, f EventFilter, after Position, limit int) ([]Event, error) {
	q, some, err := a.eventQuery(ctx, f)
	if err != nil || !some {
		return []Event{}, err
	}
	q.After = after
	found, err := a.eventsFound(ctx, f, q, limit)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, lastSeenFirst)
	return a.newEvents(ctx, found)
}

// Position is the place right after the event in the list of [App.EventsPage].
func (e Event) Position() Position { return Position{At: e.LastSeenAt, ID: e.ID} }

// Position is the place right after an article in the list of a filter.
func (f ArticleFilter) Position(a Article) Position {
	p := Position{At: a.SeenAt, ID: a.ID}
	switch {
	case f.Revised && a.RevisedAt != nil:
		p.At = *a.RevisedAt
	case f.Imported && !f.Revised && a.PublishedAt != nil:
		p.At = *a.PublishedAt
	}
	return p
}

// Position is the place right after the delivery in the list of deliveries.
func (d Delivery) Position() Position { return Position{At: d.CreatedAt, ID: d.ID} }

// Position is the place right after the notice in the lists of notices.
func (n UnsentNotice) Position() Position { return Position{At: n.Since, ID: n.ID} }

// longestFilterName is the most characters of the name of a saved filter: what a column shows.
const longestFilterName = 60

// SavedFilters returns the filters that a person sees: those of the team and the person's own,
// each by name.
func (a *App) SavedFilters(ctx context.Context, person string) ([]models.SavedFilter, error) {
	filters, err := a.store.SavedFilters(ctx, person)
	return nonNil(filters), err
}

// SaveFilter saves a filter under a name, in place of an earlier one. The query is that of the
// address of the list, without the question mark. A filter with an owner is seen by that person
// alone; one without is seen by everybody.
func (a *App) SaveFilter(ctx context.Context, f models.SavedFilter, by string) (models.SavedFilter, error) {
	if f.IsTeam() {
		if err := a.may(ctx, RoleEditor); err != nil {
			return f, err
		}
	} else if err := a.mayFor(ctx, f.Owner); err != nil {
		return f, err
	}
	f.Name, f.Query = strings.Join(strings.Fields(f.Name), " "), strings.TrimPrefix(strings.TrimSpace(f.Query), "?")
	switch {
	case f.Name == "":
		return f, inputError("the filter has no name")
	case len([]rune(f.Name)) > longestFilterName:
		return f, inputError("the name of the filter has %d characters; use at most %d", len([]rune(f.Name)), longestFilterName)
	case f.Owner != "" && f.Owner != by:
		return f, inputError("%s cannot save a filter for %s", by, f.Owner)
	}
	f.SavedBy, f.SavedAt = by, a.now().UTC()
	return a.store.SaveFilter(ctx, f)
}

// RemoveFilter removes a filter of the team or of the person, and returns it, so that it can be
// saved again. The error is a *store.NoFilterError if the person sees none with that ID.
func (a *App) RemoveFilter(ctx context.Context, id, by string) (models.SavedFilter, error) {
	if err := a.mayFor(ctx, by); err != nil {
		return models.SavedFilter{}, err
	}
	filters, err := a.store.SavedFilters(ctx, by)
	if err != nil {
		return models.SavedFilter{}, err
	}
	if slices.ContainsFunc(filters, func(f models.SavedFilter) bool { return f.ID == id && f.IsTeam() }) {
		if err := a.may(ctx, RoleEditor); err != nil {
			return models.SavedFilter{}, err
		}
	}
	removed, err := a.store.RemoveFilter(ctx, id, by, a.now().UTC())
	return removed, bare[*store.NoFilterError](err)
}
