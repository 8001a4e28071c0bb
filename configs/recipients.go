package configs

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"regwatch/internal/yamlnode"
	"regwatch/models"
)

var (
	recipientKeys = []string{"send", "zone", "language", "min_severity", "hours", "pace", "burst"}
	hoursKeys     = []string{"days", "from", "to"}
	paceKeys      = []string{"every", "day", "at"}
	burstKeys     = []string{"over", "within"}
)

// languages are those that regwatch speaks.
var languages = []string{"en", "zh-Hant", "zh-Hans"}

// A Recipient is a person or team, told over each of its destinations.
type Recipient struct {
	Name        string
	Send        []Destination
	Zone        string          // IANA zone in which they read times, and in which hours and pace are
	Language    string          // of the words around what is quoted: en, zh-Hant or zh-Hans
	MinSeverity models.Severity // what is less severe is held back
	Hours       Hours
	Pace        Pace // of lines that have none of their own
	Burst       Burst
}

// Hours are when a recipient may be disturbed. The zero value is always.
type Hours struct {
	Days     []time.Weekday // empty: every day
	From, To TimeOfDay      // equal: the whole day; From after To: over midnight
}

// A Pace says how often alerts are told.
type Pace struct {
	Every PaceKind
	Day   time.Weekday // of weekly
	At    TimeOfDay    // of daily and weekly
}

// A PaceKind is how often.
type PaceKind string

// How often alerts are told.
const (
	AtOnce PaceKind = "at-once"
	Hourly PaceKind = "hourly"
	Daily  PaceKind = "daily"
	Weekly PaceKind = "weekly"
)

// A Burst is more alerts than a recipient reads one by one: those over Over
// within Within are told together.
type Burst struct {
	Over   int
	Within time.Duration
}

func (l *loader) recipients(top yamlnode.Map) []Recipient {
	n := top.Get("recipients")
	if !n.There() || n.IsNull() {
		if slices.ContainsFunc(l.cfg.Channels, func(ch Channel) bool { return ch.Kind != KindTerminal }) {
			top.Key("channels").Report("there are channels and no recipients", "want recipients: with a name and what to send to, such as compliance: {send: [slack]}")
		}
		r := l.recipient(terminal, yamlnode.Map{})
		r.Send = []Destination{{Channel: terminal}}
		return []Recipient{r}
	}
	var all []Recipient
	for _, p := range n.Pairs("recipients") {
		if !validName(p, "a recipient") {
			continue
		}
		m := p.Value.Map("a recipient", recipientKeys...)
		r := l.recipient(p.Name, m)
		r.Send = l.sendTo(m.Need("send", "want the channels that reach them, such as send: [terminal]"), "recipients."+p.Name+".send")
		all = append(all, r)
	}
	if len(all) == 0 && len(n.Pairs("recipients")) == 0 && n.IsMap() {
		n.Report("there are no recipients here", "leave recipients out, or name one")
	}
	return all
}

// recipient reads all but where they are sent to.
func (l *loader) recipient(name string, m yamlnode.Map) Recipient {
	key := "recipients." + name
	return Recipient{
		Name:        name,
		Zone:        zone(m.Get("zone"), key+".zone", l.cfg.Zone),
		Language:    language(m.Get("language"), key+".language"),
		MinSeverity: severity(m.Get("min_severity"), key+".min_severity"),
		Hours:       hours(m.Get("hours"), key+".hours"),
		Pace:        pace(m.Get("pace"), key+".pace"),
		Burst:       burst(m.Get("burst"), key+".burst"),
	}
}

// language reads one of the languages that regwatch speaks.
func language(n yamlnode.Node, what string) string {
	s := n.String(what)
	if s == "" || slices.Contains(languages, s) {
		return textOr(n, what, languages[0])
	}
	want := "want " + yamlnode.Or(languages)
	for _, known := range languages {
		if strings.EqualFold(s, known) {
			want = "want it as " + known
		}
	}
	if strings.EqualFold(s, "zh") {
		want = "want zh-Hant for Traditional Chinese or zh-Hans for Simplified"
	}
	n.Report(fmt.Sprintf("%s is %q", what, s), want)
	return languages[0]
}

func hours(n yamlnode.Node, what string) Hours {
	if !n.There() || n.IsNull() {
		return Hours{}
	}
	m := n.Map("hours", hoursKeys...)
	days, from, to := m.Get("days"), m.Get("from"), m.Get("to")
	h := Hours{From: timeOfDay(from, what+".from", TimeOfDay{}), To: timeOfDay(to, what+".to", TimeOfDay{})}
	for _, item := range days.Items() {
		if d := weekday(item, what+".days"); !slices.Contains(h.Days, d) {
			h.Days = append(h.Days, d)
		}
	}
	switch {
	case days.IsList() && len(days.Items()) == 0:
		days.Report(what+".days is empty", "want days such as [mon, tue, wed, thu, fri], or leave it out for every day")
	case from.IsScalar() && to.IsScalar() && h.From == h.To:
		from.Report(what+" are empty", "want a from and a to that differ, or leave both out for the whole day")
	case n.IsMap() && !days.There() && !from.There() && !to.There():
		n.Report(what+" says nothing", `want days, from or to, such as {days: [mon, tue, wed, thu, fri], from: "08:00", to: "19:00"}, or leave it out for always`)
	}
	return h
}

// pace reads a word, or a mapping that says when.
func pace(n yamlnode.Node, what string) Pace {
	kinds := []string{string(AtOnce), string(Hourly), string(Daily), string(Weekly)}
	p := Pace{Every: AtOnce}
	every, m := n, yamlnode.Map{}
	if n.IsMap() {
		m = n.Map("a pace", paceKeys...)
		every, what = m.Need("every", "want "+yamlnode.Or(kinds)), what+".every"
	}
	if kind := every.OneOf(what, kinds...); kind != "" {
		p.Every = PaceKind(kind)
	}
	day, at := m.Get("day"), m.Get("at")
	timed := p.Every == Daily || p.Every == Weekly
	if p.Every == Weekly {
		p.Day = weekday(day, what+".day")
	} else if day.There() {
		m.Key("day").Report(fmt.Sprintf("a pace that is %s has no day", p.Every), "want every: weekly, or no day")
	}
	if timed {
		p.At = timeOfDay(at, what+".at", TimeOfDay{Hour: 8})
	} else if at.There() {
		m.Key("at").Report(fmt.Sprintf("a pace that is %s has no hour", p.Every), "want every: daily or weekly, or no at")
	}
	return p
}

func burst(n yamlnode.Node, what string) Burst {
	m := optional(n, what, burstKeys...)
	return Burst{
		Over:   intOr(m.Get("over"), what+".over", 1, 1000, 10),
		Within: duration(m.Get("within"), what+".within", time.Minute, time.Hour, 10*time.Minute),
	}
}
