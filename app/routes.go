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
	"regwatch/internal/timefmt"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/notifier"
	"regwatch/notifier/render"
)

// A Route is a route of regwatch.yaml with the narrower ones within it.
type Route struct {
	Path          string         `json:"path"`
	When          RouteCondition `json:"when"`
	To            []RouteLine    `json:"to"`
	EscalateTo    string         `json:"escalate_to,omitempty"`
	EscalateSecs  int            `json:"escalate_after_seconds,omitempty"`
	AfterSources  int            `json:"after_sources,omitempty"`        // alerts wait for so many independent sources
	AfterOfficial bool           `json:"after_official,omitempty"`       // or for an official one
	WithinSecs    int            `json:"after_within_seconds,omitempty"` // at most
	Routes        []Route        `json:"routes"`

	EscalateAfter time.Duration `json:"-"`

	After     models.Corroboration `json:"-"`
	Condition string               `json:"-"` // When as a sentence; empty if there is none
}

// A RouteCondition is what a route asks for.
type RouteCondition struct {
	Severity      string        `json:"severity,omitempty"`
	Roles         []models.Role `json:"role,omitempty"`
	Jurisdictions []string      `json:"jurisdiction,omitempty"`
	Languages     []string      `json:"language,omitempty"`
	Topics        []string      `json:"topic,omitempty"`
	Rules         []string      `json:"rule,omitempty"`
	Sources       []string      `json:"source,omitempty"`
	Deadline      *DayWindow    `json:"deadline,omitempty"`
	Effective     *DayWindow    `json:"effective,omitempty"`
}

// A DayWindow is a condition on key dates: so many days ahead, or between two days.
type DayWindow struct {
	WithinDays int    `json:"within_days,omitempty"`
	From       string `json:"from,omitempty"`
	Until      string `json:"until,omitempty"`
}

func newDayWindow(w *models.DayWindow) *DayWindow {
	if w == nil {
		return nil
	}
	return &DayWindow{w.Within, w.From, w.Until}
}

// A RouteLine is one recipient of a route.
type RouteLine struct {
	Recipient string `json:"recipient"`
	Pace      string `json:"pace,omitempty"` // if it is not the recipient's own
	Mandatory bool   `json:"mandatory"`

	Reminders *[]int `json:"-"` // days before a key date; nil: the recipient's own
}

// Routes are the routes of a folder and the recipients that they lead to.
type Routes struct {
	Routes     []Route
	Recipients []models.Recipient
}

// ReadRoutes returns the routes of a folder.
func ReadRoutes(dir string) (Routes, error) {
	folder, problems := ReadFolder(dir)
	if len(problems) > 0 {
		return Routes{}, problems
	}
	return Routes{newRoutes(folder.Config.Routes), folder.Config.Recipients}, nil
}

func newRoutes(routes []models.Route) []Route {
	all := make([]Route, len(routes))
	for i, r := range routes {
		all[i] = Route{
			Path: r.Path, EscalateTo: r.Escalate.To, EscalateSecs: int(r.Escalate.After / time.Second), EscalateAfter: r.Escalate.After,
			AfterSources: r.After.Sources, AfterOfficial: r.After.Official, WithinSecs: int(r.After.Within / time.Second), After: r.After,
			To: []RouteLine{}, Routes: newRoutes(r.Routes), Condition: r.When.String(),
			When: RouteCondition{string(r.When.Severity), r.When.Roles, r.When.Jurisdictions, r.When.Languages, r.When.Topics, r.When.Rules, r.When.Sources, newDayWindow(r.When.Deadline), newDayWindow(r.When.Effective)},
		}
		for _, line := range r.Lines {
			row := RouteLine{Recipient: line.Recipient, Mandatory: line.Mandatory, Reminders: line.Reminders}
			if line.Frequency != nil {
				row.Pace = FrequencyText(*line.Frequency)
			}
			all[i].To = append(all[i].To, row)
		}
	}
	return all
}

// FrequencyText says how often alerts are sent.
func FrequencyText(f models.Frequency) string {
	switch f.Kind {
	case models.Daily:
		return "daily at " + timefmt.Clock(f.At)
	case models.Weekly:
		return "weekly on " + f.Day.String() + " at " + timefmt.Clock(f.At)
	case models.AtOnce:
		return "at once"
	}
	return string(f.Kind)
}

// A RouteFeed has the addresses of the Atom feed and of the calendar of a route.
type RouteFeed struct {
	Feed     string `json:"feed"`
	Route    string `json:"route"`
	Calendar string `json:"calendar"` // the key dates of its events, as iCalendar
}

// RouteFeed returns the addresses of the Atom feed and of the calendar of a route.
func (a *App) RouteFeed(ctx context.Context, route string) (RouteFeed, error) {
	c := a.Config()
	if _, known := c.Routing().Route(route); !known {
		names := routePaths(c.Routes)
		return RouteFeed{}, inputError("route %q does not exist%s; the routes are %s", route, yamlnode.DidYouMean(route, names), strings.Join(names, ", "))
	}
	if c.Web.Public == "" {
		return RouteFeed{}, inputError("regwatch serves no feeds, because regwatch.yaml has no web.public; add, for example, web: {listen: 127.0.0.1:8480, public: https://regwatch.example.com}")
	}
	links, err := a.Links(ctx)
	if err != nil {
		return RouteFeed{}, err
	}
	return RouteFeed{links.Feed(route), route, links.Calendar(route)}, nil
}

// routePaths returns the paths of routes, each before the narrower ones within it.
func routePaths(routes []models.Route) []string {
	var paths []string
	for _, r := range routes {
		paths = append(append(paths, r.Path), routePaths(r.Routes)...)
	}
	return paths
}

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
