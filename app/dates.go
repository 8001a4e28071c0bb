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
)

// A DateFilter selects key dates of events. The zero value selects all.
type DateFilter struct {
	From, To     string // days, 2006-01-02; empty: any
	Rule         string // an ID
	Kind         string // effective or deadline
	Severity     string // the lowest
	Jurisdiction string
}

// A DatedEvent is a key date with its event.
type DatedEvent struct {
	models.KeyDate
	EventID  string
	Title    string
	Link     string // only http and https
	Severity string

	// Known only after [App.DateDetails].
	Official  bool      // an official source states it
	Source    string    // the name of the first source that states it
	MovedFrom string    // the day before the last move; empty: it has not moved
	MovedAt   time.Time // zero: it has not moved
}

// DateKinds returns the kinds of key dates.
func DateKinds() []string { return []string{"deadline", "effective"} }

// KeyDates returns the key dates of events, the earliest first.
func (a *App) KeyDates(ctx context.Context, f DateFilter) ([]DatedEvent, error) {
	if f.Severity != "" && !isSeverity(f.Severity) {
		return nil, unknownValue("severity", f.Severity, names(models.Severities()))
	}
	for _, day := range []string{f.From, f.To} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			return nil, inputError("%q is not a day; use one such as 2026-12-31", day)
		}
	}
	from, to := cmp.Or(f.From, "0000-01-01"), cmp.Or(f.To, "9999-12-31")
	found, err := a.store.DatedEvents(ctx, from, to)
	if err != nil {
		return nil, err
	}
	all := []DatedEvent{}
	for _, e := range found {
		if f.Rule != "" && !slices.Contains(e.RuleIDs, f.Rule) || e.Severity.Rank() < models.Severity(f.Severity).Rank() ||
			f.Jurisdiction != "" && !slices.Contains(e.Jurisdictions, f.Jurisdiction) {
			continue
		}
		for _, d := range e.Dates {
			if d.Day < from || d.Day > to || f.Kind != "" && d.Kind != f.Kind {
				continue
			}
			all = append(all, DatedEvent{KeyDate: d, EventID: e.ID, Title: sanitize.Line(e.Title), Link: sanitize.Link(e.Link), Severity: string(e.Severity)})
		}
	}
	slices.SortFunc(all, func(x, y DatedEvent) int {
		return cmp.Or(strings.Compare(x.Day, y.Day), cmp.Compare(models.Severity(y.Severity).Rank(), models.Severity(x.Severity).Rank()),
			strings.Compare(x.EventID, y.EventID), strings.Compare(x.Kind, y.Kind))
	})
	return all, nil
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
