package configs

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
)

var digestKeys = []string{"to", "every", "day", "at", "zone", "language", "mandatory", "rules", "title", "empty"}

// Monthly is how often a digest comes beside Daily and Weekly.
const Monthly PaceKind = "monthly"

// A Digest is a subscription to a summary, from the end of the previous one to
// the latest day and At in Zone.
type Digest struct {
	Name      string
	To        []Destination
	Every     PaceKind     // Daily, Weekly or Monthly
	Weekday   time.Weekday // of a weekly one
	MonthDay  int          // of a monthly one: 1 to 28; 0 is the last of the month
	At        TimeOfDay
	Zone      string
	Language  string   // of the words around what is quoted: en, zh-Hant or zh-Hans
	Mandatory bool     // its addresses cannot leave it by themselves
	Rules     []string // ids; empty means all
	Title     string   // empty: by Every, in Language
	Empty     bool     // send it even if nothing happened

	places []place // of each of Rules
}

// Location returns the zone of the digest's day and hour.
func (d Digest) Location() *time.Location { return location(d.Zone) }

func (l *loader) digests(n yamlnode.Node) []Digest {
	if !n.There() || n.IsNull() {
		return nil
	}
	var all []Digest
	for _, p := range n.Pairs("digests") {
		if validName(p, "a digest") {
			all = append(all, l.digest(p))
		}
	}
	return all
}

func (l *loader) digest(p yamlnode.Pair) Digest {
	key := "digests." + p.Name
	m := p.Value.Map("a digest", digestKeys...)
	d := Digest{
		Name:      p.Name,
		To:        l.sendTo(m.Need("to", `want where it goes, such as to: ["mail:team@example.com"]`), key+".to"),
		Every:     PaceKind(m.Get("every").OneOf(key+".every", string(Daily), string(Weekly), string(Monthly))),
		At:        timeOfDay(m.Get("at"), key+".at", TimeOfDay{Hour: 8}),
		Zone:      zone(m.Get("zone"), key+".zone", l.cfg.Zone),
		Language:  language(m.Get("language"), key+".language"),
		Mandatory: boolOr(m.Get("mandatory"), key+".mandatory", false),
		Title:     title(m.Get("title"), key+".title"),
		Empty:     boolOr(m.Get("empty"), key+".empty", true),
	}
	day := m.Get("day")
	switch d.Every {
	case Daily:
		if day.There() && !day.IsNull() {
			day.Report(key+" comes every day and has a day", "leave day out, or say every: weekly or monthly")
		}
	case Monthly:
		d.MonthDay = monthDay(day, key+".day")
	default:
		d.Every = Weekly
		d.Weekday = weekday(day, key+".day")
	}
	for _, item := range m.Get("rules").Items() {
		id := item.String(key + ".rules")
		if id == "" {
			continue
		}
		d.Rules = append(d.Rules, id)
		d.places = append(d.places, placeOf(item))
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
func (c *Config) Destination(text string) (Destination, error) {
	root := yamlnode.Parse("", []byte(strconv.Quote(text)))
	l := &loader{cfg: c, root: root}
	d, ok := destination(root, "the destination")
	if ok {
		l.destinations = []checkedDestination{{root, d}}
		l.checkNames()
	}
	for _, p := range root.Problems() {
		return Destination{}, errors.New(diag.Problem{What: p.What, Want: p.Want}.String())
	}
	return d, nil
}
