package app

import (
	"context"
	"slices"

	"regwatch/models"
)

// A Position is a place in a list that is read page by page. What is added at the beginning of the
// list moves nothing behind the place.
type Position = models.Position

// EventsPage returns at most limit of the events that a filter allows, the one last seen first, from
// a place on. An event that is seen again while the pages are read moves to the beginning.
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
