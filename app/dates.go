package app

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"regwatch/events"
	"regwatch/internal/sanitize"
	"regwatch/models"
	"regwatch/store"
)

// A DateFilter selects key dates of events. The zero value selects all.
type DateFilter struct {
	From, To     string // days, 2006-01-02; empty: any
	Rule         string // an ID
	Kind         string // effective or deadline
	Severity     string // the lowest
	Jurisdiction string
	Limit        int  // at most so many; 0: all
	Latest       bool // those with the latest days, not with the earliest, if there are more than Limit
}

// A DatedEvent is a key date with its event.
type DatedEvent struct {
	models.KeyDate
	EventID  string `json:"event_id"`
	Title    string `json:"title"`
	Link     string `json:"link"` // only http and https
	Severity string `json:"severity"`

	// Known only after [App.DateDetails].
	Official  bool      `json:"official"`             // an official source states it
	Source    string    `json:"source,omitempty"`     // the name of the first source that states it
	MovedFrom string    `json:"moved_from,omitempty"` // the day before the last move; empty: it has not moved
	MovedAt   time.Time `json:"moved_at,omitzero"`    // zero: it has not moved
}

// DateKinds returns the kinds of key dates.
func DateKinds() []string { return []string{"deadline", "effective"} }

// KeyDates returns the key dates of events, the earliest first.
func (a *App) KeyDates(ctx context.Context, f DateFilter) ([]DatedEvent, error) {
	q, err := dateQuery(f)
	if err != nil {
		return nil, err
	}
	if f.Limit > 0 {
		// Of the last day all are read, to be sorted by their severity.
		edge, err := a.store.DayOfDate(ctx, q, f.Limit, f.Latest)
		if err != nil {
			return nil, err
		}
		if f.Latest {
			q.From = cmp.Or(edge, q.From)
		} else {
			q.To = cmp.Or(edge, q.To)
		}
	}
	found, err := a.store.DatedEvents(ctx, q)
	if err != nil {
		return nil, err
	}
	all := []DatedEvent{}
	for _, e := range found {
		for _, d := range e.Dates {
			if d.Day < q.From || q.To != "" && d.Day > q.To || f.Kind != "" && d.Kind != f.Kind {
				continue
			}
			all = append(all, DatedEvent{KeyDate: d, EventID: e.ID, Title: sanitize.Line(e.Title), Link: sanitize.Link(e.Link), Severity: string(e.Severity)})
		}
	}
	slices.SortFunc(all, func(x, y DatedEvent) int {
		return cmp.Or(strings.Compare(x.Day, y.Day), cmp.Compare(models.Severity(y.Severity).Rank(), models.Severity(x.Severity).Rank()),
			strings.Compare(x.EventID, y.EventID), strings.Compare(x.Kind, y.Kind))
	})
	if more := len(all) - f.Limit; f.Limit > 0 && more > 0 {
		if f.Latest {
			return all[more:], nil
		}
		all = all[:f.Limit]
	}
	return all, nil
}

// A DayCount is how many key dates a day has.
type DayCount = store.DayCount

// CountDates returns how many key dates each day has, the earliest first. Days without key dates
// are left out.
func (a *App) CountDates(ctx context.Context, f DateFilter) ([]DayCount, error) {
	q, err := dateQuery(f)
	if err != nil {
		return nil, err
	}
	return a.store.CountDates(ctx, q)
}

// dateQuery checks a filter and translates it for the store.
func dateQuery(f DateFilter) (store.DateFilter, error) {
	q := store.DateFilter{From: f.From, To: f.To, Rule: f.Rule, Kind: f.Kind, MinSeverity: models.Severity(f.Severity), Jurisdiction: f.Jurisdiction}
	if f.Severity != "" && !isSeverity(f.Severity) {
		return q, unknownValue("severity", f.Severity, names(models.Severities()))
	}
	for _, day := range []string{f.From, f.To} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			return q, inputError("%q is not a day; use one such as 2026-12-31", day)
		}
	}
	return q, nil
}

// DateDetails fills in who states key dates and whether they have moved.
func (a *App) DateDetails(ctx context.Context, dates []DatedEvent) error {
	var ids []string
	for _, d := range dates {
		if !slices.Contains(ids, d.EventID) {
			ids = append(ids, d.EventID)
		}
	}
	histories, err := a.store.EventHistories(ctx, ids)
	if err != nil {
		return err
	}
	for _, h := range histories {
		moves := events.Calendar(h.Event.ID, calendarStates(h))
		for i := range dates {
			d := &dates[i]
			if d.EventID != h.Event.ID {
				continue
			}
			d.Official = isOfficialDate(h.Event, d.KeyDate)
			states := func(in models.EventArticle) bool {
				return (!d.Official || in.IsOfficialSubject()) && slices.ContainsFunc(in.Dates, func(o models.KeyDate) bool { return o.Kind == d.Kind && o.Day == d.Day })
			}
			if at := slices.IndexFunc(h.Event.Articles, states); at >= 0 {
				d.Source = h.Event.Articles[at].SourceName
			}
			for _, m := range moves {
				if m.Kind == d.Kind && m.Day == d.Day && m.MovedFrom != "" && !m.Cancelled {
					d.MovedFrom, d.MovedAt = m.MovedFrom, m.ChangedAt
				}
			}
		}
	}
	return nil
}

// A RouteAddress is a route with the addresses of its calendar and feed, and what they have.
type RouteAddress struct {
	RouteFeed
	Condition string // which events the route takes, in English; empty: all
}

// RouteAddresses returns the addresses of the calendar and of the feed of each route. The
// error is an *InputError if regwatch serves none.
func (a *App) RouteAddresses(ctx context.Context) ([]RouteAddress, error) {
	var all []RouteAddress
	var visit func([]Route) error
	visit = func(routes []Route) error {
		for _, r := range routes {
			feed, err := a.RouteFeed(ctx, r.Path)
			if err != nil {
				return err
			}
			all = append(all, RouteAddress{feed, r.Condition})
			if err := visit(r.Routes); err != nil {
				return err
			}
		}
		return nil
	}
	return all, visit(newRoutes(a.Config().Routes))
}
