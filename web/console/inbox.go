package console

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"regwatch/app"
	"regwatch/internal/diag"
	"regwatch/models"
)

// inboxRows is how many events a page of the inbox has.
const inboxRows = 50

// An inbox is the page of events.
type inbox struct {
	Filter     filter
	Mistakes   []string // in the query, in English
	Chips      []chip
	Days       []day
	Older      string // address of the next page; empty on the last
	Clear      string // address without filters
	All        string // address with closed events and those that are only mentioned too
	Query      string // of the address, to save it as a filter
	Closed     int    // events of the time that is asked for are closed, and left out
	WithClosed string // address with those too
	Choices    choices
	Words      []option // what completes a query
	Peek       *peek
	Since      string // when the page was made, for what is new since then
}

// choices are what filters can be set to.
type choices struct {
	Rules         []option
	Sources       []option
	Stages        []option
	People        []option
	Severities    []option
	Jurisdictions []option
	Days          []option
	States        []option
	Held          []option // why someone was not sent an event
}

// An option is a value that a filter can have.
type option struct {
	Value, Name string
	Set         bool
}

// A day is the events that were last seen on one day.
type day struct {
	Name, Date string // Today, Sun 29 Nov
	Rows       []row
	Unread     int
}

// A row is an event in a list.
type row struct {
	ID, Title, Severity    string
	Facts                  []string
	Rank                   int // of the severity
	Official, LessCertain  bool
	Stage                  string
	Date                   *dateChip
	Assignees              []person
	AssignedToMe           bool
	Verdict                string // relevant, irrelevant, disputed, or empty
	Seen                   moment
	MayBelong              *models.MayBelong
	Address, PeekAddress   string
	Peeked, Unread, Closed bool
	MayEdit                bool      // the reader
	Due                    *dateChip // until when the work on it is to be done
	Made                   string    // when the page was made
}

// A person is who an event is assigned to.
type person struct{ Name, Initials string }

// A dateChip is the next key date of an event.
type dateChip struct {
	Kind, Day string
	Left      string // tomorrow, in 42 days
	Soon      bool   // within a week
	Passed    bool
}

// A chip is a filter that is set, with the address without it.
type chip struct{ Name, Value, Remove string }

// A filter is what the address of an inbox asks for.
type filter struct {
	State        string // open, closed or any
	Severity     string
	Rules        []string
	Stages       []string
	Sources      []string
	Jurisdiction string
	Status       string // official or press
	Assignee     string // a name, me or nobody
	period
	Text        string
	MayBelong   bool
	LessCertain bool   // only events that are in the digest alone
	Mentions    bool   // also events that are only mentioned
	Held        string // only events that somebody was not sent because of this, a [models.Hold]
	Before      string
}

// anyState is the state, in an address, of open and closed events.
const anyState = "any"

func readFilter(q url.Values) filter {
	return filter{
		State: cmp.Or(q.Get("state"), app.StateOpen), Severity: q.Get("severity"), Rules: set(q["rule"]), Stages: set(q["stage"]), Sources: set(q["source"]),
		Jurisdiction: q.Get("jurisdiction"), Status: q.Get("status"), Assignee: q.Get("assignee"), period: readPeriod(q), Text: strings.TrimSpace(q.Get("q")),
		MayBelong: q.Get("belong") != "", LessCertain: q.Get("certain") == "less", Mentions: q.Get("mentions") != "", Held: q.Get("held"), Before: q.Get("before"),
	}
}

// set leaves out empty values, which a form sends for a field that is not filled in.
func set(values []string) []string {
	return slices.DeleteFunc(slices.Clone(values), func(s string) bool { return s == "" })
}

func (f filter) query(v *visit) app.EventFilter {
	q := app.EventFilter{
		State: f.State, Raised: !f.Mentions && f.Held == "", Rules: f.Rules, Severity: f.Severity, Stages: f.Stages, Sources: f.Sources, Published: f.Status,
		Query: f.Text, AssignedTo: f.Assignee, MayBelong: f.MayBelong, LessCertain: f.LessCertain, Before: f.Before,
	}
	if f.State == anyState {
		q.State = ""
	}
	if f.Jurisdiction != "" {
		q.Jurisdictions = []string{f.Jurisdiction}
	}
	if f.Held != "" {
		q.Held = []string{f.Held}
	}
	q.Since, q.Until = f.bounds(v)
	if f.Assignee == "me" {
		q.AssignedTo = v.Name
	}
	return q
}

// with returns the address of the page with one field of its query changed; without a value
// the field is removed. It begins again with the newest events.
func with(u *url.URL, name string, values ...string) string {
	q := u.Query()
	q.Del("before")
	q.Del(name)
	for _, value := range values {
		q.Add(name, value)
	}
	return address(u.Path, q)
}

func address(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func (c *Console) showInbox(w http.ResponseWriter, v *visit) error {
	f := readFilter(v.URL.Query())
	code := http.StatusOK
	var mistakes []string
	found, more, err := c.eventRows(v, f)
	if problems, ok := errors.AsType[diag.Problems](err); ok {
		code, err = http.StatusUnprocessableEntity, nil
		mistakes = v.problemLines(problems)
	}
	if err != nil {
		return err
	}
	if mistake := v.periodMistake(f.period); mistake != "" {
		code, mistakes = http.StatusUnprocessableEntity, append(mistakes, mistake)
	}
	page := inbox{Filter: f, Mistakes: mistakes, Clear: "/inbox", All: "/inbox?state=any&mentions=1", Query: saved(v.URL.Query()), Since: v.Now.UTC().Format(time.RFC3339Nano)}
	peeked := v.URL.Query().Get("peek")
	if peeked != "" {
		if page.Peek, err = c.peek(v, peeked); err != nil {
			return err
		}
	}
	page.Days = c.days(v, found, peeked)
	if err := c.markUnread(v, page.Days); err != nil {
		return err
	}
	if more {
		q := v.URL.Query()
		q.Set("before", found[len(found)-1].ID)
		q.Del("peek")
		page.Older = address("/inbox", q)
	}
	if page.Choices, err = c.choices(v, f, found); err != nil {
		return err
	}
	page.Chips, page.Words = c.chips(v, f, page.Choices), v.queryWords(page.Choices)
	if f.isSet() && f.State == app.StateOpen && len(mistakes) == 0 {
		closed := f
		closed.State, closed.Before = app.StateClosed, ""
		counts, err := c.engine.CountEvents(v.Context(), closed.query(v))
		if err != nil {
			return err
		}
		page.Closed, page.WithClosed = counts[0], with(v.URL, "state", anyState)
	}
	c.show(w, v, code, "inbox", v.T("Inbox"), page)
	return nil
}

// eventRows returns the events of a page of the inbox, the one last seen first, and whether there are older ones.
func (c *Console) eventRows(v *visit, f filter) (found []app.Event, more bool, err error) {
	found, err = c.engine.EventsPage(v.Context(), f.query(v), app.Position{}, inboxRows+1)
	more = len(found) > inboxRows
	return found[:min(len(found), inboxRows)], more, err
}

// saved is the query of an address as a filter is saved: without the place in the list.
func saved(q url.Values) string {
	q.Del("before")
	q.Del("peek")
	return q.Encode()
}

// days groups events, the one last seen first, by the day on which that was; within a day the most severe come first.
func (c *Console) days(v *visit, events []app.Event, peeked string) []day {
	var days []day
	last := -1
	for _, e := range events {
		seen := e.LastSeenAt.In(v.Zone)
		ago := daysBetween(seen, v.Now.In(v.Zone))
		if len(days) == 0 || ago != last {
			d := day{Date: v.shortDay(seen), Name: v.weekday(seen)}
			switch ago {
			case 0:
				d.Name = v.T("Today")
			case 1:
				d.Name = v.T("Yesterday")
			}
			days, last = append(days, d), ago
		}
		d := &days[len(days)-1]
		d.Rows = append(d.Rows, c.row(v, e, peeked))
	}
	for _, d := range days {
		slices.SortStableFunc(d.Rows, func(a, b row) int { return cmp.Compare(b.Rank, a.Rank) })
	}
	return days
}

// markUnread marks the rows of the events that the reader has not read.
func (c *Console) markUnread(v *visit, days []day) error {
	var ids []string
	for _, d := range days {
		for _, r := range d.Rows {
			ids = append(ids, r.ID)
		}
	}
	unread, err := c.engine.Unread(v.Context(), v.Name, ids)
	for i := range days {
		for j := range days[i].Rows {
			if r := &days[i].Rows[j]; unread[r.ID] {
				r.Unread = true
				days[i].Unread++
			}
		}
	}
	return err
}

func (c *Console) row(v *visit, e app.Event, peeked string) row {
	r := row{
		ID: e.ID, Title: e.Title, Severity: e.Severity, Rank: models.Severity(e.Severity).Rank(), Official: e.Official, Stage: e.Stage,
		LessCertain: len(e.RuleIDs) == 0 && len(e.DigestRules) > 0, Closed: e.State == app.StateClosed, Verdict: e.Verdict(), Seen: v.when(e.LastSeenAt), MayBelong: e.MayBelong,
		Address: eventAddress(e.ID, v.listQuery()), PeekAddress: with(v.URL, "peek", e.ID), Peeked: peeked == e.ID, MayEdit: v.MayEdit(), Date: v.nextDate(e.Dates), Made: v.Now.UTC().Format(time.RFC3339Nano),
	}
	for _, a := range e.Assignments {
		r.Assignees = append(r.Assignees, person{a.By, initials(a.By)})
		r.AssignedToMe = r.AssignedToMe || a.By == v.Name
	}
	if e.Due != nil && !r.Closed {
		r.Due = v.dateChip(models.KeyDate{Day: e.Due.Day, Kind: "due"})
	}
	if e.Stage != "" {
		r.Facts = append(r.Facts, v.stage(e.Stage))
	}
	status := v.T("Press only")
	if e.Official {
		status = v.T("Official")
	}
	r.Facts = append(r.Facts, status)
	r.Facts = append(r.Facts, e.Jurisdictions...)
	r.Facts = append(r.Facts, e.RuleTitles...)
	if len(e.Articles) > 0 {
		source := e.Articles[0].SourceName
		if e.Outlets > 1 {
			source += " " + v.T("+%d source|+%d sources", e.Outlets-1)
		}
		r.Facts = append(r.Facts, source)
	}
	return r
}

// nextDate is the key date that comes next, or the last one that passed.
func (v *visit) nextDate(dates []models.KeyDate) *dateChip {
	today := v.Now.In(v.Zone).Format(time.DateOnly)
	i := slices.IndexFunc(dates, func(d models.KeyDate) bool { return d.Day >= today })
	if i < 0 {
		i = len(dates) - 1
	}
	if i < 0 {
		return nil
	}
	return v.dateChip(dates[i])
}

func (v *visit) dateChip(d models.KeyDate) *dateChip {
	day, err := time.ParseInLocation(time.DateOnly, d.Day, v.Zone)
	if err != nil {
		return nil
	}
	left := daysBetween(v.Now.In(v.Zone), day)
	chip := &dateChip{Kind: v.dateKind(d.Kind), Day: v.day(day), Soon: 0 <= left && left <= 7, Passed: left < 0}
	switch {
	case left < 0:
		chip.Left = v.shortDay(day)
		if day.Year() != v.Now.In(v.Zone).Year() {
			chip.Left = v.day(day)
		}
	case left == 0:
		chip.Left = v.T("today")
	case left == 1:
		chip.Left = v.T("tomorrow")
	default:
		chip.Left = v.T("in %d day|in %d days", left)
	}
	return chip
}

// choices returns what the filters of the inbox can be set to: all rules, sources and people, and
// the jurisdictions of the sources and of the events that were found.
func (c *Console) choices(v *visit, f filter, found []app.Event) (choices, error) {
	var ch choices
	for _, r := range c.engine.Folder().Rules.Rules() {
		ch.Rules = append(ch.Rules, option{r.ID, r.Title, slices.Contains(f.Rules, r.ID)})
	}
	places := make(map[string]bool)
	for _, s := range c.engine.Folder().Sources {
		ch.Sources = append(ch.Sources, option{s.ID, s.Name, slices.Contains(f.Sources, s.ID)})
		for _, j := range s.Jurisdictions {
			places[j] = true
		}
	}
	for _, e := range found {
		for _, j := range e.Jurisdictions {
			places[j] = true
		}
	}
	if f.Jurisdiction != "" {
		places[f.Jurisdiction] = true
	}
	for place := range places {
		ch.Jurisdictions = append(ch.Jurisdictions, option{place, place, place == f.Jurisdiction})
	}
	slices.SortFunc(ch.Jurisdictions, func(a, b option) int { return strings.Compare(a.Name, b.Name) })
	for _, s := range app.Stages() {
		ch.Stages = append(ch.Stages, option{s, v.stage(s), slices.Contains(f.Stages, s)})
	}
	for _, s := range slices.Backward(models.Severities()) {
		ch.Severities = append(ch.Severities, option{string(s), v.severity(string(s)), string(s) == f.Severity})
	}
	ch.People = []option{{"me", v.T("Me"), f.Assignee == "me"}, {app.Nobody, v.T("Nobody"), f.Assignee == app.Nobody}}
	names, err := c.engine.Assignees(v.Context())
	for _, name := range names {
		ch.People = append(ch.People, option{name, name, name == f.Assignee})
	}
	ch.States = []option{{app.StateOpen, v.T("Open events"), f.State == app.StateOpen}, {app.StateClosed, v.T("Closed events"), f.State == app.StateClosed}, {anyState, v.T("Open and closed events"), f.State == anyState}}
	for _, h := range []struct {
		why  models.Hold
		name string
	}{
		{models.HeldLessCertain, v.T("Less certain")},
		{models.HeldUnlikely, v.T("Unlikely to be relevant")},
		{models.HeldException, v.T("Held by an exception")},
		{models.HeldMuted, v.T("Muted")},
		{models.HeldMention, v.T("Only a mention")},
		{models.HeldDraft, v.T("Draft rule, alerts nobody")},
	} {
		ch.Held = append(ch.Held, option{string(h.why), h.name, string(h.why) == f.Held})
	}
	ch.Days = v.periodOptions(f.period)
	return ch, err
}

// queryWords are the fields of a query, with the values that the folder has for them.
func (v *visit) queryWords(ch choices) []option {
	words := []option{{Value: "title:", Name: v.T("Title")}, {Value: "body:", Name: v.T("Text")}}
	for _, o := range ch.Jurisdictions {
		words = append(words, option{Value: `jurisdiction:"` + o.Value + `"`, Name: v.T("Jurisdiction")})
	}
	for _, r := range []models.Role{models.Regulator, models.Government, models.Press} {
		words = append(words, option{Value: "role:" + string(r), Name: v.T("Source")})
	}
	for _, o := range ch.Sources {
		words = append(words, option{Value: "source:" + o.Value, Name: o.Name})
	}
	return append(words, option{Value: "deadline:60d", Name: v.dateKind("deadline")}, option{Value: "effective:60d", Name: v.dateKind("effective")},
		option{Value: "language:en"}, option{Value: "language:zh"})
}

// chips are the filters that are set.
func (c *Console) chips(v *visit, f filter, ch choices) []chip {
	var chips []chip
	add := func(name, field string, options []option) {
		var values []string
		for _, o := range options {
			if o.Set {
				values = append(values, o.Name)
			}
		}
		if len(values) > 0 {
			chips = append(chips, chip{name, strings.Join(values, ", "), with(v.URL, field)})
		}
	}
	if f.Text != "" {
		chips = append(chips, chip{v.T("Words"), f.Text, with(v.URL, "q")})
	}
	if f.State != app.StateOpen {
		add(v.T("State"), "state", ch.States)
	}
	add(v.T("Time"), "days", ch.Days)
	if f.From != "" {
		chips = append(chips, chip{v.T("From"), f.From, with(v.URL, "from")})
	}
	if f.To != "" {
		chips = append(chips, chip{v.T("To"), f.To, with(v.URL, "to")})
	}
	add(v.T("Severity, at least"), "severity", ch.Severities)
	add(v.T("Rule"), "rule", ch.Rules)
	add(v.T("Stage"), "stage", ch.Stages)
	add(v.T("Source"), "source", ch.Sources)
	add(v.T("Jurisdiction"), "jurisdiction", ch.Jurisdictions)
	add(v.T("Assigned to"), "assignee", ch.People)
	add(v.T("Not sent because"), "held", ch.Held)
	if f.MayBelong {
		chips = append(chips, chip{v.T("Only"), v.T("May belong to another"), with(v.URL, "belong")})
	}
	if f.Mentions {
		chips = append(chips, chip{v.T("Also"), v.T("events that are only mentioned"), with(v.URL, "mentions")})
	}
	if f.LessCertain {
		chips = append(chips, chip{v.T("Only"), v.T("Less certain"), with(v.URL, "certain")})
	}
	switch f.Status {
	case "official":
		chips = append(chips, chip{v.T("Status"), v.T("Official"), with(v.URL, "status")})
	case "press":
		chips = append(chips, chip{v.T("Status"), v.T("Press only"), with(v.URL, "status")})
	}
	return chips
}

// A peek is an event in short, beside the list.
type peek struct {
	row
	Extract    []string
	StageQuote string
	Dates      []peekDate
	Why        []why
	Source     string
	Published  moment
	Notified   []string
	Close      string // address without the peek
}

type peekDate struct {
	*dateChip
	Quote string
}

// A why says which rule matched, and with which words.
type why struct {
	Rule, Title string
	Hits        []hit
	Relevance   string
}

type hit struct {
	Text  string
	Place string // in the title, ¶3
}

func (c *Console) peek(v *visit, id string) (*peek, error) {
	e, err := c.engine.Event(v.Context(), id)
	if err != nil {
		return nil, err
	}
	if _, err := c.engine.MarkRead(v.Context(), v.Name, e.ID); err != nil {
		return nil, err
	}
	p := &peek{row: c.row(v, e.Event, id), Extract: e.Extract, StageQuote: e.StageQuote, Close: with(v.URL, "peek"), Why: v.why(e)}
	for _, d := range e.Dates {
		if chip := v.dateChip(d); chip != nil {
			p.Dates = append(p.Dates, peekDate{chip, d.Quote})
		}
	}
	if len(e.Articles) > 0 {
		first := e.Articles[0]
		p.Source = first.SourceName
		if first.PublishedAt != nil {
			p.Published = v.when(*first.PublishedAt)
		}
	}
	for _, n := range e.Notified {
		p.Notified = append(p.Notified, n.Recipient)
	}
	return p, nil
}

// maxHits is how many words of one rule a reason quotes.
const maxHits = 4

// why says which rules matched an event, the one that leads first.
func (v *visit) why(e app.EventDetails) []why {
	var all []why
	for _, m := range e.Rules {
		reason := why{Rule: m.RuleID, Title: m.RuleTitle}
		if m.Relevance != nil {
			reason.Relevance = app.RelevanceIn(*m.Relevance, v.Lang)
		}
		for _, h := range m.Hits[:min(len(m.Hits), maxHits)] {
			place := v.T("in the title")
			if h.Paragraph > 0 {
				place = "¶" + strconv.Itoa(h.Paragraph)
			}
			reason.Hits = append(reason.Hits, hit{h.Text, place})
		}
		all = append(all, reason)
	}
	return all
}

// showNews answers how many events have changed since a page was made.
func (c *Console) showNews(w http.ResponseWriter, v *visit) error {
	q := v.URL.Query()
	since, err := time.Parse(time.RFC3339Nano, q.Get("since"))
	if err != nil {
		return errNoPage
	}
	f := readFilter(q).query(v)
	f.Since, f.Before = since, ""
	_, total, err := c.engine.NewestEvents(v.Context(), f, 1)
	if err != nil {
		return err
	}
	q.Del("since")
	q.Del("before")
	c.show(w, v, http.StatusOK, "news", "", news{total, address("/inbox", q)})
	return nil
}

// news is how many events have changed, and where they are.
type news struct {
	Count   int
	Address string
}
