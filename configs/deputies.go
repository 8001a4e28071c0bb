package configs

import (
	"fmt"
	"time"

	"regwatch/internal/diag"
	"regwatch/internal/timefmt"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// A deputyRef is an absence of a recipient and its place in the file.
type deputyRef struct {
	at     yamlnode.Node
	of     string
	deputy models.Deputy
}

// deputies reads one absence or a list of them.
func (l *loader) deputies(n yamlnode.Node, what, recipient string) []models.Deputy {
	var all []models.Deputy
	for _, item := range n.Items() {
		m := item.Map("a deputy", deputyKeys()...)
		if !item.IsMap() {
			continue
		}
		at := m.Required("recipient", "add the name of the deputy")
		first, last := m.Required("from", "add the first day, such as 2026-12-20"), m.Required("to", "add the last day, such as 2027-01-03")
		d := models.Deputy{Recipient: at.String(what + ".recipient"), From: readDate(first, what+".from"), To: readDate(last, what+".to")}
		if d.Recipient == "" || d.From == "" || d.To == "" {
			continue // already reported
		}
		if d.To < d.From {
			last.Report(diag.Textf("%s.to is %s, before from", what, d.To), "use the last day of the absence")
			continue
		}
		all = append(all, d)
		l.deputyRefs = append(l.deputyRefs, deputyRef{at, recipient, d})
	}
	return all
}

// readDate reads a date.
func readDate(n yamlnode.Node, what string) string {
	s := n.String(what)
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		if n.IsScalar() {
			n.Report(diag.Textf("%s is %q, which is not a date", what, s), "use a date such as 2026-12-20")
		}
		return ""
	}
	return s
}

// checkDeputies reports deputies who do not exist or are absent themselves, and two
// deputies for one day.
func (l *loader) checkDeputies() {
	var names []string
	for _, r := range l.cfg.Recipients {
		names = append(names, r.Name)
	}
	for i, d := range l.deputyRefs {
		what := fmt.Sprintf("recipients.%s.deputy", d.of)
		_, known := l.cfg.Recipient(d.deputy.Recipient)
		switch {
		case !known:
			d.at.Report(diag.Textf("%s: recipient %q does not exist", what, d.deputy.Recipient), suggest(d.deputy.Recipient, "recipient", names))
			continue
		case d.deputy.Recipient == d.of:
			d.at.Report(diag.Textf("%s is the absent recipient", diag.Text(what)), "use another recipient")
			continue
		}
		for j, other := range l.deputyRefs {
			if j == i || !l.overlap(d, other) {
				continue
			}
			when := fmt.Sprintf("from %s to %s", other.deputy.From, other.deputy.To)
			switch {
			case other.of == d.of && j < i:
				d.at.Report(diag.Textf("%s: there is already a deputy %s", what, when), "use one deputy for each day")
			case other.of == d.deputy.Recipient:
				d.at.Report(diag.Textf("%s: %s is also absent %s, with %s as deputy", what, other.of, when, other.deputy.Recipient), "use a deputy who is present, or other days")
			}
		}
	}
}

// overlap reports whether two absences overlap.
func (l *loader) overlap(a, b deputyRef) bool {
	fromA, toA := l.period(a)
	fromB, toB := l.period(b)
	return fromA.Before(toB) && fromB.Before(toA)
}

// period returns the start and end of an absence, in the absent recipient's time zone.
func (l *loader) period(d deputyRef) (from, to time.Time) {
	r, _ := l.cfg.Recipient(d.of)
	zone := timefmt.Zone(r.Zone)
	from, _ = time.ParseInLocation(time.DateOnly, d.deputy.From, zone)
	to, _ = time.ParseInLocation(time.DateOnly, d.deputy.To, zone)
	return from, to.AddDate(0, 0, 1)
}
