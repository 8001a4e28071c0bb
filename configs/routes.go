package configs

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"regwatch/internal/conditions"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

var (
	routeKeys    = []string{"to", "when", "escalate", "routes"}
	lineKeys     = []string{"recipient", "pace", "mandatory", "reminders"}
	whenKeys     = []string{"severity", "role", "jurisdiction", "language", "topic", "rule", "source"}
	escalateKeys = []string{"after", "to"}
)

// healthRoute is no route: messages about sources and channels are subscribed
// to under its name.
const healthRoute = "health"

// RouteNames returns the routes that a rule may name.
func (c *Config) RouteNames() []string {
	names := make([]string, len(c.Routes))
	for i, r := range c.Routes {
		names[i] = r.Path
	}
	return names
}

// A checkedEscalation is an escalation and the place where it was written.
type checkedEscalation struct {
	at   yamlnode.Node
	from string
	to   string
}

func (l *loader) routes(n yamlnode.Node) []models.Route {
	if !n.There() || n.IsNull() {
		everybody := models.Route{Path: models.DefaultRoute}
		for _, r := range l.cfg.Recipients {
			everybody.Lines = append(everybody.Lines, models.RouteLine{Recipient: r.Name})
		}
		return []models.Route{everybody}
	}
	var all []models.Route
	for _, p := range n.Pairs("routes") {
		if !validName(p, "a route") {
			continue
		}
		if p.Name == healthRoute {
			p.Key.Report("a route is named health", "want another name; who hears of sources and channels stands under the key health of the file")
		}
		all = append(all, l.route(p, models.Route{}))
	}
	i := slices.IndexFunc(all, func(r models.Route) bool { return r.Path == models.DefaultRoute })
	if n.IsMap() && i < 0 {
		n.Report("there is no route default", "want default: [RECIPIENT], for rules that name no route")
	}
	return all
}

// route reads a route within another; the zero route is around the outermost.
func (l *loader) route(p yamlnode.Pair, around models.Route) models.Route {
	r := models.Route{Path: strings.TrimPrefix(around.Path+"/"+p.Name, "/"), Escalate: around.Escalate}
	l.cfg.notePlace(r.Path, p.Key)
	what := "route " + r.Path
	if !p.Value.IsMap() {
		r.Lines = l.lines(p.Value, what)
		if len(p.Value.Items()) == 0 {
			p.Key.Report(what+" leads to nobody", "want recipients, such as [compliance]")
		}
		if around.Path != "" {
			p.Key.Report(what+" is narrower than "+around.Path+" and does not say by what", "want {when: {…}, to: […]}")
		}
		return r
	}
	m := p.Value.Map("a route", routeKeys...)
	r.When = l.when(m.Get("when"), what)
	switch {
	case around.Path != "" && !m.Get("when").There():
		p.Key.Report(what+" is narrower than "+around.Path+" and does not say by what", "want when: with what it takes, such as when: {severity: high}")
	case r.Path == models.DefaultRoute && m.Get("when").There():
		m.Key("when").Report("the route default has a condition", "want it on a narrower route; default is told what no other route takes")
	}
	r.Lines = l.lines(m.Get("to"), what)
	if e := m.Get("escalate"); e.There() && !e.IsNull() {
		r.Escalate = l.escalation(e, r.Path)
	}
	inner := m.Get("routes")
	for _, q := range inner.Pairs("routes") {
		if validName(q, "a route") {
			r.Routes = append(r.Routes, l.route(q, r))
		}
	}
	switch {
	case r.Path == models.DefaultRoute && len(m.Get("to").Items()) == 0:
		p.Key.Report("the route default has no to", "want to: [RECIPIENT]; they are told what no other route takes")
	case len(m.Get("to").Items()) == 0 && len(inner.Pairs("routes")) == 0:
		p.Key.Report(what+" leads to nobody", "want to: [RECIPIENT], or narrower routes")
	}
	return r
}

func (l *loader) lines(n yamlnode.Node, what string) []models.RouteLine {
	var all []models.RouteLine
	for _, item := range n.Items() {
		line := models.RouteLine{}
		at := item
		if item.IsMap() {
			m := item.Map("a line of "+what, lineKeys...)
			at = m.Need("recipient", "want the recipient that it leads to")
			line.Mandatory = m.Get("mandatory").Bool("mandatory")
			if p := m.Get("pace"); p.There() && !p.IsNull() {
				own := frequency(p, what+": pace")
				line.Frequency = &own
			}
			if r := m.Get("reminders"); r.There() && !r.IsNull() {
				own := reminders(r, what+": reminders")
				line.Reminders = &own
			}
		}
		line.Recipient = at.String("a recipient of " + what)
		if line.Recipient == "" {
			continue
		}
		l.names = append(l.names, checkedName{at, what, line.Recipient})
		if slices.ContainsFunc(all, func(have models.RouteLine) bool { return have.Recipient == line.Recipient }) {
			at.Report(fmt.Sprintf("%s leads to %q twice", what, line.Recipient), "")
			continue
		}
		all = append(all, line)
	}
	return all
}

func (l *loader) escalation(n yamlnode.Node, from string) models.Escalation {
	m := n.Map("escalate", escalateKeys...)
	after, to := m.Need("after", "want how long anybody has to take an alert, such as after: 30m"), m.Need("to", "want the route that it then takes")
	e := models.Escalation{
		After: duration(after, "route "+from+": escalate.after", time.Minute, 7*day, 0),
		To:    to.String("route " + from + ": escalate.to"),
	}
	if e.To != "" {
		l.escalations = append(l.escalations, checkedEscalation{to, from, e.To})
	}
	return e
}

// when reads a condition. What rules and sources there are is not known here:
// CheckRoutes tells what of it nothing can meet.
func (l *loader) when(n yamlnode.Node, what string) models.Condition {
	if n.IsNull() {
		n.Report(what+": when is empty", "want what it takes, such as {severity: high}")
		return models.Condition{}
	}
	m := n.Map("when", whenKeys...)
	if n.IsMap() && len(n.Pairs("when")) == 0 {
		n.Report(what+": when is empty", "want what it takes, such as {severity: high}")
	}
	w := models.Condition{Severity: models.Severity(m.Get("severity").OneOf(what+": severity", severities...))}
	for _, role := range l.values(m, "role", what, true) {
		w.Roles = append(w.Roles, models.Role(role))
	}
	w.Jurisdictions = l.values(m, "jurisdiction", what, true)
	w.Languages = l.values(m, "language", what, true)
	w.Topics = l.values(m, "topic", what, false)
	w.Rules = l.values(m, "rule", what, false)
	w.Sources = l.values(m, "source", what, false)
	return w
}

// values reads the values of one kind of condition. What is wrong with a checked kind is
// reported here; whether a name exists is known only with the rules and sources.
func (l *loader) values(m yamlnode.Map, kind, what string, checked bool) []string {
	n := m.Get(kind)
	if n.There() && len(n.Items()) == 0 {
		n.Report(fmt.Sprintf("%s: %s is empty", what, kind), "want a value, or leave it out")
	}
	var good []string
	for _, item := range n.Items() {
		value := item.String(what + ": " + kind)
		if value == "" {
			continue
		}
		if checked {
			if wrong, want := conditions.Check(kind, value); wrong != "" {
				item.Report(what+": "+wrong, want)
				continue
			}
		}
		good = append(good, value)
		l.cfg.asked = append(l.cfg.asked, asked{what, kind, value, placeOf(item)})
	}
	return good
}

// checkEscalations reports those that lead nowhere, to nobody, or back.
func (l *loader) checkEscalations() {
	byPath := make(map[string]models.Route)
	var paths []string
	var walk func([]models.Route)
	walk = func(routes []models.Route) {
		for _, r := range routes {
			byPath[r.Path] = r
			paths = append(paths, r.Path)
			walk(r.Routes)
		}
	}
	walk(l.cfg.Routes)
	for _, e := range l.escalations {
		to, ok := byPath[e.to]
		switch {
		case !ok:
			e.at.Report(fmt.Sprintf("route %s escalates to a route %q that does not exist", e.from, e.to), choose(e.to, "route", paths))
		case e.to == e.from:
			e.at.Report(fmt.Sprintf("route %s escalates to itself", e.from), "want another route")
		case len(to.Lines) == 0:
			e.at.Report(fmt.Sprintf("route %s escalates to %s, which has no to", e.from, e.to), "want a route with recipients of its own")
		default:
			if circle := circleFrom(e.from, byPath); circle != nil {
				e.at.Report("the escalation runs in a circle: "+strings.Join(circle, " → "), "want one that ends")
			}
		}
	}
}

// circleFrom follows the escalations from a route, and returns the way if it
// comes back there.
func circleFrom(start string, byPath map[string]models.Route) []string {
	way := []string{start}
	for at := byPath[start].Escalate.To; at != ""; at = byPath[at].Escalate.To {
		if slices.Contains(way, at) {
			if at == start {
				return append(way, at)
			}
			return nil // the circle is elsewhere, and is reported there
		}
		way = append(way, at)
	}
	return nil
}
