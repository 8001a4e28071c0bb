package configs

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

func digestKeys() []string {
	return []string{"to", "every", "day", "at", "zone", "language", "mandatory", "rules", "title", "empty"}
}

func (l *loader) digests(n yamlnode.Node) []models.DigestSubscription {
	if !n.Exists() || n.IsNull() {
		return nil
	}
	var all []models.DigestSubscription
	for _, p := range n.Pairs("digests") {
		if validName(p, "a digest") {
			all = append(all, l.digest(p))
		}
	}
	return all
}

func (l *loader) digest(p yamlnode.Pair) models.DigestSubscription {
	key := "digests." + p.Name
	m := p.Value.Map("a digest", digestKeys()...)
	d := models.DigestSubscription{
		ID: p.Name,
		Recurrence: models.Recurrence{
			Every: models.FrequencyKind(m.Get("every").OneOf(key+".every", string(models.Daily), string(models.Weekly), string(models.Monthly))),
			At:    readTimeOfDay(m.Get("at"), key+".at", defaultTime),
		},
		Mandatory: boolOr(m.Get("mandatory"), key+".mandatory", false),
		Title:     readTitle(m.Get("title"), key+".title"),
		SkipEmpty: !boolOr(m.Get("empty"), key+".empty", true),
	}
	d.To, d.Recipients = l.digestTo(m.Required("to", `add the destinations, such as to: [compliance, "mail:team@example.com"]`), key+".to")
	d.Zone = readZone(m.Get("zone"), key+".zone", l.digestZone(d))
	d.OwnZone = m.Get("zone").Exists() && !m.Get("zone").IsNull()
	if n := m.Get("language"); n.Exists() && !n.IsNull() {
		d.Language = readLanguage(n, key+".language")
	}
	day := m.Get("day")
	switch d.Recurrence.Every {
	case models.Daily:
		if day.Exists() && !day.IsNull() {
			day.Report(diag.Textf("%s is daily but has a day", diag.Text(key)), "remove day, or use every: weekly or monthly")
		}
	case models.Monthly:
		d.Recurrence.MonthDay = readMonthDay(day, key+".day")
	default:
		d.Recurrence.Every = models.Weekly
		d.Recurrence.Weekday = readWeekday(day, key+".day")
	}
	for _, item := range m.Get("rules").Items() {
		id := item.String(key + ".rules")
		if id == "" {
			continue
		}
		d.Rules = append(d.Rules, id)
		l.cfg.notePosition(digestKey(p.Name), item)
	}
	if rules := m.Get("rules"); rules.IsList() && len(rules.Items()) == 0 {
		rules.Report(diag.Textf("%s.rules is empty", diag.Text(key)), "remove it to include all rules")
	}
	return d
}

// digestTo reads the destinations and recipients of a digest. A name that is both a
// channel and a recipient means the channel.
func (l *loader) digestTo(n yamlnode.Node, what string) (to []models.Destination, recipients []string) {
	for _, item := range n.Items() {
		name := ""
		if item.IsScalar() {
			name = item.String(what)
		}
		_, isChannel := l.cfg.Channel(name)
		_, isRecipient := l.cfg.Recipient(name)
		switch {
		case isChannel || !isRecipient:
			to = l.addDestination(to, item, what, true)
		case slices.Contains(recipients, name):
			item.Report(diag.Textf("%s has %q twice", what, name), "")
		default:
			recipients = append(recipients, name)
		}
	}
	if n.IsList() && len(n.Items()) == 0 {
		n.Report(diag.Textf("%s is empty", diag.Text(what)), "add at least one channel or recipient")
	}
	return to, recipients
}

// digestZone returns the time zone of a digest that names none: that of its recipients
// if it has only recipients and all have the same, and otherwise that of the file.
func (l *loader) digestZone(d models.DigestSubscription) string {
	var zones []string
	for _, name := range d.Recipients {
		r, _ := l.cfg.Recipient(name)
		zones = append(zones, r.Zone)
	}
	if len(d.To) > 0 || len(slices.Compact(zones)) != 1 {
		return l.cfg.Zone
	}
	return zones[0]
}

// DigestDestinations returns all destinations of a digest.
func (c *Config) DigestDestinations(d models.DigestSubscription) []models.Destination {
	to := slices.Clone(d.To)
	for _, name := range d.Recipients {
		r, _ := c.Recipient(name)
		for _, one := range r.Destinations {
			if !hasDestination(to, one) {
				to = append(to, one)
			}
		}
	}
	return to
}

// readTitle reads a title. Without one, the title depends on how often the digest is
// sent.
func readTitle(n yamlnode.Node, what string) string {
	s := n.String(what)
	if n.Exists() && n.IsScalar() && !n.IsNull() && strings.TrimSpace(s) == "" {
		n.Report(diag.Textf("%s is empty", diag.Text(what)), "remove it for the default, such as Weekly digest")
	}
	return s
}

// latestMonthDay is the last day that every month has.
const latestMonthDay = 28

// readMonthDay reads a day that every month has: 1 to 28, or last, which is 0.
func readMonthDay(n yamlnode.Node, what string) int {
	if !n.Exists() || n.IsNull() {
		return 1
	}
	text := n.String(what)
	day, err := strconv.Atoi(text)
	switch {
	case !n.IsScalar() || strings.EqualFold(text, "last"):
		return 0
	case err == nil && 1 <= day && day <= latestMonthDay:
		return day
	case err == nil && latestMonthDay < day && day <= 31:
		n.Report(diag.Textf("%s is %d, which some months do not have", what, day), "use a day from 1 to 28, or last")
	default:
		n.Report(diag.Textf("%s of a monthly digest is %q", what, text), "use a day from 1 to 28, or last")
	}
	return 1
}

// Destination parses a destination: channel, or channel:address. Its error says how to
// fix it.
func (c *Config) Destination(text string) (models.Destination, error) {
	root := yamlnode.Parse("", []byte(strconv.Quote(text)))
	l := &loader{cfg: c, root: root}
	d, ok := readDestination(root, "the destination")
	if ok {
		l.destinationRefs = []destinationRef{{at: root, dest: d}}
		l.checkReferences()
	}
	for _, p := range root.Problems() {
		return models.Destination{}, errors.New(diag.Problem{What: p.What, Want: p.Want}.String())
	}
	return d, nil
}
