package render

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"regwatch/internal/sanitize"
	"regwatch/internal/timefmt"
	"regwatch/models"
)

type digestView struct {
	Title           string
	Window          string // "Mon 16 Nov – Mon 23 Nov 2026, HKT"
	Summary         string // "3 events: 1 high, 2 medium", or that there were none
	Late            string // why it is late; empty: on time
	Empty           bool
	Near            []nearView // dates to act on
	MoreNear        int
	Groups          []digestGroup
	Unshown         int // events left out for lack of space
	LessCertain     []uncertainView
	MoreLessCertain int
	Changes         []changeView
	MoreChanges     int
	CountsOver      string // for which weeks Counts is, and what its two numbers are
	CountsWeeks     string // for which weeks Counts is
	Counts          []countView
	MoreRule        int
	Coverage        string
	Held            string     // held events; empty: none
	HeldLists       []heldList // in the console; none without one
	Excepted        []string   // exceptions that held matches, and how many
	MoreExcepted    int
	NotRelevant     string // events left out because of feedback; empty: none
	Failing         []troubleView
	Odd             []troubleView // sources that respond, but are quiet or have shrunk
	MoreFail        int           // sources left out of both lists
	Precise         string        // the window to the minute
	Issue           string        // its permanent ID; empty in a preview
	firstDay        string        // of the window, such as 2026-11-16
	lastDay         string
	AuditHead       string // how to check the audit log up to this digest; empty in a preview and in digests from before 2026-12
}

type nearView struct {
	Day, Left, Kind string // "Fri 27 Nov", "in 4 days", "deadline"
	Soon            bool   // within a week
	Title, Link     string
	Facts           string
}

type digestGroup struct {
	Severity string // "HIGH"
	Color    string
	Topics   []topicGroup
}

type topicGroup struct {
	Topic string
	Lines []lineView
}

type lineView struct {
	Title, Link, Facts, Rules, Names string
	Page                             string // the page of the event in the console; empty without one

	event string

	// Only in a digest.
	News     string // what changed since the last digest
	Extract  string // sentences that say what it is about, in quotation marks
	Assigned string // "Assigned to Ann"
}

// An uncertainView is an event that may not be relevant, and why.
type uncertainView struct {
	lineView
	Why string
}

// A heldList is a list in the console of events that are only counted.
type heldList struct {
	Name, Link string

	why models.Hold
}

type changeView struct{ Title, Link, News, Facts string }

type countView struct {
	Rule, Title string
	Bars        []barView
	Week, All   int    // events of the last week, and of all weeks
	Digits      string // one character a week: "..1.2....3.4"; + means more than nine
	Spark       string // the same as blocks: "▁▁▂▁▃▁▁▁▁▅▁█"
}

// A barView is one week of a chart: its height is up to 24 pixels, 0 without events.
type barView struct {
	Height int
	Last   bool
}

type troubleView struct{ Name, Since, Error string }

// Limits of the lists of a digest; the rest is counted.
const (
	mostLines     = 150
	mostUncertain = 10
	mostNear      = 25
	mostChanges   = 25
	mostCounts    = 40
	mostTroubles  = 20
	mostExcepted  = 10
	barPixels     = 24
)

func viewDigest(d models.Digest, l Language) *digestView {
	loc := timefmt.Zone(d.Zone)
	v := &digestView{
		Title:   cmp.Or(sanitize.Truncate(sanitize.Line(d.Title), titleRunes), l.named("digest", d.Every), l.Say("digest")),
		Window:  l.window(d.From, d.To, loc),
		Precise: l.Say("precise", l.precisely(d.From, loc), l.precisely(d.To, loc)),
		Empty:   len(d.Events) == 0 && len(d.LessCertain) == 0,

		firstDay: d.From.In(loc).Format(time.DateOnly),
		lastDay:  d.To.In(loc).Format(time.DateOnly),
	}
	if d.ID != "" {
		v.Issue = l.Say("issue", sanitize.Line(d.ID))
		if d.AuditHead != nil {
			v.AuditHead = l.Say("audit_head", d.AuditHead)
		}
	}
	switch {
	case d.Missed > 0:
		v.Late = l.Say("late_missed", d.Missed)
	case d.Late:
		v.Late = l.Say("late")
	}
	shown := v.events(d, loc, l)
	if len(d.Events) == 0 {
		v.Summary = nothingFound(d, l)
	}
	v.lessCertain(d, loc, l)
	if d.NotRelevant > 0 {
		v.NotRelevant = l.Say("not_relevant", d.NotRelevant)
	}
	v.near(d, loc, l)
	v.changes(slices.DeleteFunc(slices.Clone(d.Changes), func(c models.DigestChange) bool { return shown[c.EventID] }), l)
	v.counts(d, l)
	v.coverage(d.Coverage, d.To, loc, l)
	for i, c := range d.Coverage.Excepted {
		if i == mostExcepted {
			v.MoreExcepted = len(d.Coverage.Excepted) - i
			break
		}
		v.Excepted = append(v.Excepted, l.Say("excepted", c.Matches, l.exception(&c.Exception, d.To, d.Zone)))
	}
	return v
}

// linkTo adds the links to the console.
func (v *digestView) linkTo(c Console) {
	for _, g := range v.Groups {
		for _, t := range g.Topics {
			for i := range t.Lines {
				t.Lines[i].Page = c.Event(t.Lines[i].event)
			}
		}
	}
	for i := range v.LessCertain {
		v.LessCertain[i].Page = c.Event(v.LessCertain[i].event)
	}
	for i := range v.HeldLists {
		v.HeldLists[i].Link = c.Held(v.HeldLists[i].why, v.firstDay, v.lastDay)
	}
	if c == "" {
		v.HeldLists = nil
	}
}

// events groups the events by severity, then by matter or topic. It returns those whose news
// are shown.
func (v *digestView) events(d models.Digest, loc *time.Location, l Language) (withNews map[string]bool) {
	withNews = make(map[string]bool)
	matters := mattersOf(d.Events)
	var tallies []string
	shown := 0
	for _, s := range []models.Severity{models.Critical, models.High, models.Medium, models.Low, ""} {
		g := digestGroup{Severity: cmp.Or(severity(s, l), l.Say("severity_other")), Color: color(s)}
		of := 0
		for _, e := range d.Events {
			has := func(e models.Severity) bool { return e == s || s == "" && e.Rank() == 0 }
			if has(e.Severity) {
				of++
			}
			m := matters.of(e)
			if !has(cmp.Or(m.severity, e.Severity)) {
				continue
			}
			if shown++; shown > mostLines {
				v.Unshown++
				continue
			}
			// A rule without a topic forms its own, under its title.
			heading, level := listedTitles(e)(e.Topic), ""
			if m.events > 1 {
				heading = join(" · ", e.Matter.Name, l.Say("events", m.events))
				e.Topic = "" // no heading names the rule
				if e.Severity != m.severity {
					level = severity(e.Severity, l)
				}
			}
			line := digestLine(e, d.To, loc, l)
			line.Facts = join(" · ", level, line.Facts)
			withNews[e.EventID] = line.News != ""
			g.add(sanitize.Truncate(sanitize.Line(heading), MaxNameRunes), line)
		}
		if of > 0 {
			tallies = append(tallies, l.Say("tally", of, strings.ToLower(g.Severity)))
		}
		if len(g.Topics) > 0 {
			v.Groups = append(v.Groups, g)
		}
	}
	v.Summary = l.Say("label", l.Say("events", len(d.Events))) + l.list(tallies...)
	return withNews
}

// digestMatters are the matters of the events of a digest, by ID.
type digestMatters map[string]digestMatter

type digestMatter struct {
	events   int             // that the digest lists
	severity models.Severity // the highest
}

func mattersOf(events []models.DigestEvent) digestMatters {
	all := make(digestMatters)
	for _, e := range events {
		if e.Matter == nil {
			continue
		}
		m := all[e.Matter.ID]
		if m.events++; m.severity == "" || e.Severity.Rank() > m.severity.Rank() {
			m.severity = e.Severity
		}
		all[e.Matter.ID] = m
	}
	return all
}

// of returns the matter of an event if the digest lists several events of it; the zero value
// otherwise.
func (all digestMatters) of(e models.DigestEvent) digestMatter {
	if e.Matter == nil || all[e.Matter.ID].events < 2 {
		return digestMatter{}
	}
	return all[e.Matter.ID]
}

// digestLine returns the line of an event in a digest.
func digestLine(e models.DigestEvent, now time.Time, loc *time.Location, l Language) lineView {
	news := sanitize.Truncate(updates(e.News, listedTitles(e), l), titleRunes)
	e.New = e.New || news != "" // it need not say that there is an update
	line := viewLine(e, now, loc, l)
	line.News, line.Extract = news, extract(e.Extract, l, e.Title)
	var people []string
	for _, by := range e.AssignedTo[:min(len(e.AssignedTo), mostPeople)] {
		people = append(people, PersonName(by))
	}
	if who := l.list(people...); who != "" {
		line.Assigned = l.Say("taken_by", sanitize.Truncate(who, MaxNameRunes))
	}
	return line
}

// add adds a line under its topic. Events are sorted by topic.
func (g *digestGroup) add(topic string, line lineView) {
	if n := len(g.Topics); n == 0 || g.Topics[n-1].Topic != topic {
		g.Topics = append(g.Topics, topicGroup{Topic: topic})
	}
	last := &g.Topics[len(g.Topics)-1]
	last.Lines = append(last.Lines, line)
}

// nothingFound says what a digest without events means, depending on the events that may
// not be relevant, and on the sources that were read.
func nothingFound(d models.Digest, l Language) string {
	c := d.Coverage
	var parts []string
	add := func(name string, n int) {
		if n > 0 {
			parts = append(parts, l.Say(name, n))
		}
	}
	add("nothing_as_less_certain", len(d.LessCertain))
	for _, h := range c.Held {
		if h.Why == models.HeldUnlikely {
			add("nothing_as_unlikely", h.Events)
		}
	}
	add("nothing_as_not_relevant", d.NotRelevant)
	switch {
	case len(parts) > 0:
		return l.Say("nothing_likely", l.list(parts...))
	case c.Checked == 0:
		return l.Say("nothing_read")
	case c.Checked < c.Sources:
		return l.Say("nothing_some", c.Checked, c.Sources-c.Checked)
	}
	return l.Say("nothing_found")
}

// lessCertain adds the events that may not be relevant.
func (v *digestView) lessCertain(d models.Digest, loc *time.Location, l Language) {
	for i, e := range d.LessCertain {
		if i == mostUncertain {
			v.MoreLessCertain = len(d.LessCertain) - i
			break
		}
		e.Topic = "" // no heading names the rule
		u := uncertainView{lineView: digestLine(e, d.To, loc, l)}
		if e.Relevance != nil {
			u.Why = sanitize.Truncate(sentence(l.relevanceReasons(*e.Relevance)), MaxErrorRunes)
		}
		v.LessCertain = append(v.LessCertain, u)
	}
}

func viewLine(e models.DigestEvent, now time.Time, loc *time.Location, l Language) lineView {
	news, more := "", ""
	if !e.New {
		news = l.Say("updated")
	}
	if e.Articles > 1 {
		more = l.Say("more_sources", e.Articles-1)
	}
	// The heading already names the rule.
	title := listedTitles(e)
	var rules []string
	for _, id := range e.RuleIDs {
		if id != e.Topic {
			rules = append(rules, title(id))
		}
	}
	return lineView{
		Title: cmp.Or(sanitize.Truncate(sanitize.Line(e.Title), titleRunes/2), l.Say("untitled")),
		Link:  sanitize.Link(e.Link), event: e.EventID,
		Facts: join(" · ", stageOf(e.Stage, e.Restates, loc, l), sanitize.Truncate(sanitize.Line(e.Source), MaxNameRunes), l.day(e.At(), now, loc), standingWord(e.Official, l), sanitize.Truncate(sanitize.Line(l.list(e.Jurisdictions...)), MaxNameRunes), more, news),
		Rules: sanitize.Truncate(sanitize.Line(l.list(rules...)), MaxNameRunes),
		Names: l.entities(e.Entities),
	}
}

func standingWord(official bool, l Language) string {
	if official {
		return l.Say("official")
	}
	return l.Say("press_only_short")
}

// near adds the dates to act on.
func (v *digestView) near(digest models.Digest, loc *time.Location, l Language) {
	const soon = 7
	for i, d := range digest.Dates {
		if i == mostNear {
			v.MoreNear = len(digest.Dates) - i
			break
		}
		n := nearView{
			Day: sanitize.Truncate(sanitize.Line(d.Day), MaxNameRunes), Left: l.Say("left_in", d.Left), Kind: l.named("date", d.Kind), Soon: d.Left <= soon,
			Title: cmp.Or(sanitize.Truncate(sanitize.Line(d.Title), titleRunes/2), l.Say("untitled")), Link: sanitize.Link(d.Link),
			Facts: join(" · ", sanitize.Truncate(sanitize.Line(d.Source), MaxNameRunes), standingWord(d.Official, l)),
		}
		if d.Left == 0 {
			n.Left = l.Say("left_today")
		}
		if day, err := time.Parse(time.DateOnly, d.Day); err == nil {
			noon := time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, loc) // every day has one, whatever its clock changes
			n.Day = l.day(noon, digest.To, loc)
		}
		v.Near = append(v.Near, n)
	}
}

func (v *digestView) changes(changes []models.DigestChange, l Language) {
	for i, c := range changes {
		if i == mostChanges {
			v.MoreChanges = len(changes) - i
			break
		}
		v.Changes = append(v.Changes, changeView{
			Title: cmp.Or(sanitize.Truncate(sanitize.Line(c.Title), titleRunes/2), l.Say("untitled")), Link: sanitize.Link(c.Link),
			News: sanitize.Truncate(updates(c.News, findingTitles(), l), titleRunes), Facts: join(" · ", severity(c.Severity, l), sanitize.Truncate(sanitize.Line(c.Source), MaxNameRunes)),
		})
	}
}

// counts draws the weeks of all rules on one scale, so that they can be compared.
func (v *digestView) counts(d models.Digest, l Language) {
	levels := blocks()
	most := 1
	for _, c := range d.Counts {
		most = max(most, slices.Max(append([]int{0}, c.Weeks...)))
	}
	if len(d.Weeks) > 0 {
		first, last := dayName(d.Weeks[0], l), l.format(d.To.In(timefmt.Zone(d.Zone)), "time_day")
		v.CountsOver, v.CountsWeeks = l.Say("counts_over", first, last), l.Say("counts_weeks", first, last)
	}
	for i, c := range d.Counts {
		if i == mostCounts {
			v.MoreRule = len(d.Counts) - i
			break
		}
		view := countView{Rule: sanitize.Truncate(sanitize.Line(c.RuleID), MaxNameRunes), Title: sanitize.Truncate(sanitize.Line(c.Title), MaxNameRunes), All: c.Total()}
		for w, n := range c.Weeks[:min(len(c.Weeks), models.DigestWeeks)] {
			bar := barView{Last: w == len(c.Weeks)-1}
			level, digit := 0, "."
			if n > 0 {
				bar.Height = max(n*barPixels/most, 2)
				level = max(n*(len(levels)-1)/most, 1)
				digit = "+"
			}
			if 0 < n && n <= 9 {
				digit = string(rune('0' + n))
			}
			view.Bars, view.Week = append(view.Bars, bar), n
			view.Digits += digit
			view.Spark += string(levels[level])
		}
		v.Counts = append(v.Counts, view)
	}
}

// blocks returns the characters of a chart, from none to the most.
func blocks() [8]rune { return [...]rune{'▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'} }

func (v *digestView) coverage(c models.Coverage, to time.Time, loc *time.Location, l Language) {
	v.Coverage = l.Say("answered", c.Checked, l.Say("sources", c.Sources), l.Say("articles_read", c.Articles))
	if c.Sources == 0 {
		v.Coverage = l.Say("no_sources")
	}
	failing, more := kept(c.Failing, mostTroubles, 0)
	odd, more := kept(c.Odd, mostTroubles-len(failing), more)
	v.MoreFail = more
	for _, f := range failing {
		since := l.Say("never")
		if !f.Since.IsZero() {
			since = l.Say("last_answered", l.Moment(f.Since, to, loc))
		}
		v.Failing = append(v.Failing, troubleView{Name: sanitize.Truncate(sanitize.Line(f.Name), MaxNameRunes), Since: since, Error: l.whyFailing(f.Failure, f.Error)})
	}
	for _, o := range odd {
		name := "odd_" + string(o.Health)
		since := l.Say(name + "_ever")
		if !o.Since.IsZero() {
			since = l.Say(name, l.Moment(o.Since, to, loc))
		}
		v.Odd = append(v.Odd, troubleView{Name: sanitize.Truncate(sanitize.Line(o.Name), MaxNameRunes), Since: since})
	}
	var held []string
	for _, h := range c.Held {
		held = append(held, l.Say("held_"+strings.ReplaceAll(string(h.Why), "-", "_"), h.Events))
		switch h.Why {
		case models.HeldLessCertain:
			v.HeldLists = append(v.HeldLists, heldList{Name: l.Say("list_less_certain"), why: h.Why})
		case models.HeldUnlikely:
			v.HeldLists = append(v.HeldLists, heldList{Name: l.Say("list_unlikely"), why: h.Why})
		case models.HeldException:
			v.HeldLists = append(v.HeldLists, heldList{Name: l.Say("list_exception"), why: h.Why})
		}
	}
	if len(held) > 0 {
		v.Held = l.Say("held", strings.Join(held, l.Say("semicolon")))
	}
}

// shorten leaves something out, the least important part first, and counts it; dates to
// act on stay longest. It reports whether anything was left out.
func (v *digestView) shorten() bool {
	const manyTroubles, manyCounts, manyChanges, manyUncertain = 8, 12, 8, 3
	switch last := len(v.Groups) - 1; {
	case len(v.Failing)+len(v.Odd) > manyTroubles || len(v.Counts) > manyCounts || len(v.Changes) > manyChanges:
		v.keepTroubles(manyTroubles)
		v.keep(manyCounts, manyChanges, len(v.Near))
	case len(v.LessCertain) > manyUncertain:
		v.LessCertain, v.MoreLessCertain = kept(v.LessCertain, manyUncertain, v.MoreLessCertain)
	case v.dropExtracts():
	case last >= 0:
		gone := v.Groups[last].shorten()
		v.Unshown += len(gone)
		v.Changes = append(changesOf(gone), v.Changes...) // what changed is still said
		if len(v.Groups[last].Topics) == 0 {
			v.Groups = v.Groups[:last]
		}
	case len(v.LessCertain) > 0:
		v.LessCertain, v.MoreLessCertain = kept(v.LessCertain, 0, v.MoreLessCertain)
	case len(v.Failing)+len(v.Odd)+len(v.Counts)+len(v.Changes) > 0:
		v.keepTroubles((len(v.Failing) + len(v.Odd)) / 2)
		v.keep(len(v.Counts)/2, len(v.Changes)/2, len(v.Near))
	case len(v.Near) > 0:
		v.keep(0, 0, len(v.Near)/2)
	default:
		return false
	}
	return true
}

// dropExtracts leaves out half of the extracts, those of the last events. It reports whether
// there was any.
func (v *digestView) dropExtracts() bool {
	var with []*lineView
	add := func(line *lineView) {
		if line.Extract != "" {
			with = append(with, line)
		}
	}
	for _, g := range v.Groups {
		for _, t := range g.Topics {
			for i := range t.Lines {
				add(&t.Lines[i])
			}
		}
	}
	for i := range v.LessCertain {
		add(&v.LessCertain[i].lineView)
	}
	for _, line := range with[len(with)/2:] {
		line.Extract = ""
	}
	return len(with) > 0
}

// shorten leaves out a third of the lines of the last topic, at least one, and returns them.
func (g *digestGroup) shorten() (gone []lineView) {
	last := len(g.Topics) - 1
	lines := g.Topics[last].Lines
	keep := len(lines) - len(lines)/3 - 1
	if g.Topics[last].Lines = lines[:keep]; keep == 0 {
		g.Topics = g.Topics[:last]
	}
	return lines[keep:]
}

// changesOf returns what changed in events whose lines are left out.
func changesOf(lines []lineView) []changeView {
	var changes []changeView
	for _, line := range lines {
		if line.News != "" {
			changes = append(changes, changeView{line.Title, line.Link, line.News, line.Facts})
		}
	}
	return changes
}

func (v *digestView) keep(counts, changes, near int) {
	v.Counts, v.MoreRule = kept(v.Counts, counts, v.MoreRule)
	v.Changes, v.MoreChanges = kept(v.Changes, changes, v.MoreChanges)
	v.Near, v.MoreNear = kept(v.Near, near, v.MoreNear)
}

// keepTroubles keeps at most so many of the sources, failing ones first.
func (v *digestView) keepTroubles(most int) {
	v.Failing, v.MoreFail = kept(v.Failing, most, v.MoreFail)
	v.Odd, v.MoreFail = kept(v.Odd, most-len(v.Failing), v.MoreFail)
}

// kept cuts a list to a length and returns how many elements are hidden.
func kept[T any](list []T, most, more int) ([]T, int) {
	most = min(max(most, 0), len(list))
	return list[:most], more + len(list) - most
}
