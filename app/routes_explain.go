package app

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"regwatch/events"
	"regwatch/models"
	"regwatch/notifier"
	"regwatch/notifier/render"
)

// A RouteExplanation says who would be notified of an event or an article, and why.
type RouteExplanation struct {
	EventID    string                 `json:"event_id"` // empty for an article that is not stored
	Recipients []RecipientExplanation `json:"recipients"`
	Rules      []MatchedRule          `json:"rules"`
	Title      string                 `json:"title"`
}

// A MatchedRule is a rule that an event or an article matches, at its strongest.
type MatchedRule struct {
	Rule     string `json:"rule"`
	Strength string `json:"strength"`
	Severity string `json:"severity"`
	Topic    string `json:"topic"`
	Title    string `json:"title"`
}

// A RecipientExplanation says whether a recipient would be notified, and why.
type RecipientExplanation struct {
	notifier.Explanation
	Held    string            `json:"held,omitempty"` // why not; empty if no route leads there
	WaitFor string            `json:"wait_for,omitempty"`
	Reason  string            `json:"reason,omitempty"`
	Steps   []StepExplanation `json:"steps"`
	Known   bool              `json:"already_told"`

	Zone string `json:"-"` // of the recipient
}

// A StepExplanation says what one line of a route makes of one rule.
type StepExplanation struct {
	notifier.Step
	Met   []string `json:"met,omitempty"`
	Unmet []string `json:"unmet,omitempty"`
}

// A DeliveryTime says when a recipient would be notified.
type DeliveryTime int

// The times, in the order in which explanations are sorted.
const (
	NotifiedAtOnce DeliveryTime = iota
	NotifiedLater               // deferred
	NotNotified                 // a route leads there, but nothing is sent
	NotRouted                   // no route leads there
)

// When says when the recipient would be notified.
func (e RecipientExplanation) When() DeliveryTime {
	switch {
	case e.Told && e.WaitFor == "":
		return NotifiedAtOnce
	case e.Told:
		return NotifiedLater
	case e.Held != "":
		return NotNotified
	}
	return NotRouted
}

// ExplainRoutes says who would be notified of an event or an article. In.From is the ID of
// an event or its beginning, a file, a web address, or - for standard input. An event is
// explained as if nobody had been notified of it yet. Nothing is sent or stored.
func (a *App) ExplainRoutes(ctx context.Context, in ArticleInput) (RouteExplanation, error) {
	now := a.now()
	changes, eventID, err := a.changesToExplain(ctx, in, now)
	if err != nil {
		return RouteExplanation{}, err
	}
	circumstances, err := a.store.PlanContext(ctx, now)
	if err != nil {
		return RouteExplanation{}, err
	}
	return a.newRouteExplanation(eventID, changes, notifier.Explain(changes, a.routing(), circumstances, now)), nil
}

// changesToExplain returns what an event or an article would change, and the ID of the
// event.
func (a *App) changesToExplain(ctx context.Context, in ArticleInput, now time.Time) ([]models.Change, string, error) {
	if !isArticle(in.From) {
		changes, err := a.changesOfEvent(ctx, in.From)
		if err != nil {
			return nil, "", err
		}
		return changes, changes[0].Event.ID, nil
	}
	article, err := ReadArticle(ctx, a.dir, in)
	if err != nil {
		return nil, "", err
	}
	changes := changesOf(article, a.Folder(), now)
	if len(changes) == 0 {
		changes = []models.Change{{Article: article, Event: models.Event{Title: article.Title}}}
	}
	return changes, "", nil
}

// isArticle tells an article from the ID of an event.
func isArticle(from string) bool {
	if from == "-" || strings.Contains(from, "://") || strings.ContainsAny(from, `./\`) {
		return true
	}
	_, err := os.Stat(from)
	return err == nil
}

// changesOf is what an article would change if nothing was known before.
func changesOf(article models.Article, folder *Folder, now time.Time) []models.Change {
	article.ID, article.SeenAt, article.Revision = models.NewID(now, article.Title), now, 1
	parts := make(map[int][]models.Match)
	for _, m := range folder.Rules.Match(article) {
		parts[m.Part] = append(parts[m.Part], m)
	}
	var found []events.Found
	for part, matches := range parts {
		found = append(found, events.Found{Article: article, Part: part, Matches: matches})
	}
	slices.SortFunc(found, func(a, b events.Found) int { return a.Part - b.Part })
	return events.Assign(nil, found, now)
}

// changesOfEvent is an event as if all of its articles came now.
func (a *App) changesOfEvent(ctx context.Context, id string) ([]models.Change, error) {
	event, err := a.store.FindEvent(ctx, id)
	if err != nil {
		return nil, err
	}
	matches, err := a.store.EventMatches(ctx, event.ID)
	if err != nil {
		return nil, err
	}
	var changes []models.Change
	for _, joined := range event.Articles {
		c := models.Change{Kind: models.Copied, Event: event, Joined: joined}
		if c.Article, err = a.store.FindArticle(ctx, joined.ArticleID, ""); err != nil {
			return nil, err
		}
		c.Article.Source = models.Source{ID: joined.SourceID, Name: joined.SourceName, Role: joined.Role}
		for _, src := range a.Folder().Sources {
			if src.ID == joined.SourceID {
				c.Article.Source = src
			}
		}
		c.Matches = latestMatches(matches, joined)
		changes = append(changes, c)
	}
	return changes, nil
}

// latestMatches returns the matches of the last revision of an article that has any.
func latestMatches(matches []models.Match, of models.EventArticle) []models.Match {
	var last []models.Match
	for _, m := range matches {
		if m.ArticleID != of.ArticleID || m.Part != of.Part {
			continue
		}
		if len(last) > 0 && m.Revision > last[0].Revision {
			last = nil
		}
		if len(last) == 0 || m.Revision == last[0].Revision {
			last = append(last, m)
		}
	}
	return last
}

func (a *App) newRouteExplanation(eventID string, changes []models.Change, all []notifier.Explanation) RouteExplanation {
	event := changes[0].Event
	e := RouteExplanation{EventID: eventID, Title: event.Title, Rules: matchedRules(changes), Recipients: make([]RecipientExplanation, len(all))}
	known := make(map[string]bool)
	for _, n := range event.Notified {
		known[n.Recipient] = !n.Lost
	}
	for i, one := range all {
		to, _ := a.Config().Recipient(one.Recipient)
		e.Recipients[i] = newRecipientExplanation(one, known[one.Recipient], to.Zone)
	}
	slices.SortStableFunc(e.Recipients, func(a, b RecipientExplanation) int { return cmp.Compare(a.When(), b.When()) })
	return e
}

func newRecipientExplanation(e notifier.Explanation, known bool, zone string) RecipientExplanation {
	r := RecipientExplanation{
		Explanation: e, Known: known, Zone: zone, Steps: make([]StepExplanation, len(e.Steps)),
		Held: render.Reasons(e.Held, "en"), WaitFor: render.Reasons(e.WaitFor, "en"), Reason: render.Reasons(e.Reasons, "en"),
	}
	for i, s := range e.Steps {
		met, unmet := conditionTexts(s.Checks)
		r.Steps[i] = StepExplanation{s, met, unmet}
	}
	return r
}

// conditionTexts says which parts of conditions are met and which are not.
func conditionTexts(checks []models.ConditionCheck) (met, unmet []string) {
	for _, c := range checks {
		has, wanted := cmp.Or(strings.Join(c.Has, ", "), "unknown"), strings.Join(c.Wanted, " or ")
		switch {
		case c.Kind == models.ConditionSeverity && c.Met:
			met = append(met, fmt.Sprintf("severity %s is at least %s", has, wanted))
		case c.Kind == models.ConditionSeverity:
			unmet = append(unmet, fmt.Sprintf("severity %s is below %s", has, wanted))
		case c.Met:
			met = append(met, c.Kind+" "+has)
		default:
			unmet = append(unmet, fmt.Sprintf("%s %s is not %s", c.Kind, has, wanted))
		}
	}
	return met, unmet
}

// matchedRules lists the rules that are matched, each once and at its strongest.
func matchedRules(changes []models.Change) []MatchedRule {
	var matches []models.Match
	for _, c := range changes {
		matches = append(matches, c.Matches...)
	}
	rules := []MatchedRule{}
	for _, m := range models.Ranked(matches) {
		if !slices.ContainsFunc(rules, func(have MatchedRule) bool { return have.Rule == m.RuleID }) {
			rules = append(rules, MatchedRule{m.RuleID, string(m.Strength), string(m.Severity), notifier.TopicOf(m), m.RuleTitle})
		}
	}
	return rules
}
