package app

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"regwatch/events"
	"regwatch/internal/text"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/store"
)

// A MatterRef is the matter of an event.
type MatterRef struct {
	ID          string            `json:"id"`
	Name        string            `json:"name"`
	Names       map[string]string `json:"names,omitempty"` // in other languages
	SetByPerson bool              `json:"set_by_person"`
}

// A Matter is one law, bill or case, with the events about it.
type Matter struct {
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	Names      map[string]string `json:"names,omitempty"` // in other languages
	Events     int               `json:"events"`
	FirstAt    *time.Time        `json:"first_reported_at,omitempty"`
	LastSeenAt time.Time         `json:"last_seen_at"`
}

// A Timeline is a matter with its events, by the day on which they were first reported.
type Timeline struct {
	Matter
	Steps []TimelineStep `json:"steps"`
}

// A TimelineStep is an event of a matter.
type TimelineStep struct {
	EventID    string                `json:"event_id"`
	At         time.Time             `json:"at"` // when it was first reported
	Stage      string                `json:"stage"`
	StageQuote string                `json:"stage_quote,omitempty"` // the sentence or headline that says so
	Title      string                `json:"title"`
	Link       string                `json:"link"`
	Official   bool                  `json:"official"`
	Dates      []models.KeyDate      `json:"dates"`
	Restates   *models.EarlierReport `json:"restates,omitempty"`

	ShortID string `json:"-"`
}

// matterStep is how many events get their matter in one transaction.
const matterStep = 200

// fillMatters gives the events of releases before 0012 their matters, and recent ones the keys
// of the documents that they are about. It is done once.
func (a *App) fillMatters(ctx context.Context) error {
	for {
		step, err := a.store.EventsWithoutMatter(ctx, matterStep)
		if err != nil || step.Done {
			return err
		}
		recent := a.now().Add(-profileAge)
		var found []store.EventMatter
		for _, e := range step.Events {
			m := store.EventMatter{Event: e}
			for _, in := range e.Articles {
				article, ok := step.Texts[in.ArticleID]
				if !ok || in.Part > 0 {
					continue
				}
				article.Source.Role = in.Role
				matter, keys := events.Anchored(article, 0, nil)
				if m.Matter.ID == "" {
					m.Matter = matter
				}
				if in.SeenAt.After(recent) {
					m.Keys = append(m.Keys, keys...)
				}
			}
			if m.Matter.ID != "" || len(m.Keys) > 0 {
				found = append(found, m)
			}
		}
		if err := a.store.AddMatters(ctx, step, found); err != nil || step.Last {
			return err
		}
	}
}

// Matters returns the matters that have events, those seen last first.
func (a *App) Matters(ctx context.Context) ([]Matter, error) {
	if err := a.fillMatters(ctx); err != nil {
		return nil, err
	}
	stored, err := a.store.AllMatters(ctx)
	if err != nil {
		return nil, err
	}
	counts, err := a.store.CountMatters(ctx)
	if err != nil {
		return nil, err
	}
	matters := []Matter{}
	for _, c := range counts {
		i := slices.IndexFunc(stored, func(m models.Matter) bool { return m.ID == c.MatterID })
		if i >= 0 {
			matters = append(matters, newMatter(stored[i], c))
		}
	}
	slices.SortStableFunc(matters, func(a, b Matter) int { return b.LastSeenAt.Compare(a.LastSeenAt) })
	return matters, nil
}

func newMatter(m models.Matter, c store.MatterCount) Matter {
	return Matter{ID: m.ID, Name: m.Name, Names: m.Names, Events: c.Events, FirstAt: optionalTime(m.FirstAt), LastSeenAt: c.LastSeenAt}
}

// Timeline returns the events of a matter, which a person calls by its ID, by a name in any
// language or by a number such as "Cap. 656".
func (a *App) Timeline(ctx context.Context, name string) (Timeline, error) {
	matters, err := a.Matters(ctx)
	if err != nil {
		return Timeline{}, err
	}
	ref, err := findMatter(matters, name)
	if err != nil {
		return Timeline{}, err
	}
	i := slices.IndexFunc(matters, func(m Matter) bool { return m.ID == ref.ID })
	if i < 0 {
		return Timeline{}, inputError("no event is about %s yet; regwatch matters lists the matters that have events", ref.Name)
	}
	found, err := a.store.MatterEvents(ctx, ref.ID)
	if err != nil {
		return Timeline{}, err
	}
	ids := make([]string, len(found))
	for i, e := range found {
		ids[i] = e.ID
	}
	short, err := a.store.ShortEventIDs(ctx, ids)
	if err != nil {
		return Timeline{}, err
	}
	t := Timeline{Matter: matters[i], Steps: []TimelineStep{}}
	for _, e := range found {
		t.Steps = append(t.Steps, TimelineStep{
			EventID: e.ID, At: e.FirstReport(), Stage: e.Stage, StageQuote: e.StageQuote, Title: e.Title, Link: e.Link,
			Official: e.Official, Dates: nonNil(e.Dates), Restates: e.Restatement(), ShortID: short[e.ID],
		})
	}
	slices.SortStableFunc(t.Steps, func(a, b TimelineStep) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.EventID, b.EventID)) })
	return t, nil
}

// findMatter returns the matter that a person calls by a name: one that has events, or a law
// that the program knows.
func findMatter(matters []Matter, name string) (models.MatterRef, error) {
	asked := text.Fold(name)
	var known []string
	for _, m := range matters {
		known = append(known, m.Name)
		if strings.EqualFold(m.ID, strings.TrimSpace(name)) || asked != "" && (asked == text.Fold(m.Name) || isNameOf(m.Names, asked)) {
			return models.MatterRef{ID: m.ID, Name: m.Name, Names: m.Names}, nil
		}
	}
	if ref, ok := events.MatterNamed(name); ok {
		return ref, nil
	}
	return models.MatterRef{}, inputError("no matter is called %q%s; regwatch matters lists them", name, yamlnode.DidYouMean(name, known))
}

func isNameOf(names map[string]string, asked string) bool {
	for _, n := range names {
		if text.Fold(n) == asked {
			return true
		}
	}
	return false
}

const (
	// NoMatter is the name, for [App.SetMatter], of no matter.
	NoMatter = "none"
	// AutomaticMatter is the name, for [App.SetMatter], of the matter that the articles name.
	AutomaticMatter = "auto"
)

// A MatterChange is the result of setting the matter of an event.
type MatterChange struct {
	Event  Event     `json:"event"`
	Before MatterRef `json:"before"` // without an ID: none
}

// SetMatter puts an event into the matter with a name, or into none, or into that which its
// articles name. With create the name may be new.
func (a *App) SetMatter(ctx context.Context, eventID, name string, create bool, by string) (MatterChange, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return MatterChange{}, err
	}
	event, err := a.livingEvent(ctx, eventID)
	if err != nil {
		return MatterChange{}, err
	}
	before := event.Matter
	var ref models.MatterRef
	automatic := strings.EqualFold(name, AutomaticMatter)
	switch {
	case strings.EqualFold(name, NoMatter):
	case automatic:
		changes, err := a.changesOfEvent(ctx, event.ID)
		if err != nil {
			return MatterChange{}, err
		}
		deleted := false
		for _, c := range changes {
			if ref, _ = events.Anchored(c.Article, c.Joined.Part, c.Matches); ref.ID != "" {
				break
			}
			deleted = deleted || c.Article.BodyState == models.BodyExpired
		}
		if ref.ID == "" && deleted {
			return MatterChange{}, inputError("the text of an article of this event was deleted by keep_text, so its matter cannot be read again; name it, or none")
		}
	default:
		matters, err := a.Matters(ctx)
		if err != nil {
			return MatterChange{}, err
		}
		ref, err = findMatter(matters, name)
		folded := text.Fold(name)
		switch {
		case err != nil && !create:
			return MatterChange{}, inputError("%v; to begin a new one, add --new", err)
		case err != nil && folded == "":
			return MatterChange{}, inputError("a matter needs a name with letters or digits")
		case err != nil:
			ref = models.MatterRef{ID: "own:" + folded, Name: strings.TrimSpace(name)}
		}
	}
	event, err = a.store.SetMatter(ctx, event.ID, ref, automatic, by, a.now().UTC())
	if err != nil {
		return MatterChange{}, err
	}
	done := MatterChange{Before: MatterRef{before.ID, before.Name, before.Names, !before.SetAt.IsZero()}}
	done.Event, err = a.findEvent(ctx, event.ID)
	return done, err
}
