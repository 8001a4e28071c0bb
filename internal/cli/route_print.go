package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"regwatch/configs"
	"regwatch/internal/sanitize"
	"regwatch/internal/timefmt"
	"regwatch/models"
	"regwatch/notifier"
	"regwatch/notifier/render"
)

// A routeRow is a route as --json prints it.
type routeRow struct {
	Path         string     `json:"path"`
	When         whenRow    `json:"when"`
	To           []lineRow  `json:"to"`
	EscalateTo   string     `json:"escalate_to,omitempty"`
	EscalateSecs int        `json:"escalate_after_seconds,omitempty"`
	Routes       []routeRow `json:"routes"`
}

type whenRow struct {
	Severity      string        `json:"severity,omitempty"`
	Roles         []models.Role `json:"role,omitempty"`
	Jurisdictions []string      `json:"jurisdiction,omitempty"`
	Languages     []string      `json:"language,omitempty"`
	Topics        []string      `json:"topic,omitempty"`
	Rules         []string      `json:"rule,omitempty"`
	Sources       []string      `json:"source,omitempty"`
}

type lineRow struct {
	Recipient string `json:"recipient"`
	Pace      string `json:"pace,omitempty"` // if it is not the recipient's own
	Mandatory bool   `json:"mandatory"`
}

func routeRows(routes []models.Route) []routeRow {
	rows := make([]routeRow, len(routes))
	for i, r := range routes {
		rows[i] = routeRow{
			Path: r.Path, EscalateTo: r.Escalate.To, EscalateSecs: int(r.Escalate.After / time.Second), To: []lineRow{}, Routes: routeRows(r.Routes),
			When: whenRow{string(r.When.Severity), r.When.Roles, r.When.Jurisdictions, r.When.Languages, r.When.Topics, r.When.Rules, r.When.Sources},
		}
		for _, line := range r.Lines {
			row := lineRow{Recipient: line.Recipient, Mandatory: line.Mandatory}
			if line.Frequency != nil {
				row.Pace = frequencyText(*line.Frequency)
			}
			rows[i].To = append(rows[i].To, row)
		}
	}
	return rows
}

// printExplanations prints who is notified of the changes of an event: first those who are
// notified at once, then those who are notified later, then the others. For an article
// that is no stored event, eventID is empty.
func (sh *shell) printExplanations(eventID string, changes []models.Change, all []notifier.Explanation, config *configs.Config) error {
	slices.SortStableFunc(all, func(a, b notifier.Explanation) int { return rank(a) - rank(b) })
	event := changes[0].Event
	known := make(map[string]bool)
	for _, t := range event.Notified {
		known[t.Recipient] = !t.Lost
	}
	if sh.asJSON {
		rows := make([]explanationRow, len(all))
		for i, e := range all {
			rows[i] = explanationRowOf(e, known[e.Recipient])
		}
		return sh.printJSON(map[string]any{"event_id": eventID, "title": event.Title, "rules": rulesMet(changes), "recipients": rows})
	}
	sh.printf("%s\n", sanitize.Line(event.Title))
	met := rulesMet(changes)
	if len(met) == 0 {
		sh.printf("No rule matches: nobody is notified.\n")
		return nil
	}
	for _, m := range met {
		sh.printf("  %s: %s, %s, topic %s\n", m.Rule, m.Strength, m.Severity, m.Topic)
	}
	for _, e := range all {
		to, _ := config.Recipient(e.Recipient)
		sh.printf("\n%s: %s\n", e.Recipient, outcomeOf(e, timefmt.Zone(to.Zone)))
		if known[e.Recipient] {
			sh.printf("  was already notified of this event\n")
		}
		if e.Told {
			sh.printf("  through %s; %s\n", strings.Join(e.Over, ", "), render.Reasons(e.Reasons, "en"))
		}
		if len(e.Left) > 0 {
			sh.printf("  not through %s: unsubscribed\n", strings.Join(e.Left, ", "))
		}
		if e.GoesTo != "" {
			sh.printf("  if nobody is assigned, it is escalated to %s at %s\n", e.GoesTo, clock(&e.GoesOn, timefmt.Zone(to.Zone)))
		}
		for _, s := range e.Steps {
			sh.printf("  - %s\n", stepWords(s))
		}
	}
	return nil
}

// An explanationRow is an explanation as --json prints it.
type explanationRow struct {
	notifier.Explanation
	Held    string    `json:"held,omitempty"`
	WaitFor string    `json:"wait_for,omitempty"`
	Reason  string    `json:"reason,omitempty"`
	Steps   []stepRow `json:"steps"`
	Known   bool      `json:"already_told"`
}

type stepRow struct {
	notifier.Step
	Met   []string `json:"met,omitempty"`
	Unmet []string `json:"unmet,omitempty"`
}

func explanationRowOf(e notifier.Explanation, known bool) explanationRow {
	row := explanationRow{
		Explanation: e, Known: known, Steps: make([]stepRow, len(e.Steps)),
		Held: render.Reasons(e.Held, "en"), WaitFor: render.Reasons(e.WaitFor, "en"), Reason: render.Reasons(e.Reasons, "en"),
	}
	for i, s := range e.Steps {
		met, unmet := checkTexts(s.Checks)
		row.Steps[i] = stepRow{s, met, unmet}
	}
	return row
}

// checkTexts says which parts of the conditions are met and which are not.
func checkTexts(checks []models.ConditionCheck) (met, unmet []string) {
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

// rank orders explanations: told at once, told later, held, not reached.
func rank(e notifier.Explanation) int {
	switch {
	case e.Told && len(e.WaitFor) == 0:
		return 0
	case e.Told:
		return 1
	case len(e.Held) > 0:
		return 2
	}
	return 3
}

func outcomeOf(e notifier.Explanation, zone *time.Location) string {
	switch rank(e) {
	case 0:
		return "notified at once"
	case 1:
		return "notified later, at " + clock(&e.WaitUntil, zone) + ": " + render.Reasons(e.WaitFor, "en")
	case 2:
		return "not notified: " + render.Reasons(e.Held, "en")
	}
	if len(e.Steps) == 0 {
		return "not notified: no route of these rules leads to them"
	}
	return "not notified: no route that leads to them applies"
}

// stepWords says whether one line of a route applies, and why.
func stepWords(s notifier.Step) string {
	rule := s.Rule
	if !s.Alerts {
		rule += " (which alone does not alert)"
	}
	met, unmet := checkTexts(s.Checks)
	why := strings.Join(met, "; ")
	switch {
	case len(unmet) > 0:
		return fmt.Sprintf("route %s does not apply to %s: %s", s.Route, rule, strings.Join(unmet, "; "))
	case s.Narrower:
		return fmt.Sprintf("route %s does not apply to %s: a narrower route does", s.Route, rule)
	case s.Fallback:
		why = strings.TrimPrefix(why+"; no route that the rule names applies", "; ")
	}
	text := fmt.Sprintf("route %s applies to %s", s.Route, rule)
	if why != "" {
		text += ": " + why
	}
	if s.Mandatory {
		text += " (mandatory)"
	}
	return text
}

// A metRule is a rule that an event meets.
type metRule struct {
	Rule     string `json:"rule"`
	Strength string `json:"strength"`
	Severity string `json:"severity"`
	Topic    string `json:"topic"`
}

// rulesMet lists the rules that are met, each once and at its strongest.
func rulesMet(changes []models.Change) []metRule {
	var matches []models.Match
	for _, c := range changes {
		matches = append(matches, c.Matches...)
	}
	met := []metRule{}
	for _, m := range models.Ranked(matches) {
		if !slices.ContainsFunc(met, func(have metRule) bool { return have.Rule == m.RuleID }) {
			met = append(met, metRule{m.RuleID, string(m.Strength), string(m.Severity), notifier.TopicOf(m)})
		}
	}
	return met
}
