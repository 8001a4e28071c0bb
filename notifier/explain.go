package notifier

import (
	"maps"
	"slices"
	"time"

	"regwatch/models"
)

// An Explanation says what a recipient would receive about an event that nobody was
// notified of yet, and why.
type Explanation struct {
	Recipient string         `json:"recipient"`
	Told      bool           `json:"told"`                 // immediately or later
	Held      models.Reasons `json:"-"`                    // why not; empty if no line leads to the recipient
	WaitUntil time.Time      `json:"wait_until,omitzero"`  // when a deferred notice is sent
	WaitFor   models.Reasons `json:"-"`                    // why it is deferred
	Reasons   models.Reasons `json:"-"`                    // the routes and rules that lead to the recipient
	Severity  string         `json:"severity,omitempty"`   // of the notice
	Over      []string       `json:"over,omitempty"`       // the open destinations
	Left      []string       `json:"left,omitempty"`       // destinations that have unsubscribed from every line
	GoesOn    time.Time      `json:"goes_on_at,omitzero"`  // when it escalates unless someone is assigned
	GoesTo    string         `json:"goes_on_to,omitempty"` // the route to which it escalates
	Steps     []Step         `json:"steps"`                // every line to the recipient within the rules' routes
}

// A Step is the evaluation of a route line for one rule: the conditions of its route and
// of the surrounding routes, applied to the match.
type Step struct {
	Rule         string                  `json:"rule"`
	Alerts       bool                    `json:"alerts"` // the match alone is worth an alert
	Route        string                  `json:"route"`
	Subscription string                  `json:"subscription"`
	Mandatory    bool                    `json:"mandatory,omitempty"`
	Taken        bool                    `json:"taken"`
	Checks       []models.ConditionCheck `json:"-"`
	Narrower     bool                    `json:"narrower,omitempty"` // a narrower route takes the match instead
	Fallback     bool                    `json:"fallback,omitempty"` // the default route: no route of the rule takes the match
}

// Explain returns for every recipient what they would receive of the changes of one event
// if nobody had been notified yet, and why. It is [Plan] with its reasons.
func Explain(changes []models.Change, routing models.Routing, planContext models.PlanContext, now time.Time) []Explanation {
	fresh := slices.Clone(changes)
	for i := range fresh {
		fresh[i].Event.Notified = nil
	}
	notices := Plan(fresh, routing, planContext, now)
	var all []Explanation
	for _, name := range slices.Sorted(maps.Keys(routing.Recipients)) {
		e := Explanation{Recipient: name, Steps: []Step{}}
		for _, c := range fresh {
			for _, m := range models.Ranked(c.Matches) {
				for _, s := range stepsFor(routing, m, c, name, now) {
					if !slices.ContainsFunc(e.Steps, func(have Step) bool {
						return have.Rule == s.Rule && have.Subscription == s.Subscription && have.Taken == s.Taken
					}) {
						e.Steps = append(e.Steps, s)
					}
				}
			}
		}
		if n, ok := decisive(notices, name); ok {
			e.decided(n, routingAt(routing, now), planContext)
		}
		all = append(all, e)
	}
	return all
}

// decisive returns the sent notice of a recipient, or else the last one.
func decisive(notices []models.Notice, recipient string) (models.Notice, bool) {
	var last models.Notice
	for _, n := range notices {
		if n.Recipient == recipient {
			if last = n; !n.IsHeld() {
				break
			}
		}
	}
	return last, last.ID != ""
}

func (e *Explanation) decided(n models.Notice, routing models.Routing, planContext models.PlanContext) {
	e.Told, e.Held, e.Reasons, e.Severity = !n.IsHeld(), n.HeldReasons, n.Reasons, string(n.Severity)
	e.WaitUntil, e.WaitFor = n.WaitUntil, n.WaitReasons
	e.GoesOn, e.GoesTo = n.EscalateAt, n.EscalateTo
	to := withOpenDestinations(routing.Recipients[e.Recipient], isOpen(routing, n.Subscriptions, planContext.OptOuts))
	open := openDestinations(routing, to, n.Subscriptions, planContext.OptOuts)
	for _, d := range distinctDestinations(to.Destinations) {
		if slices.Contains(open, d) {
			e.Over = append(e.Over, d.String())
		} else {
			e.Left = append(e.Left, d.String())
		}
	}
}

// stepsFor returns the lines to a recipient within the routes of a match's rule, and
// within the default route if none of those takes the match.
func stepsFor(r models.Routing, m models.Match, c models.Change, recipient string, now time.Time) []Step {
	names := m.Routes
	if len(names) == 0 {
		names = []string{models.DefaultRoute}
	}
	taken := slices.ContainsFunc(names, func(name string) bool {
		route, ok := r.Route(name)
		return ok && len(resolveRoute(route, m, c, now)) > 0
	})
	gone := slices.ContainsFunc(names, func(name string) bool { _, ok := r.Route(name); return !ok })
	var steps []Step
	for _, name := range names {
		if route, ok := r.Route(name); ok {
			steps = append(steps, routeSteps(route, m, c, recipient, Step{}, now)...)
		}
	}
	if fallback, _ := r.Route(models.DefaultRoute); (!taken || gone) && !slices.Contains(names, models.DefaultRoute) {
		steps = append(steps, routeSteps(fallback, m, c, recipient, Step{Fallback: true}, now)...)
	}
	return steps
}

func routeSteps(r models.Route, m models.Match, c models.Change, recipient string, around Step, now time.Time) []Step {
	s := around
	s.Rule, s.Alerts, s.Route = m.RuleID, m.Alerts(), r.Path
	s.Checks = slices.Concat(around.Checks, checkCondition(r.When, m, c, now))
	narrower := slices.ContainsFunc(r.Routes, func(inner models.Route) bool { return len(resolveRoute(inner, m, c, now)) > 0 })
	var steps []Step
	for _, line := range r.Lines {
		if line.Recipient != recipient {
			continue
		}
		mine := s
		mine.Subscription, mine.Mandatory = resolvedRoute{m, r, line}.subscription(), line.Mandatory
		mine.Narrower = narrower && met(s.Checks)
		mine.Taken = !narrower && met(s.Checks)
		steps = append(steps, mine)
	}
	for _, inner := range r.Routes {
		steps = append(steps, routeSteps(inner, m, c, recipient, s, now)...)
	}
	return steps
}
