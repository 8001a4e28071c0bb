package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"regwatch/events"
	"regwatch/internal/site"
	"regwatch/internal/timefmt"
	"regwatch/models"
	"regwatch/notifier/render"
)

// Reports are when an event was first published by the press and by an authority. A source
// may say only the day: then its time is midnight, and no lag is known.
type Reports struct {
	PressAt    *time.Time `json:"press_at,omitempty"`
	OfficialAt *time.Time `json:"official_at,omitempty"`
	LagSeconds *int64     `json:"lag_seconds,omitempty"` // from the press to the authority; negative: the authority was first

	pressZone, officialZone *time.Location // of a time that is only a day; nil: it is a time
}

// newReports finds the first reports of an event. Articles without a date count when they
// were seen. zones are those of the dates of sources, by ID.
func newReports(articles []models.EventArticle, zones map[string]string) Reports {
	var r Reports
	for _, in := range articles {
		at, day := in.PublishedAt, (*time.Location)(nil)
		if at.IsZero() || at.After(in.SeenAt) {
			at = in.SeenAt
		} else {
			day = dayZone(at, zones[in.SourceID])
		}
		first, zone := &r.PressAt, &r.pressZone
		if in.Role.Official() {
			first, zone = &r.OfficialAt, &r.officialZone
		}
		if *first == nil || at.Before(**first) {
			at = at.UTC()
			*first, *zone = &at, day
		}
	}
	if r.PressAt != nil && r.OfficialAt != nil && r.pressZone == nil && r.officialZone == nil {
		lag := int64(r.OfficialAt.Sub(*r.PressAt) / time.Second)
		r.LagSeconds = &lag
	}
	return r
}

// dayZone returns the zone in which a time is a midnight: that of the source, or UTC. It is
// nil if the time is none, because then its source gave more than a day.
func dayZone(at time.Time, zone string) *time.Location {
	for _, loc := range []*time.Location{timefmt.Zone(zone), time.UTC} {
		if local := at.In(loc); local.Hour() == 0 && local.Minute() == 0 && local.Second() == 0 {
			return loc
		}
	}
	return nil
}

// In says when the event was first published, as in "press 2026-03-02 09:10, official 2 h 20
// min later", with times in a zone.
func (r Reports) In(zone *time.Location) string {
	press, official := r.PressAt, r.OfficialAt
	switch {
	case press == nil && official == nil:
		return ""
	case press == nil:
		return "official " + reportedAt(*official, r.officialZone, zone) + ", no press report"
	case official == nil:
		return "press " + reportedAt(*press, r.pressZone, zone) + ", no official publication"
	case r.LagSeconds == nil:
		return "press " + reportedAt(*press, r.pressZone, zone) + ", official " + reportedAt(*official, r.officialZone, zone)
	}
	lag := time.Duration(*r.LagSeconds) * time.Second
	first, other, at := "press", "official", *press
	if lag < 0 {
		first, other, at, lag = "official", "press", *official, -lag
	}
	return first + " " + reportedAt(at, nil, zone) + ", " + other + " " + later(lag)
}

// First returns when the event was first published; dayOnly says that its source gave only the
// day, which is then that of the time in its zone.
func (r Reports) First() (at time.Time, dayOnly bool) {
	first, zone := r.PressAt, r.pressZone
	if first == nil || r.OfficialAt != nil && r.OfficialAt.Before(*first) {
		first, zone = r.OfficialAt, r.officialZone
	}
	switch {
	case first == nil:
		return time.Time{}, false
	case zone != nil:
		return first.In(zone), true
	}
	return *first, false
}

func reportedAt(t time.Time, day, zone *time.Location) string {
	if day != nil {
		return t.In(day).Format(time.DateOnly)
	}
	return t.In(zone).Format("2006-01-02 15:04")
}

// later says how much later something was, to the minute, or to the hour after a day.
func later(d time.Duration) string {
	minutes := int(d / time.Minute)
	if minutes == 0 {
		return "at the same time"
	}
	days, hours := minutes/(24*60), minutes/60%24
	minutes %= 60
	if days > 0 {
		minutes = 0
	}
	var parts []string
	for _, p := range []struct {
		n    int
		unit string
	}{{days, "d"}, {hours, "h"}, {minutes, "min"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.unit))
		}
	}
	return strings.Join(parts, " ") + " later"
}

// countOutlets counts the publishers of the articles by the sites of their links. An article
// without one counts by its source.
func countOutlets(articles []models.EventArticle) int {
	outlets := make(map[string]bool)
	for _, in := range articles {
		outlets[cmp.Or(site.Of(in.Link), "source "+in.SourceID)] = true
	}
	return len(outlets)
}

// An Instrument is a law, bill, case or document that the article of an event names.
type Instrument struct {
	ID    string            `json:"id"` // such as hk:cap:656
	Kind  string            `json:"kind"`
	Name  string            `json:"name"`
	Names map[string]string `json:"names,omitempty"` // in other languages
	Cited bool              `json:"cited,omitempty"` // only the body names it, not title, link or lead
}

// instrumentsOf returns what the lead article of an event names. Of an article whose text was
// deleted, and of a part of a roundup, title and extract are read.
func (a *App) instrumentsOf(ctx context.Context, e models.Event) ([]Instrument, error) {
	found := []Instrument{}
	lead, ok := e.LeadArticle()
	if !ok {
		return found, nil
	}
	article := models.Article{Title: lead.Title, Body: strings.Join(lead.Extract, " ")}
	if lead.Part == 0 {
		stored, err := a.store.FindArticle(ctx, lead.ArticleID, "")
		if err != nil {
			return nil, err
		}
		article.Link, article.Body = stored.Link, cmp.Or(stored.Body, stored.Summary, article.Body)
	}
	for _, n := range events.Instruments(article) {
		m := events.MatterOf(n.ID)
		found = append(found, Instrument{ID: n.ID, Kind: string(n.Kind), Name: cmp.Or(m.Name, n.ID), Names: m.Names, Cited: !n.IsSubject()})
	}
	return found, nil
}

// sourceZones returns the zones of the dates of sources, by ID.
func (a *App) sourceZones() map[string]string {
	zones := make(map[string]string)
	for _, src := range a.Folder().Sources {
		zones[src.ID] = src.Zone
	}
	return zones
}

// EntityNames says in English whom the matches name: "Circle (issuer), Tether".
func (d EventDetails) EntityNames() string { return render.Entities(d.Entities, "en") }

// entitiesOf returns what the passages of some matches name, each once.
func entitiesOf(matches []Match) []models.Entity {
	var all []models.Entity
	for _, m := range matches {
		all = models.AddEntities(all, m.Entities...)
	}
	return slices.Clip(all)
}

// An EventStep is a stage that an article of an event reports, with the words that prove it.
type EventStep struct {
	Stage      string    `json:"stage"`
	Quote      string    `json:"quote,omitempty"` // the sentence or headline that says so
	At         time.Time `json:"at"`              // when it was reported
	ArticleID  string    `json:"article_id"`
	SourceName string    `json:"source_name"`
	Official   bool      `json:"official"`
}

// stepsOf returns the stages that the articles of an event report, each with its best proof:
// the first official report, or the first one.
func stepsOf(e models.Event) []EventStep {
	var steps []EventStep
	for _, in := range e.Articles {
		if in.Stage == "" {
			continue
		}
		step := EventStep{in.Stage, in.StageQuote, in.ReportedAt(), in.ArticleID, in.SourceName, in.Role.Official()}
		i := slices.IndexFunc(steps, func(s EventStep) bool { return s.Stage == step.Stage })
		switch {
		case i < 0:
			steps = append(steps, step)
		case step.Official && !steps[i].Official, step.Official == steps[i].Official && step.At.Before(steps[i].At):
			steps[i] = step
		}
	}
	slices.SortStableFunc(steps, func(a, b EventStep) int { return a.At.Compare(b.At) })
	return steps
}

// A DateMove is a key date of an event that changed. Before or Day is empty if it was added
// later or withdrawn.
type DateMove struct {
	Kind   string    `json:"kind"`
	Before string    `json:"before,omitempty"` // 2006-01-02
	Day    string    `json:"day,omitempty"`
	At     time.Time `json:"at"` // when it became known
}

// movedDates returns how the key dates of an event changed since it was opened.
func (a *App) movedDates(ctx context.Context, id string) ([]DateMove, error) {
	histories, err := a.store.EventHistories(ctx, []string{id})
	if err != nil {
		return nil, err
	}
	var moves []DateMove
	for _, h := range histories {
		if h.Event.ID != id {
			continue
		}
		for i, s := range h.States[min(1, len(h.States)):] {
			moves = append(moves, datesMoved(h.States[i].Dates, s.Dates, s.KnownAt)...)
		}
	}
	return moves, nil
}

// datesMoved compares the key dates of an event with those that it has later. Of one kind, a
// date that goes while another comes has moved.
func datesMoved(before, after []models.KeyDate, at time.Time) []DateMove {
	missing := func(from, in []models.KeyDate) []models.KeyDate {
		return slices.DeleteFunc(slices.Clone(from), func(d models.KeyDate) bool {
			return slices.ContainsFunc(in, func(o models.KeyDate) bool { return o.Kind == d.Kind && o.Day == d.Day })
		})
	}
	gone, added := missing(before, after), missing(after, before)
	var moves []DateMove
	for _, d := range gone {
		move := DateMove{Kind: d.Kind, Before: d.Day, At: at}
		if i := slices.IndexFunc(added, func(o models.KeyDate) bool { return o.Kind == d.Kind }); i >= 0 {
			move.Day = added[i].Day
			added = slices.Delete(added, i, i+1)
		}
		moves = append(moves, move)
	}
	for _, d := range added {
		moves = append(moves, DateMove{Kind: d.Kind, Day: d.Day, At: at})
	}
	return moves
}

// fillArticles adds what only the articles themselves know, without their texts.
func (a *App) fillArticles(ctx context.Context, in []EventArticle) error {
	ids := make([]string, len(in))
	for i, article := range in {
		ids[i] = article.ArticleID
	}
	stored, err := a.store.ArticlesByID(ctx, ids)
	for i := range in {
		article := stored[in[i].ArticleID]
		in[i].Revision, in[i].Language, in[i].TextState = article.Revision, article.Language, string(article.BodyState)
	}
	return err
}
