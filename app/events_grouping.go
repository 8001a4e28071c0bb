package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"regwatch/events"
	"regwatch/models"
	"regwatch/store"
)

// Articles seen before this take no further reports, so they need no profile.
const profileAge = 15 * 24 * time.Hour

// profileStep is how many articles get their profile in one transaction.
const profileStep = 200

// addProfiles gives the recent articles of events what reports are compared by, which
// releases before 0011 did not store, and the keys to find them, which earlier releases
// stored or chose in another way. Without both the next report of their events would alert
// again.
func (a *App) addProfiles(ctx context.Context, now time.Time) error {
	for {
		articles, err := a.store.UnprofiledArticles(ctx, now.Add(-profileAge), profileStep)
		if err != nil {
			return err
		}
		if len(articles) == 0 {
			return a.store.AddRecentKeys(ctx, now.Add(-profileAge), events.RecentKeys)
		}
		var profiles []store.ArticleProfile
		for _, article := range articles {
			profile, keys := events.Profiled(article)
			profiles = append(profiles, store.ArticleProfile{ArticleID: article.ID, Profile: profile, Keys: keys})
		}
		if err := a.store.AddProfiles(ctx, profiles); err != nil {
			return err
		}
	}
}

// A Correction is a correction of the grouping by a person.
type Correction struct {
	models.EventLink
	Notices int `json:"notices,omitempty"` // that it caused, to be sent

	Event Event `json:"-"` // merged, split, kept apart, or that the articles left
	Other Event `json:"-"` // the other event, in its new state
}

// A GroupingRequest is a correction of the grouping that a person wants.
type GroupingRequest struct {
	Kind     models.LinkKind
	EventID  string   // to merge into the other, to split, to keep apart, or that the articles leave
	OtherID  string   // the other event; empty for a split
	Articles []string // to split off or to move
	By       string
	Reason   string
}

// A regrouping decides a correction.
type regrouping func(now time.Time) (store.Regrouping, error)

func (a *App) regrouping(ctx context.Context, r GroupingRequest) regrouping {
	switch r.Kind {
	case models.LinkMerge:
		return a.merging(ctx, r.EventID, r.OtherID, r.By, r.Reason)
	case models.LinkSplit:
		return a.splitting(ctx, r.EventID, r.Articles, r.By, r.Reason)
	case models.LinkMove:
		return a.moving(ctx, r.Articles, r.EventID, r.OtherID, r.By, r.Reason)
	case models.LinkApart:
		return a.keepingApart(ctx, r.EventID, r.OtherID, r.By, r.Reason)
	}
	return func(time.Time) (store.Regrouping, error) {
		return store.Regrouping{}, unknownValue("kind of correction", string(r.Kind), names([]models.LinkKind{models.LinkMerge, models.LinkSplit, models.LinkMove, models.LinkApart}))
	}
}

// ChangeGrouping corrects the grouping, so that it can be undone.
func (a *App) ChangeGrouping(ctx context.Context, r GroupingRequest) (Correction, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return Correction{}, err
	}
	if err := checkLength("reason", r.Reason); err != nil {
		return Correction{}, err
	}
	return a.correct(ctx, r.By, a.regrouping(ctx, r))
}

// maxRegroupTries is how often a correction is decided anew because a scan committed first.
const maxRegroupTries = 50

// MergeEvents makes an event part of another one. Its articles, assignments and feedback
// count for the other, and so do later reports.
func (a *App) MergeEvents(ctx context.Context, eventID, intoID, by, reason string) (Correction, error) {
	return a.ChangeGrouping(ctx, GroupingRequest{Kind: models.LinkMerge, EventID: eventID, OtherID: intoID, By: by, Reason: reason})
}

func (a *App) merging(ctx context.Context, eventID, intoID, by, reason string) regrouping {
	return func(now time.Time) (store.Regrouping, error) {
		event, into, err := a.twoEvents(ctx, eventID, intoID)
		if err != nil {
			return store.Regrouping{}, err
		}
		if l := heldApart(event, into); l != nil {
			return store.Regrouping{}, inputError("%s keeps these two events apart (%s); undo that first: regwatch events undo-grouping %s", cmp.Or(l.By, "somebody unknown"), l.Kind, l.ID)
		}
		link := newLink(models.LinkMerge, event.ID, into.ID, event.Articles, by, reason, now)
		return a.merged(ctx, link, event, into, joinedBy(event.Articles, events.JoinedByMerge), now)
	}
}

// SplitEvent lets articles of an event open an event of their own. Who was not alerted to
// what one of the two events reports is alerted now.
func (a *App) SplitEvent(ctx context.Context, eventID string, articleIDs []string, by, reason string) (Correction, error) {
	return a.ChangeGrouping(ctx, GroupingRequest{Kind: models.LinkSplit, EventID: eventID, Articles: articleIDs, By: by, Reason: reason})
}

func (a *App) splitting(ctx context.Context, eventID string, articleIDs []string, by, reason string) regrouping {
	return func(now time.Time) (store.Regrouping, error) {
		event, err := a.livingEvent(ctx, eventID)
		if err != nil {
			return store.Regrouping{}, err
		}
		var taken []models.EventArticle
		for _, id := range articleIDs {
			found, err := a.articlesIn(ctx, event, id)
			if err != nil {
				return store.Regrouping{}, err
			}
			for _, in := range found {
				if !contains(taken, in) {
					taken = append(taken, in)
				}
			}
		}
		rest := without(event.Articles, taken)
		if len(taken) == 0 {
			return store.Regrouping{}, inputError("no article was chosen; choose those that report another development")
		}
		if len(rest) == 0 {
			return store.Regrouping{}, inputError("these are all articles of the event, so there is nothing to split; leave one of them out")
		}
		link := newLink(models.LinkSplit, event.ID, "", taken, by, reason, now)
		found, err := a.foundIn(ctx, event)
		if err != nil {
			return store.Regrouping{}, err
		}
		opened := events.OpenSplit(link.ID, joinedBy(taken, events.JoinedBySplit), found, now)
		link.OtherID = opened.ID
		left := events.Regroup(event, rest, found, now)
		return a.separated(ctx, store.Regrouping{Link: link, Events: []models.Event{opened, left}}, nil, found, now)
	}
}

// KeepApart says that two events are not one, however alike their reports are.
func (a *App) KeepApart(ctx context.Context, eventID, otherID, by, reason string) (Correction, error) {
	return a.ChangeGrouping(ctx, GroupingRequest{Kind: models.LinkApart, EventID: eventID, OtherID: otherID, By: by, Reason: reason})
}

func (a *App) keepingApart(ctx context.Context, eventID, otherID, by, reason string) regrouping {
	return func(now time.Time) (store.Regrouping, error) {
		event, other, err := a.twoEvents(ctx, eventID, otherID)
		if err != nil {
			return store.Regrouping{}, err
		}
		if l := heldApart(event, other); l != nil {
			return store.Regrouping{}, inputError("these two events are already kept apart by %s (%s)", cmp.Or(l.By, "somebody unknown"), l.Kind)
		}
		return store.Regrouping{Link: newLink(models.LinkApart, event.ID, other.ID, nil, by, reason, now)}, nil
	}
}

// MoveArticle puts an article into another event.
func (a *App) MoveArticle(ctx context.Context, articleID, eventID, by, reason string) (Correction, error) {
	return a.ChangeGrouping(ctx, GroupingRequest{Kind: models.LinkMove, OtherID: eventID, Articles: []string{articleID}, By: by, Reason: reason})
}

// moving puts articles of one event, fromID, into another one. Without fromID it is that of the
// first article.
func (a *App) moving(ctx context.Context, articleIDs []string, fromID, toID, by, reason string) regrouping {
	return func(now time.Time) (store.Regrouping, error) {
		if len(articleIDs) == 0 {
			return store.Regrouping{}, inputError("no article was chosen; choose those that belong to the other event")
		}
		to, err := a.livingEvent(ctx, toID)
		if err != nil {
			return store.Regrouping{}, err
		}
		article, err := a.findArticle(ctx, articleIDs[0])
		if err != nil {
			return store.Regrouping{}, err
		}
		in, err := a.store.ArticleEvents(ctx, article.ID)
		switch {
		case err != nil:
			return store.Regrouping{}, err
		case len(in) == 0:
			return store.Regrouping{}, inputError("article %s belongs to no event, because no rule matched it", article.ID)
		case len(in) > 1:
			return store.Regrouping{}, inputError("article %s is a roundup whose parts belong to %d events; split the part from its event instead: regwatch events split EVENT %s", article.ID, len(in), article.ID)
		case in[0].ID == to.ID:
			return store.Regrouping{}, inputError("article %s already belongs to event %s", article.ID, to.ID)
		}
		from := in[0]
		if fromID != "" && !strings.HasPrefix(from.ID, strings.ToUpper(strings.TrimSpace(fromID))) {
			return store.Regrouping{}, inputError("article %s belongs to event %s now", article.ID, from.ID)
		}
		var taken []models.EventArticle
		for _, id := range articleIDs {
			places, err := a.articlesIn(ctx, from, id)
			if err != nil {
				return store.Regrouping{}, err
			}
			taken = append(taken, without(places, taken)...)
		}
		rest := without(from.Articles, taken)
		if len(rest) == 0 && len(taken) > 1 {
			return store.Regrouping{}, inputError("these are all articles of event %s; merge that event instead: regwatch events merge %s %s", from.ID, from.ID, to.ID)
		}
		if len(rest) == 0 {
			return store.Regrouping{}, inputError("it is the only article of event %s; merge that event instead: regwatch events merge %s %s", from.ID, from.ID, to.ID)
		}
		return a.moved(ctx, newLink(models.LinkMove, from.ID, to.ID, taken, by, reason, now), from, to, taken, now)
	}
}

// UndoGrouping undoes a correction. What was sent stays sent.
func (a *App) UndoGrouping(ctx context.Context, id, by string) (Correction, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return Correction{}, err
	}
	return a.correct(ctx, by, func(now time.Time) (store.Regrouping, error) {
		link, err := a.store.FindEventLink(ctx, id)
		if err != nil {
			return store.Regrouping{}, err
		}
		link.UndoneAt, link.UndoneBy = now, by
		if link.Kind == models.LinkApart {
			return store.Regrouping{Link: link}, nil
		}
		other, err := a.store.FindEvent(ctx, link.OtherID)
		if err != nil {
			return store.Regrouping{}, err
		}
		event := other
		if link.Kind != models.LinkMerge {
			if event, err = a.store.FindEvent(ctx, link.EventID); err != nil {
				return store.Regrouping{}, err
			}
		}
		for _, later := range slices.Concat(other.Links, event.Links) {
			if later.ID > link.ID && later.Kind != models.LinkApart {
				return store.Regrouping{}, inputError("a later correction of these events stands (%s); undo that first: regwatch events undo-grouping %s", later.Kind, later.ID)
			}
		}
		switch link.Kind {
		case models.LinkMerge:
			return a.undoMerge(ctx, link, other, now)
		case models.LinkSplit:
			were := placesOf(other, link)
			later := joinedBy(without(other.Articles, were), events.JoinedByMerge)
			return a.merged(ctx, link, other, event, slices.Concat(were, later), now)
		}
		return a.moved(ctx, link, other, event, placesOf(other, link), now)
	})
}

// correct stores a correction that build decides, again and again while scans commit first.
func (a *App) correct(ctx context.Context, by string, build regrouping) (Correction, error) {
	for range maxRegroupTries {
		_, generation, err := a.store.Candidates(ctx)
		if err != nil {
			return Correction{}, err
		}
		now := a.now().UTC()
		g, err := build(now)
		if err != nil {
			err = bare[*store.NoLinkError](bare[*store.NoEventError](err))
			return Correction{}, err
		}
		g.Generation, g.At, g.By = generation, now, by
		notices, err := a.store.Regroup(ctx, g, a.statusPlanner(now))
		if errors.Is(err, models.ErrStale) {
			continue
		}
		if err != nil {
			return Correction{}, err
		}
		a.wake()
		done := Correction{EventLink: g.Link}
		for _, n := range notices {
			if !n.IsHeld() {
				done.Notices++
			}
		}
		if done.Event, err = a.findEvent(ctx, g.Link.EventID); err != nil {
			return done, err
		}
		done.Other, err = a.findEvent(ctx, g.Link.OtherID)
		return done, err
	}
	return Correction{}, fmt.Errorf("correct the grouping: %w %d times", models.ErrStale, maxRegroupTries)
}
