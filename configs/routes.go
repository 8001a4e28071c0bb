package configs

import (
	"slices"
	"strings"
	"time"

	"regwatch/internal/conditions"
	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

func routeKeys() []string {
	return []string{"to", "when", "after", "escalate", "routes"}
}

func lineKeys() []string {
	return []string{"recipient", "pace", "mandatory", "reminders"}
}

func whenKeys() []string {
	return []string{"severity", "role", "jurisdiction", "language", "topic", "rule", "source", "deadline", "effective"}
}

func afterKeys() []string {
	return []string{"sources", "official", "within", "critical"}
}

func escalateKeys() []string {
	return []string{"after", "to"}
}

// healthName is reserved: people subscribe to messages about sources and channels
// under this name, so no route may have it.
const healthName = "health"

// RouteNames returns the routes that a rule may use.
func (c *Config) RouteNames() []string {
	names := make([]string, len(c.Routes))
	for i, r := range c.Routes {
		names[i] = r.Path
	}
	return names
}

// An escalationRef is an escalation and its place in the file.
type escalationRef struct {
	at   yamlnode.Node
	from string
	to   string
}

func (l *loader) routes(n yamlnode.Node) []models.Route {
	if !n.Exists() || n.IsNull() {
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
		if p.Name == healthName {
			p.Key.Report("the name health is reserved", "use another name; the key health of the file lists who gets messages about sources and channels")
		}
		all = append(all, l.route(p, models.Route{}))
	}
	i := slices.IndexFunc(all, func(r models.Route) bool { return r.Path == models.DefaultRoute })
	if n.IsMap() && i < 0 {
		n.Report("route default is missing", "add default: [RECIPIENT], for rules without a route")
	}
	return all
}

// route reads a route within a parent; the zero Route is the parent of top-level
// routes.
func (l *loader) route(p yamlnode.Pair, parent models.Route) models.Route {
	r := models.Route{Path: strings.TrimPrefix(parent.Path+"/"+p.Name, "/"), Escalate: parent.Escalate, After: parent.After}
	l.cfg.notePosition(r.Path, p.Key)
	what := "route " + r.Path
	if !p.Value.IsMap() {
		r.Lines = l.routeLines(p.Value, what)
		if len(p.Value.Items()) == 0 {
			p.Key.Report(diag.Textf("%s has no recipients", diag.Text(what)), "add recipients, such as [compliance]")
		}
		if parent.Path != "" {
			p.Key.Report(diag.Textf("%s has no condition that narrows %s", diag.Text(what), parent.Path), "use {when: {…}, to: […]}")
		}
		return r
	}
	m := p.Value.Map("a route", routeKeys()...)
	r.When = l.when(m.Get("when"), what)
	switch {
	case parent.Path != "" && !m.Get("when").Exists():
		p.Key.Report(diag.Textf("%s has no condition that narrows %s", diag.Text(what), parent.Path), "add a condition, such as when: {severity: high}")
	case r.Path == models.DefaultRoute && m.Get("when").Exists():
		m.Key("when").Report("route default has a condition", "move it to a nested route; default gets what no other route takes")
	}
	r.Lines = l.routeLines(m.Get("to"), what)
	if e := m.Get("escalate"); e.Exists() && !e.IsNull() {
		r.Escalate = l.escalation(e, r.Path)
	}
	if a := m.Get("after"); a.Exists() && !a.IsNull() {
		r.After = readAfter(a, what)
	}
	inner := m.Get("routes")
	for _, q := range inner.Pairs("routes") {
		if validName(q, "a route") {
			r.Routes = append(r.Routes, l.route(q, r))
		}
	}
	switch {
	case r.Path == models.DefaultRoute && len(m.Get("to").Items()) == 0:
		p.Key.Report("route default has no recipients", "add to: [RECIPIENT], who get what no other route takes")
	case len(m.Get("to").Items()) == 0 && len(inner.Pairs("routes")) == 0:
		p.Key.Report(diag.Textf("%s has no recipients", diag.Text(what)), "add to: [RECIPIENT], or nested routes")
	}
	return r
}

func (l *loader) routeLines(n yamlnode.Node, what string) []models.RouteLine {
	var all []models.RouteLine
	for _, item := range n.Items() {
		line := models.RouteLine{}
		at := item
		if item.IsMap() {
			m := item.Map("a line of "+what, lineKeys()...)
			at = m.Required("recipient", "add the name of a recipient")
			line.Mandatory = m.Get("mandatory").Bool("mandatory")
			if p := m.Get("pace"); p.Exists() && !p.IsNull() {
				own := readFrequency(p, what+": pace")
				line.Frequency = &own
			}
			if r := m.Get("reminders"); r.Exists() && !r.IsNull() {
				own := readReminders(r, what+": reminders")
				line.Reminders = &own
			}
		}
		line.Recipient = at.String("a recipient of " + what)
		if line.Recipient == "" {
			continue
		}
		l.recipientRefs = append(l.recipientRefs, recipientRef{at, what, line.Recipient})
		if slices.ContainsFunc(all, func(have models.RouteLine) bool { return have.Recipient == line.Recipient }) {
			at.Report(diag.Textf("%s has recipient %q twice", what, line.Recipient), "remove one of them")
			continue
		}
		all = append(all, line)
	}
	return all
}

// awaitWithin is how long a route waits for other sources if it does not say.
const awaitWithin = 6 * time.Hour

// readAfter reads what a route waits for: official, none, or a mapping.
func readAfter(n yamlnode.Node, what string) models.Corroboration {
	what += ": after"
	if !n.IsMap() {
		switch s := n.String(what); s {
		case "", "none":
		case "official":
			return models.Corroboration{Official: true, Within: awaitWithin}
		default:
			n.Report(diag.Textf("%s is %q", what, s), "use official, none, or {sources: 2, within: 6h}")
		}
		return models.Corroboration{}
	}
	m := n.Map("after", afterKeys()...)
	c := models.Corroboration{
		Sources: m.Get("sources").Int(what+".sources", 2, 10), Official: m.Get("official").Bool(what + ".official"),
		Within: readDuration(m.Get("within"), what+".within", time.Minute, 7*day, awaitWithin), Critical: m.Get("critical").Bool(what + ".critical"),
	}
	if m.Get("sources").Exists() == c.Official {
		n.Report(diag.Textf("%s needs one of sources and official", diag.Text(what)), "use {sources: 2, within: 6h} or {official: true, within: 6h}")
	}
	return c
}

func (l *loader) escalation(n yamlnode.Node, from string) models.Escalation {
	m := n.Map("escalate", escalateKeys()...)
	after, to := m.Required("after", "add the time to wait for an assignee, such as after: 30m"), m.Required("to", "add the route to escalate to")
	e := models.Escalation{
		After: readDuration(after, "route "+from+": escalate.after", time.Minute, 7*day, 0),
		To:    to.String("route " + from + ": escalate.to"),
	}
	if e.To != "" {
		l.escalationRefs = append(l.escalationRefs, escalationRef{to, from, e.To})
	}
	return e
}

// when reads a condition. The rules and sources are unknown here; CheckRoutes reports
// names that do not exist.
func (l *loader) when(n yamlnode.Node, what string) models.Condition {
	if n.IsNull() {
		n.Report(diag.Textf("%s: when is empty", diag.Text(what)), "add a condition, such as {severity: high}")
		return models.Condition{}
	}
	m := n.Map("when", whenKeys()...)
	if n.IsMap() && len(n.Pairs("when")) == 0 {
		n.Report(diag.Textf("%s: when is empty", diag.Text(what)), "add a condition, such as {severity: high}")
	}
	w := models.Condition{Severity: models.Severity(m.Get("severity").OneOf(what+": severity", severities()...))}
	for _, role := range l.values(m, "role", what, true) {
		w.Roles = append(w.Roles, models.Role(role))
	}
	w.Jurisdictions = l.values(m, "jurisdiction", what, true)
	w.Languages = l.values(m, "language", what, true)
	w.Topics = l.values(m, "topic", what, false)
	w.Rules = l.values(m, "rule", what, false)
	w.Sources = l.values(m, "source", what, false)
	w.Deadline = days(m, conditions.Deadline, what)
	w.Effective = days(m, conditions.Effective, what)
	return w
}

// days reads a condition on key dates; nil if there is none.
func days(m yamlnode.Map, kind, what string) *models.DayWindow {
	n := m.Get(kind)
	if !n.Exists() {
		return nil
	}
	w := conditions.ReadDays(n, what+": "+kind)
	return &w
}

// values reads the values of one kind of condition and reports invalid values of a
// checked kind. Whether a rule or source exists is only known later.
func (l *loader) values(m yamlnode.Map, kind, what string, checked bool) []string {
	n := m.Get(kind)
	if n.Exists() && len(n.Items()) == 0 {
		n.Report(diag.Textf("%s: %s is empty", what, kind), "add a value, or remove it")
	}
	var good []string
	for _, item := range n.Items() {
		value := item.String(what + ": " + kind)
		if value == "" {
			continue
		}
		if checked {
			if wrong, want := conditions.Check(kind, value); wrong != "" {
				item.Report(diag.Textf("%s: %s", diag.Text(what), wrong), want)
				continue
			}
		}
		good = append(good, value)
		l.cfg.routeValues = append(l.cfg.routeValues, routeValue{what, kind, value, positionOf(item)})
	}
	return good
}

// checkEscalations reports escalations without a target or recipients, and loops.
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
	for _, e := range l.escalationRefs {
		to, ok := byPath[e.to]
		switch {
		case !ok:
			e.at.Report(diag.Textf("route %s: escalation route %q does not exist", e.from, e.to), suggest(e.to, "route", paths))
		case e.to == e.from:
			e.at.Report(diag.Textf("route %s escalates to itself", e.from), "use another route")
		case len(to.Lines) == 0:
			e.at.Report(diag.Textf("route %s escalates to %s, which has no recipients", e.from, e.to), "use a route with its own recipients")
		default:
			if loop := escalationLoop(e.from, byPath); loop != nil {
				e.at.Report(diag.Textf("the escalation is a loop: %s", strings.Join(loop, " → ")), "remove one escalation of the loop")
			}
		}
	}
}

// escalationLoop follows the escalations from a route and returns the path if it comes
// back to the route.
func escalationLoop(start string, byPath map[string]models.Route) []string {
	path := []string{start}
	for at := byPath[start].Escalate.To; at != ""; at = byPath[at].Escalate.To {
		if slices.Contains(path, at) {
			if at == start {
				return append(path, at)
			}
			return nil // another loop, which is reported there
		}
		path = append(path, at)
	}
	return nil
}
