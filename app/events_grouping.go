package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"regwatch/configs"
	"regwatch/events"
	"regwatch/events/evaluate"
	"regwatch/events/similarity"
	"regwatch/events/similarity/training"
	"regwatch/models"
	"regwatch/notifier"
	"regwatch/rules"
	"regwatch/store"
)

// A GroupingScore is how well one way to group articles into events does on one block of
// labelled articles.
type GroupingScore struct {
	Block     string `json:"block"`
	Languages string `json:"languages"` // en-en, zh-zh or en-zh
	Method    string `json:"method"`
	evaluate.Score
	// FollowUps are the messages in the thread of a group about a stage that it did not have.
	FollowUps float64 `json:"stage_follow_ups_per_story"`
}

// An Evaluation is what to measure of the grouping.
type Evaluation struct {
	Files []string // labelled articles; they may be compressed by gzip
	// Texts is a folder with articles without labels, of which terms and translations are learned. If
	// it is set, the articles of each file are grouped by a model that was fitted to the other files.
	Texts string
}

// EvaluateGrouping measures how the program groups labelled articles, beside other ways. It needs
// no folder: articles match the shipped rules.
func EvaluateGrouping(e Evaluation) ([]GroupingScore, error) {
	var blocks []evaluate.Block
	for _, name := range e.Files {
		b, err := evaluate.ReadFile(name)
		if err != nil {
			return nil, err
		}
		b.Name, _, _ = strings.Cut(filepath.Base(name), ".")
		blocks = append(blocks, b)
	}
	folder, err := fs.Sub(configs.Starter(), "rules")
	if err != nil {
		return nil, err
	}
	set, problems := rules.Load(folder)
	if len(problems) > 0 {
		return nil, problems
	}
	fitted, err := modelsFor(blocks, e.Texts, folder)
	if err != nil {
		return nil, err
	}
	scores := []GroupingScore{}
	for i, b := range blocks {
		for _, v := range b.Views() {
			for _, m := range evaluate.Methods(fitted[i], func(a models.Article) events.Found { return matched(set, a) }) {
				s := GroupingScore{Block: b.Name, Languages: v.Languages, Method: m.Name, Score: evaluate.Measure(v, m.Group(v.Articles))}
				if m.FollowUps != nil {
					s.FollowUps = evaluate.FollowUps(v, m.FollowUps())
				}
				scores = append(scores, s)
			}
		}
	}
	return scores, nil
}

// modelsFor returns for each block the shipped model or, if there are texts, one that has not seen
// the block.
func modelsFor(blocks []evaluate.Block, texts string, folder fs.FS) ([]*similarity.Model, error) {
	fitted := make([]*similarity.Model, len(blocks))
	if texts == "" {
		for i := range fitted {
			fitted[i] = similarity.Shipped()
		}
		return fitted, nil
	}
	if len(blocks) < 2 {
		return nil, errors.New("one file is not enough to leave it out: a model is fitted to the other files")
	}
	vocabulary, err := fs.Sub(folder, "vocabulary")
	if err != nil {
		return nil, err
	}
	corpus, err := training.ReadCorpus(texts, vocabulary)
	if err != nil {
		return nil, err
	}
	for i := range blocks {
		others := slices.Concat(blocks[:i], blocks[i+1:])
		if fitted[i], err = training.Fit(training.Windows(others), corpus); err != nil {
			return nil, err
		}
	}
	return fitted, nil
}

// matched returns an article as scans group it: with its matches, and of a roundup the first
// part that matches. An article that no rule finds is grouped as if a rule of another topic
// found it in the headline, because every labelled article counts.
func matched(set *rules.Set, a models.Article) events.Found {
	parts := make(map[int][]models.Match)
	for _, m := range set.Match(a) {
		parts[m.Part] = append(parts[m.Part], m)
	}
	if len(parts) == 0 {
		parts[0] = []models.Match{{ArticleID: a.ID, Revision: a.Revision, RuleID: "labelled", Severity: models.High, Strength: models.Subject}}
	}
	f := events.Found{Article: a, Part: slices.Min(slices.Collect(maps.Keys(parts)))}
	f.Matches = parts[f.Part]
	if f.Part == 0 {
		f.Boilerplate = set.Boilerplate(a)
	}
	return f
}

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
