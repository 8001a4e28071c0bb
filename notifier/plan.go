package notifier

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"regwatch/models"
)

// A Destination is an address of a channel. An empty Address is the one that
// the channel itself is configured with.
type Destination struct {
	Channel string
	Address string
}

// Plan decides who is owed an alert for the changes of one scan. Every decision
// is a notice: one that is owed has deliveries, and one that is held says why.
// A recipient is alerted to an event once; what comes later is told only if it
// makes the event graver or meets a rule that the recipient has not heard of.
func Plan(changes []models.Change, routing Routing, _ models.Circumstances, now time.Time) []models.Notice {
	latest := make(map[string]models.Event)
	told := make(map[string][]models.Told)
	for _, c := range changes {
		latest[c.Event.ID] = c.Event
		told[c.Event.ID] = c.Event.Told
	}
	var notices []models.Notice
	for _, c := range changes {
		reached := make(map[Destination][]string) // with the rules told there of this change
		for _, lead := range routing.leads(c) {
			heard := heardBy(told[c.Event.ID], lead.recipient.Name)
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
			known := heard != nil && !heard.Lost
			if known {
				n.Kind = models.NoticeUpdate
			}
			n.Held = held(c, latest[c.Event.ID], lead, heard)
			alert := newAlert(c, latest[c.Event.ID], lead)
			if n.Held == "" {
				switch {
				case known:
					alert.WhyNow = lead.news(c, latest[c.Event.ID], *heard)
				case heard == nil:
					n.SubjectRevision = 0
				default:
					alert.WhyNow = "an earlier alert of this event could not be delivered"
				}
				told[c.Event.ID] = hearing(told[c.Event.ID], n, lead, alert.Official)
			}
			n.Content = models.Content{Language: lead.recipient.Language, Alert: &alert}
			// Each a microsecond after the one before: what is told of an event later
			// is delivered later.
			notices = append(notices, address(n, lead.fresh(reached), now.Add(time.Duration(len(notices))*time.Microsecond)))
		}
	}
	return notices
}

// heardBy returns what a recipient has heard, or nil.
func heardBy(told []models.Told, recipient string) *models.Told {
	for _, t := range told {
		if t.Recipient == recipient {
			return &t
		}
	}
	return nil
}

// hearing returns what is told once the notice is.
func hearing(told []models.Told, n models.Notice, l lead, official bool) []models.Told {
	heard := models.Told{Recipient: n.Recipient, Severity: n.Severity, Official: official}
	if before := heardBy(told, n.Recipient); before != nil && !before.Lost {
		heard.Rules = slices.Clone(before.Rules)
		heard.Official = official || before.Official
		if before.Severity.Rank() > heard.Severity.Rank() {
			heard.Severity = before.Severity
		}
	}
	for _, m := range l.matches {
		heard.Rules = append(heard.Rules, m.RuleID)
	}
	others := slices.DeleteFunc(slices.Clone(told), func(t models.Told) bool { return t.Recipient == n.Recipient })
	return append(others, heard)
}

// address gives a notice its ID and, unless it is held, its deliveries.
func address(n models.Notice, to []Destination, now time.Time) models.Notice {
	n.ID = n.Key()
	if n.Held != "" {
		return n
	}
	for _, to := range to {
		d := models.NewDelivery(n.ID, to.Channel, to.Address, now)
		if n.Subject == "event" {
			d.Thread = n.SubjectID
		}
		n.Deliveries = append(n.Deliveries, d)
	}
	return n
}

// news says what of a change is news to a recipient who has heard of its event:
// a graver rule, another rule, or the first word of the body itself. It is ""
// if nothing is.
func (l lead) news(c models.Change, event models.Event, heard models.Told) string {
	var fresh []string
	worst := heard.Severity
	for _, m := range l.alerting() {
		if !slices.Contains(heard.Rules, m.RuleID) {
			fresh = append(fresh, m.RuleID)
		}
		if m.Severity.Rank() > worst.Rank() {
			worst = m.Severity
		}
	}
	var parts []string
	if worst != heard.Severity {
		parts = append(parts, fmt.Sprintf("raised from %s to %s", heard.Severity, worst))
	}
	if len(fresh) > 0 {
		parts = append(parts, "now also "+strings.Join(fresh, ", "))
	}
	if event.Official && !heard.Official && c.Article.Source.Role.Official() {
		parts = append(parts, "now officially confirmed by "+c.Article.Source.Name)
	}
	return strings.Join(parts, "; ")
}

// fresh returns the recipient's destinations, but for those where another
// recipient's notice of the same change says as much.
func (l lead) fresh(reached map[Destination][]string) []Destination {
	var rules []string
	for _, m := range l.alerting() {
		rules = append(rules, m.RuleID)
	}
	var to []Destination
	for _, d := range l.recipient.Destinations {
		said, met := reached[d]
		if met && !slices.ContainsFunc(rules, func(id string) bool { return !slices.Contains(said, id) }) {
			continue
		}
		reached[d] = append(said, rules...)
		to = append(to, d)
	}
	return to
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

// held says why an alert is not sent, or returns "".
func held(c models.Change, event models.Event, l lead, heard *models.Told) string {
	alerting := l.alerting()
	switch {
	case len(alerting) == 0 && slices.ContainsFunc(l.matches, func(m models.Match) bool { return !m.Draft }):
		return "a mention only: " + words(l.matches)
	case len(alerting) == 0:
		return "only draft rules match: " + words(l.matches)
	case heard != nil && !heard.Lost && l.news(c, event, *heard) == "":
		return "already told of this event; " + update(c)
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
		return fmt.Sprintf("this is revision %d of an article it has", c.Article.Revision)
	}
	return c.Joined.SourceName + " has " + c.Joined.JoinedBy
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
