package configs

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

var digestKeys = []string{"to", "every", "day", "at", "zone", "language", "mandatory", "rules", "title", "empty"}

func (l *loader) digests(n yamlnode.Node) []models.DigestSubscription {
	if !n.There() || n.IsNull() {
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
	m := p.Value.Map("a digest", digestKeys...)
	d := models.DigestSubscription{
		ID: p.Name,
		To: l.sendTo(m.Need("to", `want where it goes, such as to: ["mail:team@example.com"]`), key+".to"),
		Recurrence: models.Recurrence{
			Every: models.FrequencyKind(m.Get("every").OneOf(key+".every", string(models.Daily), string(models.Weekly), string(models.Monthly))),
			At:    timeOfDay(m.Get("at"), key+".at", defaultHour),
		},
		Zone:      zone(m.Get("zone"), key+".zone", l.cfg.Zone),
		Language:  language(m.Get("language"), key+".language"),
		Mandatory: boolOr(m.Get("mandatory"), key+".mandatory", false),
		Title:     title(m.Get("title"), key+".title"),
		SkipEmpty: !boolOr(m.Get("empty"), key+".empty", true),
	}
	day := m.Get("day")
	switch d.Recurrence.Every {
	case models.Daily:
		if day.There() && !day.IsNull() {
			day.Report(key+" comes every day and has a day", "leave day out, or say every: weekly or monthly")
		}
	case models.Monthly:
		d.Recurrence.MonthDay = monthDay(day, key+".day")
	default:
		d.Recurrence.Every = models.Weekly
		d.Recurrence.Weekday = weekday(day, key+".day")
	}
	for _, item := range m.Get("rules").Items() {
		id := item.String(key + ".rules")
		if id == "" {
			continue
		}
		d.Rules = append(d.Rules, id)
		l.cfg.notePlace(digestKey(p.Name), item)
	}
	if rules := m.Get("rules"); rules.IsList() && len(rules.Items()) == 0 {
		rules.Report(key+".rules is empty", "leave it out for all rules")
	}
	return d
}

// title reads a title; left out, the digest is called by how often it comes.
func title(n yamlnode.Node, what string) string {
	s := n.String(what)
	if n.There() && n.IsScalar() && !n.IsNull() && strings.TrimSpace(s) == "" {
		n.Report(what+" is empty", "leave it out for one by how often it comes, such as Weekly digest")
	}
	return s
}

// latestMonthDay is the last day that every month has.
const latestMonthDay = 28

// monthDay reads a day that every month has: 1 to 28, or last, which is 0.
func monthDay(n yamlnode.Node, what string) int {
	if !n.There() || n.IsNull() {
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
		n.Report(fmt.Sprintf("%s is %d, which some months do not have", what, day), "want a day from 1 to 28, or last")
	default:
		n.Report(fmt.Sprintf("%s of a monthly digest is %q", what, text), "want a day from 1 to 28, or last")
	}
	return 1
}

// Destination reads a destination that a person names: channel, or
// channel:address. Its error says what would have been right.
func (c *Config) Destination(text string) (models.Destination, error) {
	root := yamlnode.Parse("", []byte(strconv.Quote(text)))
	l := &loader{cfg: c, root: root}
	d, ok := destination(root, "the destination")
	if ok {
		l.destinations = []checkedDestination{{root, d}}
		l.checkNames()
	}
	for _, p := range root.Problems() {
		return models.Destination{}, errors.New(diag.Problem{What: p.What, Want: p.Want}.String())
	}
	return d, nil
}
