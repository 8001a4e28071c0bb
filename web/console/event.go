package console

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"regwatch/app"
	"regwatch/models"
	"regwatch/web/evidence"
	"regwatch/web/ical"
)

// An eventPage is one event with all that is known of it.
type eventPage struct {
	row

	Actions   actions
	Near      neighbours
	FirstSeen moment
	Places    []string
	Extract   []line
	Steps     []step
	Marks     []step // stages beside the line of law-making, such as guidance
	Dates     []eventDate
	Passed    []eventDate
	Articles  []articlePart
	HasMarks  bool // a matched word is marked
	Restates  string

	Assigned    []doneBy
	Why         []eventWhy
	Sent        []notice
	NotSent     []notice
	Times       []timed
	Past        []related
	Matter      string
	Timeline    []related
	Corrections []correction
	Feedback    []doneBy
	Mutes       []mute
	Notes       []note
	DueDay      string // such as 2026-03-31; empty: none
	DueBy       string // who set it, and when
	ClosedBy    string // who closed it, and when; empty: it is open
	Reason      string // why it is closed
}

// A note is what a person wrote about the event.
type note struct {
	ID, Text, By string
	At           moment
}

// A line is a text from outside, with the passages that a rule matched.
type line struct {
	Lang  string
	Spans []span
}

// A step is a stage of law-making, reached or not.
type step struct {
	Name    string
	Reached bool
	Now     bool // the stage of the event
	At      moment
	Quote   string
	Source  string
	Article string // its address on the page
}

type eventDate struct {
	*dateChip
	Quote  string
	Marked []span   // the quote with the words of the date
	Moved  []string // what it was before, in words
}

// neighbours are the events before and after one in the list that its reader comes from.
type neighbours struct {
	Back, Prev, Next string
	From             string // query of the list
	Place, Total     int    // 0: not known
}

// fromFields are what the query of a list that an address names may have.
func fromFields() []string {
	return []string{"state", "mentions", "severity", "rule", "stage", "source", "jurisdiction", "status", "assignee", "days", "from", "to", "held", "q", "belong", "certain", "before"}
}

// fromQuery reads the query of the list that a reader comes from. Anything else is left out.
func fromQuery(text string) url.Values {
	q, err := url.ParseQuery(text)
	if err != nil || len(text) > 2000 {
		return url.Values{}
	}
	for name := range q {
		if !slices.Contains(fromFields(), name) {
			q.Del(name)
		}
	}
	return q
}

// listQuery is the query of the list that a visit shows or comes from.
func (v *visit) listQuery() url.Values {
	if v.URL.Path == "/inbox" {
		return fromQuery(v.URL.RawQuery)
	}
	return fromQuery(v.URL.Query().Get("from"))
}

// eventAddress is the address of an event for a reader who comes from a list.
func eventAddress(id string, from url.Values) string {
	if len(from) == 0 {
		return "/events/" + id
	}
	return address("/events/"+id, url.Values{"from": {from.Encode()}})
}

// neighbours finds an event in the list that its reader comes from. A list that cannot be
// read, or that the event is not in, has no neighbours.
func (c *Console) neighbours(v *visit, id string) neighbours {
	from := fromQuery(v.URL.Query().Get("from"))
	n := neighbours{Back: address("/inbox", from), From: from.Encode()}
	f := readFilter(from)
	found, more, err := c.eventRows(v, f)
	if err != nil {
		c.log.WarnContext(v.Context(), "the list of an event was not read", "error", err)
		return n
	}
	var ids []string
	for _, d := range c.days(v, found, "") {
		for _, r := range d.Rows {
			ids = append(ids, r.ID)
		}
	}
	i := slices.Index(ids, id)
	if i < 0 {
		return n
	}
	if f.Before == "" {
		n.Place, n.Total = i+1, len(found)
		if more {
			counts, err := c.engine.CountEvents(v.Context(), f.query(v))
			if err != nil {
				c.log.WarnContext(v.Context(), "the list of an event was not counted", "error", err)
				counts = []int{0}
			}
			n.Total = counts[0]
		}
	}
	if i > 0 {
		n.Prev = eventAddress(ids[i-1], from)
	}
	if i+1 < len(ids) {
		n.Next = eventAddress(ids[i+1], from)
	} else if more {
		n.Next = c.firstAfter(v, from, found[len(found)-1].ID)
	}
	return n
}

// firstAfter is the address of the first event of the next page of a list.
func (c *Console) firstAfter(v *visit, from url.Values, before string) string {
	from.Set("before", before)
	found, _, err := c.eventRows(v, readFilter(from))
	if err != nil || len(found) == 0 {
		return ""
	}
	return eventAddress(c.days(v, found, "")[0].Rows[0].ID, from)
}

func (c *Console) showEvent(w http.ResponseWriter, v *visit) error {
	id := v.PathValue("id")
	e, err := c.engine.Event(v.Context(), id)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(e.ID, strings.ToUpper(strings.TrimSpace(id))) {
		c.say(w, v, done{Text: v.T("The event that you opened was merged into “%s”. This is what became of it.", e.Title)})
		http.Redirect(w, v.Request, eventAddress(e.ID, fromQuery(v.URL.Query().Get("from"))), http.StatusSeeOther)
		return nil
	}
	if _, err := c.engine.MarkRead(v.Context(), v.Name, e.ID); err != nil {
		return err
	}
	page, err := c.eventPage(v, e)
	if err != nil {
		return err
	}
	c.show(w, v, http.StatusOK, "inbox-event", e.Title, page)
	return nil
}

func (c *Console) eventPage(v *visit, e app.EventDetails) (*eventPage, error) {
	p := &eventPage{row: c.row(v, e.Event, ""), Near: c.neighbours(v, e.ID), FirstSeen: v.when(e.FirstSeenAt), Places: e.Jurisdictions}
	p.Actions = actions{&p.row, v.address()}
	p.Steps, p.Marks = v.steps(e)
	p.Dates, p.Passed = v.eventDates(e)
	p.Why = v.eventWhy(e)
	p.Sent, p.NotSent = v.notices(e)
	p.Times = v.times(e)
	p.Corrections = v.corrections(e)
	if e.Restates != nil {
		p.Restates = v.T("First reported %s", v.when(e.Restates.At).Full)
	}
	for _, a := range e.Assignments {
		p.Assigned = append(p.Assigned, doneBy{person: person{app.PersonName(a.By), initials(app.PersonName(a.By))}, At: v.when(a.AssignedAt)})
	}
	for _, f := range e.Feedback {
		d := doneBy{person: person{app.PersonName(f.By), initials(app.PersonName(f.By))}, Note: f.Note, At: v.when(f.GivenAt), What: v.T("Not relevant")}
		if f.Relevant {
			d.What = v.T("Relevant")
		}
		p.Feedback = append(p.Feedback, d)
	}
	for _, m := range e.Mutes {
		what := v.T("Muted until %s", v.when(m.Until).Full)
		switch m.Kind {
		case models.MuteRule:
			what = v.T("The rule %s is muted until %s", m.Target, v.when(m.Until).Full)
		case models.MuteSource:
			what = v.T("The source %s is muted until %s", m.Target, v.when(m.Until).Full)
		}
		p.Mutes = append(p.Mutes, mute{m.ID, what})
	}
	for _, n := range e.Notes {
		p.Notes = append(p.Notes, note{n.ID, n.Text, app.PersonName(n.By), v.when(n.WrittenAt)})
	}
	if e.Due != nil {
		p.DueDay, p.DueBy = e.Due.Day, v.T("set by %s, %s", app.PersonName(e.Due.By), v.when(e.Due.SetAt).Full)
	}
	if e.Closed != nil {
		p.ClosedBy, p.Reason = v.T("Closed by %s, %s", app.PersonName(e.Closed.By), v.when(e.Closed.At).Full), e.Closed.Reason
	}
	if err := c.eventArticles(v, e, p); err != nil {
		return nil, err
	}
	return p, c.eventRelated(v, e, p)
}

// lawSteps are the stages of the line, in the order of law-making. The others are marks on it.
func lawSteps() []string {
	return []string{"proposed", "consultation", "introduced", "passed", "gazetted", "in-force", "licensing", "enforcement"}
}

func (v *visit) steps(e app.EventDetails) (steps, marks []step) {
	proof := make(map[string]step)
	for _, s := range e.Steps {
		one := step{Name: v.stage(s.Stage), Reached: true, At: v.when(s.At), Quote: s.Quote, Source: s.SourceName, Article: "#a-" + s.ArticleID, Now: s.Stage == e.Stage}
		if one.Now && e.StageQuote != "" {
			one.Quote = e.StageQuote
		}
		proof[s.Stage] = one
		if !slices.Contains(lawSteps(), s.Stage) {
			marks = append(marks, one)
		}
	}
	if e.Stage != "" && !proof[e.Stage].Reached { // of a release that did not keep whose it is
		proof[e.Stage] = step{Name: v.stage(e.Stage), Reached: true, Now: true, Quote: e.StageQuote}
		if !slices.Contains(lawSteps(), e.Stage) {
			marks = append(marks, proof[e.Stage])
		}
	}
	if len(proof) == len(marks) {
		return nil, marks
	}
	for _, name := range lawSteps() {
		s, reached := proof[name]
		if !reached {
			s.Name = v.stage(name)
		}
		steps = append(steps, s)
	}
	return steps, marks
}

// eventDates returns the key dates that come, and those that passed.
func (v *visit) eventDates(e app.EventDetails) (come, passed []eventDate) {
	for _, d := range e.Dates {
		chip := v.dateChip(d)
		if chip == nil {
			continue
		}
		date := eventDate{dateChip: chip, Quote: d.Quote}
		if day, err := time.ParseInLocation(time.DateOnly, d.Day, v.Zone); err == nil {
			date.Marked = markDay(d.Quote, day)
		}
		for _, m := range e.MovedDates {
			if before, err := time.ParseInLocation(time.DateOnly, m.Before, v.Zone); err == nil && m.Kind == d.Kind && m.Day == d.Day {
				date.Moved = append(date.Moved, v.T("moved on %s from %s", v.when(m.At).Full, v.day(before)))
			}
		}
		if chip.Passed {
			passed = append(passed, date)
		} else {
			come = append(come, date)
		}
	}
	return come, passed
}

// serveDates answers with the key dates of an event for a calendar program.
func (c *Console) serveDates(w http.ResponseWriter, v *visit) error {
	calendar, err := c.engine.EventCalendar(v.Context(), v.PathValue("id"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="regwatch-dates.ics"`)
	_, err = w.Write(ical.Write("regwatch: "+calendar.Route, calendar))
	return err
}

// serveEvidence answers with the evidence of an event: a page, or JSON to keep.
func (c *Console) serveEvidence(w http.ResponseWriter, v *visit) error {
	e, err := c.engine.Evidence(v.Context(), v.PathValue("id"))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if strings.HasSuffix(v.URL.Path, ".json") {
		out := json.NewEncoder(&b)
		out.SetIndent("", "  ")
		if err := out.Encode(e); err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="evidence-`+e.Event.ID+`.json"`)
	} else {
		if err := evidence.Write(&b, e, v.Zone); err != nil {
			return err
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", evidence.Policy())
	}
	_, err = w.Write(b.Bytes())
	return err
}
