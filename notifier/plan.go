package notifier

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"regwatch/models"
)

// DefaultRoute is where rules lead that name no route.
const DefaultRoute = "default"

// A Destination is an address of a channel. An empty Address is the one that
// the channel itself is configured with.
type Destination struct {
	Channel string
	Address string
}

// A Recipient is a person or a team, told of each thing once however many rules
// and routes lead there.
type Recipient struct {
	Name         string
	Destinations []Destination
	Zone         string          // IANA; in which times are shown
	MinSeverity  models.Severity // what is less severe is held; empty holds nothing
}

// A Routing says who is told of what.
type Routing struct {
	Recipients map[string]Recipient
	Routes     map[string][]string // a route's name to recipients' names
	Health     []string            // recipients told of failing sources and channels
}

// Plan decides who is owed an alert for the changes of one scan. Every decision
// is a notice: one that is owed has deliveries, and one that is held says why.
// A recipient is alerted to an event once; what comes later is an update.
func Plan(changes []models.Change, routing Routing, now time.Time) []models.Notice {
	latest := make(map[string]models.Event)
	told := make(map[string][]string)
	for _, c := range changes {
		latest[c.Event.ID] = c.Event
		told[c.Event.ID] = c.Event.Told
	}
	var notices []models.Notice
	for _, c := range changes {
		for _, lead := range routing.leads(c.Matches) {
			n := models.Notice{
				Kind:            models.NoticeAlert,
				Subject:         "event",
				SubjectID:       c.Event.ID,
				SubjectRevision: c.Event.Revision,
				Recipient:       lead.recipient.Name,
				Severity:        lead.severity(),
				Reason:          lead.reason(),
				CreatedAt:       now,
			}
			already := slices.Contains(told[c.Event.ID], n.Recipient)
			if already {
				n.Kind = models.NoticeUpdate
			}
			n.Held = held(c, lead, already)
			if n.Held == "" {
				n.SubjectRevision = 0
				told[c.Event.ID] = append(slices.Clone(told[c.Event.ID]), n.Recipient)
			}
			alert := newAlert(c, latest[c.Event.ID], lead)
			n.Content = models.Content{Alert: &alert}
			notices = append(notices, address(n, lead.recipient.Destinations, now))
		}
	}
	return notices
}

// address gives a notice its ID and, unless it is held, its deliveries.
func address(n models.Notice, to []Destination, now time.Time) models.Notice {
	n.ID = n.Key()
	if n.Held != "" {
		return n
	}
	for _, d := range to {
		n.Deliveries = append(n.Deliveries, models.NewDelivery(n.ID, d.Channel, d.Address, now))
	}
	return n
}

// A lead is the matches of one change that lead to one recipient.
type lead struct {
	recipient Recipient
	matches   []models.Match // ranked
	routes    []string
}

// leads returns where the matches lead, ordered by the recipient's name.
func (r Routing) leads(matches []models.Match) []lead {
	byName := make(map[string]*lead)
	for _, m := range models.Ranked(matches) {
		routes := m.Routes
		if len(routes) == 0 {
			routes = []string{DefaultRoute}
		}
		for _, route := range routes {
			names, ok := r.Routes[route]
			if !ok {
				// A route that is gone must not swallow an alert.
				route, names = DefaultRoute, r.Routes[DefaultRoute]
			}
			for _, name := range names {
				l := byName[name]
				if l == nil {
					l = &lead{recipient: r.Recipients[name]}
					l.recipient.Name = name
					byName[name] = l
				}
				if !slices.ContainsFunc(l.matches, func(have models.Match) bool { return have.RuleID == m.RuleID && have.RuleHash == m.RuleHash }) {
					l.matches = append(l.matches, m)
				}
				if !slices.Contains(l.routes, route) {
					l.routes = append(l.routes, route)
				}
			}
		}
	}
	sorted := make([]lead, 0, len(byName))
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		sorted = append(sorted, *byName[name])
	}
	return sorted
}

// alerting returns the matches that are worth an alert by themselves.
func (l lead) alerting() []models.Match {
	return slices.DeleteFunc(slices.Clone(l.matches), func(m models.Match) bool { return !m.Alerts() })
}

func (l lead) severity() models.Severity {
	worst := models.Severity("")
	for _, m := range l.alerting() {
		if m.Severity.Rank() > worst.Rank() {
			worst = m.Severity
		}
	}
	if worst == "" && len(l.matches) > 0 {
		worst = l.matches[0].Severity
	}
	return worst
}

func (l lead) reason() string {
	var ids []string
	for _, m := range l.matches {
		ids = append(ids, m.RuleID)
	}
	return fmt.Sprintf("%s by %s", plural(len(l.routes), "route ", "routes ")+strings.Join(l.routes, ", "), strings.Join(ids, ", "))
}

// held says why an alert is not sent, or returns "".
func held(c models.Change, l lead, already bool) string {
	alerting := l.alerting()
	switch {
	case len(alerting) == 0 && slices.ContainsFunc(l.matches, func(m models.Match) bool { return !m.Draft }):
		return "a mention only: " + words(l.matches)
	case len(alerting) == 0:
		return "only draft rules match: " + words(l.matches)
	case already:
		return fmt.Sprintf("already told of this event; this is %s", update(c))
	case c.Article.Baseline:
		return "first scan of " + c.Article.Source.Name + ": older than its look-back"
	case l.severity().Rank() < l.recipient.MinSeverity.Rank():
		return fmt.Sprintf("severity %s is below the %s that %s asks for", l.severity(), l.recipient.MinSeverity, l.recipient.Name)
	case len(l.recipient.Destinations) == 0:
		return l.recipient.Name + " has no destination"
	}
	return ""
}

func update(c models.Change) string {
	if c.Kind == models.Revised {
		return fmt.Sprintf("revision %d of an article it has", c.Article.Revision)
	}
	return c.Joined.JoinedBy + " at " + c.Joined.SourceName
}

// words names rules with the first words that each found.
func words(matches []models.Match) string {
	var parts []string
	for _, m := range matches {
		part := m.RuleID
		if len(m.Hits) > 0 {
			part += " (“" + m.Hits[0].Text + "”)"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
