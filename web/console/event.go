package console

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
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
	Quote string
	Moved []string // what it was before, in words
}

type doneBy struct {
	person
	What, Note string
	At         moment
}

type eventWhy struct {
	why
	Kind     string // draft, mention, or nothing
	Revision string // of the rule
	Since    moment
}

// A notice is what one recipient was sent, or why not.
type notice struct {
	Recipient, Kind string
	State           string // sent, waits, failed or held
	Lines           []string
	At              moment
}

type timed struct{ What, After, At string }

// A related event is one of the past that is like this one, or of the same matter.
type related struct {
	Address, Title string
	Facts          []string
	Current        bool
}

// A correction of the grouping that a person made.
type correction struct {
	ID, What   string
	Other      string // address of the other event
	By, Reason string
	At         moment
	Articles   []string
}

type mute struct{ ID, What string }

// neighbours are the events before and after one in the list that its reader comes from.
type neighbours struct {
	Back, Prev, Next string
	From             string // query of the list
	Place, Total     int    // 0: not known
}

// fromFields are what the query of a list that an address names may have.
func fromFields() []string {
	return []string{"state", "mentions", "severity", "rule", "stage", "source", "jurisdiction", "status", "assignee", "days", "q", "belong", "certain", "before"}
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
	found, total, err := c.engine.NewestEvents(v.Context(), f.query(v), inboxRows)
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
		n.Place, n.Total = i+1, total
	}
	if i > 0 {
		n.Prev = eventAddress(ids[i-1], from)
	}
	if i+1 < len(ids) {
		n.Next = eventAddress(ids[i+1], from)
	} else if total > len(found) {
		n.Next = c.firstAfter(v, from, found[0].ID)
	}
	return n
}

// firstAfter is the address of the first event of the next page of a list.
func (c *Console) firstAfter(v *visit, from url.Values, before string) string {
	from.Set("before", before)
	found, _, err := c.engine.NewestEvents(v.Context(), readFilter(from).query(v), inboxRows)
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
		say(w, v, done{Text: v.T("The event that you opened was merged into “%s”. This is what became of it.", e.Title)})
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

func (v *visit) eventWhy(e app.EventDetails) []eventWhy {
	var all []eventWhy
	for i, reason := range v.why(e) {
		m := e.Rules[i]
		w := eventWhy{why: reason, Revision: m.RuleHash[:min(len(m.RuleHash), 6)], Since: v.when(m.MatchedAt)}
		switch {
		case m.Draft:
			w.Kind = v.T("Draft rule, alerts nobody")
		case m.Outcome == string(models.OutcomeExcepted):
			w.Kind = v.T("Held by an exception")
		case m.Outcome == string(models.OutcomeDigest):
			w.Kind = v.T("Digest only")
		case m.Strength == string(models.Mention) && !m.Alerts:
			w.Kind = v.T("Only a mention")
		}
		all = append(all, w)
	}
	return all
}

// notices says who was notified, and who was not and why.
func (v *visit) notices(e app.EventDetails) (sent, held []notice) {
	for _, n := range e.Notices {
		if !n.IsHeld() {
			sent = append(sent, v.notice(n))
		}
	}
	for _, n := range e.NotNotified() {
		held = append(held, notice{Recipient: n.Recipient, State: "held", At: v.when(n.CreatedAt), Lines: []string{app.ReasonsIn(n.HeldReasons, v.Lang)}})
	}
	return sent, held
}

func (v *visit) notice(n app.EventNotice) notice {
	shown := notice{Recipient: n.Recipient, State: "sent", At: v.when(n.CreatedAt)}
	switch models.NoticeKind(n.Kind) {
	case models.NoticeUpdate:
		shown.Kind = v.T("update")
	case models.NoticeEscalation:
		shown.Kind = v.T("escalation")
	case models.NoticeReminder:
		shown.Kind = v.T("reminder")
	}
	if n.WaitUntil != nil {
		shown.State, shown.At = "waits", v.when(*n.WaitUntil)
		shown.Lines = append(shown.Lines, v.T("Waits until %s: %s", v.when(*n.WaitUntil).Full, app.ReasonsIn(n.WaitReasons, v.Lang)))
		return shown
	}
	var to []string
	for _, d := range n.Deliveries {
		switch models.DeliveryState(d.State) {
		case models.DeliverySent:
			to = append(to, d.Destination)
			if d.SentAt != nil {
				shown.At = v.when(*d.SentAt)
			}
			continue
		case models.DeliveryDue:
			shown.Lines = append(shown.Lines, v.T("%s: not sent yet", d.Destination))
		case models.DeliveryDead:
			shown.Lines = append(shown.Lines, v.T("%s: failed", d.Destination))
		case models.DeliveryUnverified:
			shown.Lines = append(shown.Lines, v.T("%s: waits until its owner confirms the address", d.Destination))
		default:
			shown.Lines = append(shown.Lines, v.T("%s: not sent any more", d.Destination))
		}
		if d.LastError != "" {
			shown.Lines = append(shown.Lines, d.LastError)
		}
	}
	switch {
	case len(to) > 0:
		shown.Lines = append([]string{strings.Join(to, ", ")}, shown.Lines...)
	case len(n.Deliveries) == 0:
		shown.Lines = []string{v.T("with the message to another recipient")}
	case slices.ContainsFunc(n.Deliveries, func(d app.EventDelivery) bool { return d.State == string(models.DeliveryDue) }):
		shown.State = "waits"
	default:
		shown.State = "failed"
	}
	return shown
}

// times says how long it took from a publication until somebody worked on it.
func (v *visit) times(e app.EventDetails) []timed {
	type moment struct {
		what string
		at   time.Time
	}
	var all []moment
	published, dayOnly := e.Reports.First()
	isStated := slices.ContainsFunc(e.Articles, func(a app.EventArticle) bool { return a.PublishedAt != nil && a.PublishedAt.Equal(published) })
	if isStated && !dayOnly {
		all = append(all, moment{v.T("Published"), published})
	}
	all = append(all, moment{v.T("Seen"), e.FirstSeenAt})
	var sent time.Time
	for _, n := range e.Notices {
		for _, d := range n.Deliveries {
			if d.SentAt != nil && (sent.IsZero() || d.SentAt.Before(sent)) {
				sent = *d.SentAt
			}
		}
	}
	if !sent.IsZero() {
		all = append(all, moment{v.T("First sent"), sent})
	}
	if len(e.Assignments) > 0 {
		all = append(all, moment{v.T("Assigned"), e.Assignments[0].AssignedAt})
	}
	var shown []timed
	for i, m := range all {
		t := timed{What: m.what, At: v.when(m.at).Full}
		if i > 0 && !m.at.Before(all[i-1].at) {
			t.After = v.span(m.at.Sub(all[i-1].at))
		}
		shown = append(shown, t)
	}
	if isStated && dayOnly {
		shown = append([]timed{{What: v.T("Published"), At: v.day(published)}}, shown...)
	}
	return shown
}

// span says how much later something was.
func (v *visit) span(d time.Duration) string {
	minutes := int(d / time.Minute)
	switch {
	case d < time.Minute:
		return v.T("%d s later", int(d/time.Second))
	case minutes < 60:
		return v.T("%d min later", minutes)
	case minutes < 24*60:
		return v.T("%d h %d min later", minutes/60, minutes%60)
	}
	return v.T("%d d %d h later", minutes/(24*60), minutes/60%24)
}

func (v *visit) corrections(e app.EventDetails) []correction {
	var all []correction
	for _, l := range slices.Backward(e.Corrections) {
		one := correction{ID: l.ID, By: app.PersonName(l.By), Reason: l.Reason, At: v.when(l.MadeAt)}
		other := l.OtherID
		if other == e.ID {
			other = l.EventID
		}
		switch n := len(l.Articles); l.Kind {
		case models.LinkMerge:
			one.What = v.T("An event with %d article was merged into this one.|An event with %d articles was merged into this one.", n)
			other = ""
		case models.LinkSplit:
			one.What = v.T("%d article was split off.|%d articles were split off.", n)
			if l.OtherID == e.ID {
				one.What = v.T("This event was split off another one.")
			}
		case models.LinkMove:
			one.What = v.T("%d article was moved to another event.|%d articles were moved to another event.", n)
			if l.OtherID == e.ID {
				one.What = v.T("%d article was moved here.|%d articles were moved here.", n)
			}
		default:
			one.What = v.T("Kept separate from another event.")
		}
		for _, a := range l.Articles[:min(len(l.Articles), maxHits)] {
			one.Articles = append(one.Articles, a.Title)
		}
		if other != "" {
			one.Other = "/events/" + other
		}
		all = append(all, one)
	}
	return all
}

// pastShown is how many events of the past are named.
const pastShown = 3

func (c *Console) eventRelated(v *visit, e app.EventDetails, p *eventPage) error {
	past, err := c.engine.SimilarPast(v.Context(), e.ID, pastShown)
	if err != nil {
		return err
	}
	for _, r := range past {
		facts := []string{v.when(r.FirstSeenAt).Text}
		if r.Stage != "" {
			facts = append(facts, v.stage(r.Stage))
		}
		if len(r.Terms) > 0 {
			facts = append(facts, v.T("both have %s", strings.Join(r.Terms, ", ")))
		}
		p.Past = append(p.Past, related{Address: "/events/" + r.ID, Title: r.Title, Facts: facts})
	}
	if e.Matter == nil || e.Matter.ID == "" {
		return nil
	}
	p.Matter = cmp.Or(e.Matter.Names[v.Lang], e.Matter.Name)
	timeline, err := c.engine.Timeline(v.Context(), e.Matter.ID)
	if _, none := errors.AsType[*app.InputError](err); none {
		return nil // the matter has gone meanwhile
	}
	if err != nil {
		return err
	}
	for _, s := range timeline.Steps {
		facts := []string{v.when(s.At).Text}
		if s.Stage != "" {
			facts = append(facts, v.stage(s.Stage))
		}
		p.Timeline = append(p.Timeline, related{Address: "/events/" + s.EventID, Title: s.Title, Facts: facts, Current: s.EventID == e.ID})
	}
	return nil
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
