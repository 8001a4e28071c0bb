package app

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"regwatch/events"
	"regwatch/internal/sanitize"
	"regwatch/internal/signedlink"
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

// A Calendar is the key dates of the events that a route sent.
type Calendar struct {
	Route   string
	Address string // of the calendar itself
	Dates   []CalendarDate
}

// A CalendarDate is a key date of an event as an entry of a calendar.
type CalendarDate struct {
	models.KeyDate

	UID       string // stays when the date moves
	Sequence  int    // rises when it moves or is withdrawn
	Cancelled bool   // the event no longer names it
	CreatedAt time.Time
	ChangedAt time.Time

	EventID  string
	Title    string
	Link     string // only http and https
	Severity string
	Official bool // an official source states it
}

// withdrawnShown is how long a calendar has a date that was withdrawn: until programs that
// subscribed have read it.
const withdrawnShown = 60 * 24 * time.Hour

// isOfficialDate reports whether an official article of an event that is about a rule states a
// date.
func isOfficialDate(e models.Event, d models.KeyDate) bool {
	return slices.ContainsFunc(e.Articles, func(a models.EventArticle) bool {
		return a.IsOfficialSubject() && slices.ContainsFunc(a.Dates, func(o models.KeyDate) bool { return o.Kind == d.Kind && o.Day == d.Day })
	})
}

// Calendar returns the calendar of a route. Its token is that of the feed.
func (a *App) Calendar(ctx context.Context, route, token string) (Calendar, error) {
	if _, err := a.readLink(ctx, signedlink.Feed(route), token); err != nil {
		return Calendar{}, err
	}
	links, err := a.Links(ctx)
	if err != nil {
		return Calendar{}, err
	}
	ids, err := a.store.DatedEventsByRoute(ctx, route, a.now().Add(-withdrawnShown))
	if err != nil {
		return Calendar{}, err
	}
	histories, err := a.store.EventHistories(ctx, ids)
	if err != nil {
		return Calendar{}, err
	}
	return Calendar{Route: route, Address: links.Calendar(route), Dates: a.calendarDates(histories)}, nil
}

// EventCalendar returns the key dates of one event, which is found by its ID or the beginning
// of it. They have the UIDs that they have in the calendars of routes.
func (a *App) EventCalendar(ctx context.Context, id string) (Calendar, error) {
	event, err := a.store.FindEvent(ctx, id)
	if err != nil {
		return Calendar{}, err
	}
	histories, err := a.store.EventHistories(ctx, []string{event.ID})
	if err != nil {
		return Calendar{}, err
	}
	return Calendar{Route: sanitize.Line(event.Title), Dates: a.calendarDates(histories)}, nil
}

// calendarDates returns the key dates of events, the earliest first.
func (a *App) calendarDates(histories []store.EventHistory) []CalendarDate {
	var dates []CalendarDate
	for _, h := range histories {
		for _, d := range events.Calendar(h.Event.ID, calendarStates(h)) {
			if d.Cancelled && d.ChangedAt.Before(a.now().Add(-withdrawnShown)) {
				continue
			}
			dates = append(dates, CalendarDate{
				KeyDate: d.KeyDate, UID: d.UID, Sequence: d.Sequence, Cancelled: d.Cancelled, CreatedAt: d.CreatedAt, ChangedAt: d.ChangedAt,
				EventID: h.Event.ID, Title: sanitize.Line(h.Event.Title), Link: sanitize.Link(h.Event.Link),
				Severity: string(h.Event.Severity), Official: isOfficialDate(h.Event, d.KeyDate),
			})
		}
	}
	slices.SortFunc(dates, func(a, b CalendarDate) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.UID, b.UID)) })
	return dates
}

// calendarStates returns the dates of an event over time. While it is merged into another
// one it has none: the other has them.
func calendarStates(h store.EventHistory) []events.CalendarState {
	type step struct {
		at     time.Time
		dates  *[]models.KeyDate
		merged bool
	}
	var steps []step
	for _, s := range h.States {
		steps = append(steps, step{at: s.KnownAt, dates: &s.Dates})
	}
	for _, l := range h.Merges {
		steps = append(steps, step{at: l.MadeAt, merged: true})
		if !l.UndoneAt.IsZero() {
			steps = append(steps, step{at: l.UndoneAt})
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return a.at.Compare(b.at) })
	var states []events.CalendarState
	var dates []models.KeyDate
	merged := false
	for _, s := range steps {
		if s.dates != nil {
			dates = *s.dates
		} else {
			merged = s.merged
		}
		state := events.CalendarState{At: s.at}
		if !merged {
			state.Dates = dates
		}
		states = append(states, state)
	}
	return states
}
