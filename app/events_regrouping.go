package app

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"regwatch/events"
	"regwatch/models"
	"regwatch/notifier"
	"regwatch/store"
)

func newLink(kind models.LinkKind, from, to string, articles []models.EventArticle, by, reason string, now time.Time) models.EventLink {
	l := models.EventLink{Kind: kind, EventID: from, OtherID: to, By: by, Reason: reason, MadeAt: now}
	key := []string{"link", string(kind), from, to}
	for _, in := range articles {
		l.Articles = append(l.Articles, models.LinkedArticle{ArticleID: in.ArticleID, Part: in.Part, Source: in.SourceName, Title: in.Title, Link: in.Link, JoinedBy: in.JoinedBy})
		key = append(key, in.ArticleID)
	}
	l.ID = models.NewID(now, key...)
	return l
}

// livingEvent finds an event that is not merged into another.
func (a *App) livingEvent(ctx context.Context, id string) (models.Event, error) {
	event, err := a.store.FindEvent(ctx, id)
	if err == nil && !strings.HasPrefix(event.ID, strings.ToUpper(strings.TrimSpace(id))) {
		err = inputError("event %s was merged into event %s (%q); name that one, or undo the merge (regwatch events show %s says how)", id, event.ID, event.Title, event.ID)
	}
	return event, err
}

func (a *App) twoEvents(ctx context.Context, eventID, otherID string) (event, other models.Event, err error) {
	if event, err = a.livingEvent(ctx, eventID); err != nil {
		return event, other, err
	}
	if other, err = a.livingEvent(ctx, otherID); err != nil {
		return event, other, err
	}
	if event.ID == other.ID {
		err = inputError("both are event %s (%q); name two events", event.ID, event.Title)
	}
	return event, other, err
}

// articlesIn returns the places of an article in an event; several for parts of a roundup.
func (a *App) articlesIn(ctx context.Context, event models.Event, id string) ([]models.EventArticle, error) {
	var places []models.EventArticle
	var short []string
	begins := strings.ToUpper(strings.TrimSpace(id))
	for _, in := range event.Articles {
		if begins != "" && strings.HasPrefix(in.ArticleID, begins) {
			places = append(places, in)
			if !slices.Contains(short, in.ArticleID) {
				short = append(short, in.ArticleID)
			}
		}
	}
	switch {
	case len(short) > 1:
		return nil, inputError("the IDs of several articles of the event begin with %q: %s", id, strings.Join(short, ", "))
	case len(short) == 1:
		return places, nil
	}
	article, err := a.findArticle(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, in := range event.Articles {
		if in.ArticleID == article.ID {
			places = append(places, in)
		}
	}
	if len(places) == 0 {
		return nil, inputError("article %s does not belong to event %s; regwatch events show %s lists its articles", article.ID, event.ID, event.ID)
	}
	return places, nil
}

func contains(places []models.EventArticle, p models.EventArticle) bool {
	return slices.ContainsFunc(places, func(o models.EventArticle) bool { return o.ArticleID == p.ArticleID && o.Part == p.Part })
}

func without(places, gone []models.EventArticle) []models.EventArticle {
	return slices.DeleteFunc(slices.Clone(places), func(p models.EventArticle) bool { return contains(gone, p) })
}

func joinedBy(places []models.EventArticle, why string) []models.EventArticle {
	places = slices.Clone(places)
	for i := range places {
		places[i].JoinedBy = why
	}
	return places
}

// placesOf returns the articles of a link that are still in the event to which it put them,
// as they were before.
func placesOf(event models.Event, l models.EventLink) []models.EventArticle {
	var places []models.EventArticle
	for _, in := range event.Articles {
		i := slices.IndexFunc(l.Articles, func(a models.LinkedArticle) bool { return a.ArticleID == in.ArticleID && a.Part == in.Part })
		if i >= 0 {
			in.JoinedBy = l.Articles[i].JoinedBy
			places = append(places, in)
		}
	}
	return places
}

// foundIn returns the articles of events with all of their matches.
func (a *App) foundIn(ctx context.Context, of ...models.Event) ([]events.Found, error) {
	var found []events.Found
	for _, e := range of {
		changes, err := a.changesOfEvent(ctx, e.ID)
		if err != nil {
			return nil, err
		}
		matches, err := a.store.EventMatches(ctx, e.ID)
		if err != nil {
			return nil, err
		}
		for _, c := range changes {
			f := events.Found{Article: c.Article, Part: c.Joined.Part}
			for _, m := range matches {
				if m.ArticleID == f.Article.ID && m.Part == f.Part {
					f.Matches = append(f.Matches, m)
				}
			}
			found = append(found, f)
		}
	}
	return found, nil
}

// merged makes an event part of another one, which gets its articles.
func (a *App) merged(ctx context.Context, link models.EventLink, event, into models.Event, articles []models.EventArticle, now time.Time) (store.Regrouping, error) {
	found, err := a.foundIn(ctx, into, event)
	if err != nil {
		return store.Regrouping{}, err
	}
	sent, err := a.store.EventNotices(ctx, event.ID)
	if err != nil {
		return store.Regrouping{}, err
	}
	planContext, err := a.store.PlanContext(ctx, now)
	if err != nil {
		return store.Regrouping{}, err
	}
	grown := events.Regroup(into, slices.Concat(into.Articles, articles), found, now)
	event.MergedInto, event.Articles = into.ID, nil
	event.Revision++
	plan := func(map[string]models.Event) []models.Notice {
		return notifier.PlanMerged(event, grown, cmp.Or(link.UndoneBy, link.By), sent, a.routing(), planContext.OptOuts, now)
	}
	return store.Regrouping{Link: link, Events: []models.Event{grown, event}, Plan: plan}, nil
}

// heldApart returns the correction that keeps two events apart, or nil.
func heldApart(a, b models.Event) *models.EventLink {
	for _, l := range a.Links {
		if l.KeepsApart() && slices.ContainsFunc(b.Links, func(o models.EventLink) bool { return o.ID == l.ID }) {
			return &l
		}
	}
	return nil
}

// separated plans the notices of two events that a correction separated. If articles only
// moved, the second lost what the first gained.
func (a *App) separated(ctx context.Context, g store.Regrouping, gained []models.EventArticle, found []events.Found, now time.Time) (store.Regrouping, error) {
	planContext, err := a.store.PlanContext(ctx, now)
	if err != nil {
		return g, err
	}
	var changes []models.Change
	for i := range g.Events {
		e := &g.Events[i]
		from := g.Events[1-i]
		for n, place := range e.Articles {
			at := slices.IndexFunc(found, func(f events.Found) bool { return f.Article.ID == place.ArticleID && f.Part == place.Part })
			if n > 0 {
				e.Revision++ // a notice of each change has a key of its own
			}
			c := models.Change{
				Kind: models.Copied, Event: *e, Joined: place, Article: found[at].Article,
				Matches: latestMatches(found[at].Matches, place), SplitFrom: &from,
			}
			switch {
			case i == 1 || len(gained) == 0:
			case contains(gained, place):
				c.Kind, c.SplitFrom = models.Similar, nil // for the reader another report of his event
			default:
				continue
			}
			changes = append(changes, c)
		}
	}
	g.Plan = func(stored map[string]models.Event) []models.Notice {
		for i := range changes {
			revision := changes[i].Event.Revision
			changes[i].Event = stored[changes[i].Event.ID]
			changes[i].Event.Revision = revision
		}
		return notifier.PlanSeparated(changes, a.routing(), planContext, now)
	}
	return g, nil
}

// moved puts articles of an event into another one.
func (a *App) moved(ctx context.Context, link models.EventLink, from, to models.Event, taken []models.EventArticle, now time.Time) (store.Regrouping, error) {
	found, err := a.foundIn(ctx, from, to)
	if err != nil {
		return store.Regrouping{}, err
	}
	rest := without(from.Articles, taken)
	if len(rest) == 0 {
		return store.Regrouping{}, inputError("event %s has no other article any more; merge it instead: regwatch events merge %s %s", from.ID, from.ID, to.ID)
	}
	if link.UndoneAt.IsZero() {
		taken = joinedBy(taken, events.JoinedByMove)
	}
	left := events.Regroup(from, rest, found, now)
	grown := events.Regroup(to, slices.Concat(to.Articles, taken), found, now)
	return a.separated(ctx, store.Regrouping{Link: link, Events: []models.Event{grown, left}}, taken, found, now)
}

// undoMerge gives an event back the articles with which it was merged.
func (a *App) undoMerge(ctx context.Context, link models.EventLink, into models.Event, now time.Time) (store.Regrouping, error) {
	back := placesOf(into, link)
	rest := without(into.Articles, back)
	if len(back) == 0 || len(rest) == 0 {
		return store.Regrouping{}, inputError("the articles of event %s are no longer where the merge put them, so it cannot be undone", link.EventID)
	}
	event, err := a.store.MergedEvent(ctx, link.EventID)
	if err != nil {
		return store.Regrouping{}, err
	}
	found, err := a.foundIn(ctx, into)
	if err != nil {
		return store.Regrouping{}, err
	}
	event.MergedInto = ""
	event = events.Regroup(event, back, found, now)
	left := events.Regroup(into, rest, found, now)
	return a.separated(ctx, store.Regrouping{Link: link, Events: []models.Event{event, left}}, nil, found, now)
}
