package console

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"regwatch/app"
)

const (
	dateRows    = 60 // key dates of one page
	monthShown  = 3  // key dates of a day in the month
	smallMonths = 3  // beside the list
)

// A calendarPage is the key dates of events, as a list by month or as one month.
type calendarPage struct {
	Tabs       []messageView
	Groups     []dateGroup
	Later      string // address of what comes after the list
	Earlier    string // the same of past dates
	Past       string // address of the days before today, or back
	ShowPast   bool
	Small      []smallMonth
	Month      *monthTable
	Choices    dateChoices
	Chips      []chip
	View       string
	Subscribe  string // address of the links to subscribe to
	NoDates    bool
	Everything bool // no filter is set
}

type dateChoices struct{ Rules, Kinds, Severities, Jurisdictions []option }

// A dateGroup is the key dates of a month, or of this week.
type dateGroup struct {
	Name string
	Rows []dateRow
}

// A dateRow is a key date in the list.
type dateRow struct {
	Anchor, Day     string
	Chip            *dateChip
	Severity        string
	Title, Address  string
	Quote           string
	Marked          []span // the quote with the words of the date
	Official        bool
	Source          string
	Moved, MovedDay string
}

// A smallMonth is a month with the days that have key dates.
type smallMonth struct {
	Name  string
	Weeks [][]smallDay
}

type smallDay struct {
	Number  int // 0 for a day of another month
	Address string
	Label   string
	Class   string // today, high, low
}

// A monthTable is one month with its key dates.
type monthTable struct {
	Name, Prev, Next, Today string
	Weekdays                []string
	Weeks                   [][]monthDay
}

type monthDay struct {
	Number        int
	Other, Today  bool
	Dates         []monthEntry
	More          int
	Address, Name string // of the day in the list
}

type monthEntry struct{ Kind, Title, Severity, Address string }

func (c *Console) showCalendar(w http.ResponseWriter, v *visit) error {
	q := v.URL.Query()
	today := v.Now.In(v.Zone).Format(time.DateOnly)
	f := app.DateFilter{Rule: q.Get("rule"), Kind: q.Get("kind"), Severity: q.Get("severity"), Jurisdiction: q.Get("jurisdiction")}
	page := calendarPage{View: "list", Choices: c.dateChoices(v, f), ShowPast: q.Get("past") != "", Subscribe: "/calendar/subscribe"}
	page.Chips = v.dateChips(f, page.Choices)
	page.Everything = len(page.Chips) == 0
	if q.Get("view") == "month" {
		page.View = "month"
	}
	for _, view := range [][2]string{{"list", v.T("List")}, {"month", v.T("Month")}} {
		page.Tabs = append(page.Tabs, messageView{view[1], with(v.URL, "view", view[0]), view[0] == page.View})
	}
	if page.View == "month" {
		table, err := c.month(v, f, q.Get("month"))
		if err != nil {
			return err
		}
		page.Month = table
		c.show(w, v, http.StatusOK, "calendar", v.T("Calendar"), page)
		return nil
	}
	from := today
	if day := q.Get("from"); isDay(day) {
		from = day
	}
	f.Limit, f.Latest = dateRows+1, page.ShowPast
	if page.ShowPast {
		f.To = addDays(from, -1)
	} else {
		first := v.firstOfMonth(today) // the months beside the list begin there
		counts, err := c.engine.CountDates(v.Context(), monthsFrom(f, first))
		if err != nil {
			return err
		}
		page.Small = v.smallMonths(first, counts)
		f.From = max(from, first.Format(time.DateOnly))
	}
	shown, err := c.engine.KeyDates(v.Context(), f)
	if err != nil {
		return err
	}
	other := v.URL.Query()
	other.Del("from")
	other.Set("past", "1")
	if page.ShowPast {
		other.Del("past")
		slices.Reverse(shown)
	}
	page.Past = address("/calendar", other)
	if len(shown) > dateRows {
		if next := shown[dateRows].Day; !page.ShowPast {
			page.Later = with(v.URL, "from", next)
		} else {
			page.Earlier = with(v.URL, "from", dayAfter(next, from))
		}
		shown = shown[:dateRows]
	}
	if err := c.engine.DateDetails(v.Context(), shown); err != nil {
		return err
	}
	page.Groups = v.dateGroups(shown, page.ShowPast)
	page.NoDates = len(shown) == 0
	c.show(w, v, http.StatusOK, "calendar", v.T("Calendar"), page)
	return nil
}

func isDay(day string) bool {
	_, err := time.Parse(time.DateOnly, day)
	return err == nil
}

// addDays returns the day so many days after another, which is one.
func addDays(day string, n int) string {
	at, _ := time.Parse(time.DateOnly, day)
	return at.AddDate(0, 0, n).Format(time.DateOnly)
}

// monthsFrom returns a filter for the months beside the list.
func monthsFrom(f app.DateFilter, first time.Time) app.DateFilter {
	f.From, f.To = first.Format(time.DateOnly), first.AddDate(0, smallMonths, -1).Format(time.DateOnly)
	return f
}

// dayAfter returns the day after another, or that day if it would not come before a third one: more dates
// fall on it than a page has.
func dayAfter(day, before string) string {
	if after := addDays(day, 1); isDay(day) && after < before {
		return after
	}
	return day
}

// firstOfMonth returns the first day of the month of a day.
func (v *visit) firstOfMonth(day string) time.Time {
	at, err := time.ParseInLocation(time.DateOnly, day, v.Zone)
	if err != nil {
		at = v.Now.In(v.Zone)
	}
	return time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, v.Zone)
}

// dateGroups groups key dates: what is left of this week, then by month.
func (v *visit) dateGroups(dates []app.DatedEvent, past bool) []dateGroup {
	now := v.Now.In(v.Zone)
	untilSunday := (7 - int(now.Weekday())) % 7
	week := now.AddDate(0, 0, untilSunday).Format(time.DateOnly)
	var groups []dateGroup
	seen := make(map[string]bool)
	for _, d := range dates {
		at, err := time.ParseInLocation(time.DateOnly, d.Day, v.Zone)
		if err != nil {
			continue
		}
		name := v.month(at)
		if !past && d.Day <= week {
			name = v.T("This week")
		}
		if len(groups) == 0 || groups[len(groups)-1].Name != name {
			groups = append(groups, dateGroup{Name: name})
		}
		row := dateRow{
			Day: v.weekday(at) + " " + v.shortDay(at), Chip: v.dateChip(d.KeyDate), Severity: d.Severity, Title: d.Title, Address: "/events/" + d.EventID,
			Quote: d.Quote, Marked: markDay(d.Quote, at), Official: d.Official, Source: d.Source,
		}
		if !seen[d.Day] { // the days beside link to the first of theirs
			row.Anchor, seen[d.Day] = "d-"+d.Day, true
		}
		if from, err := time.ParseInLocation(time.DateOnly, d.MovedFrom, v.Zone); err == nil {
			row.Moved, row.MovedDay = v.T("Moved on %s from", v.shortDay(d.MovedAt.In(v.Zone))), v.day(from)
		}
		g := &groups[len(groups)-1]
		g.Rows = append(g.Rows, row)
	}
	return groups
}

// dayForms are the ways in which texts write a day, the longest first. A form without a year is good
// enough: the sentence is known to name the day.
func dayForms() []string {
	return []string{
		"Monday, 2 January 2006", "Monday, January 2, 2006", "2 January 2006", "January 2, 2006", "2 Jan 2006", "Jan 2, 2006", "2 January, 2006", "2006年1月2日", "2006 年 1 月 2 日", "2006-01-02", "02/01/2006", "2.1.2006",
		"2 January", "January 2", "2 Jan", "Jan 2", "1月2日", "1 月 2 日",
	}
}

// markDay marks the words of a sentence that name a day, if they are written in a known way.
func markDay(quote string, day time.Time) []span {
	for _, form := range dayForms() {
		words := day.Format(form)
		for from := 0; ; {
			i := strings.Index(quote[from:], words)
			if i < 0 {
				break
			}
			i += from
			end := i + len(words)
			if !digitAt(quote, i-1) && !(digitAt(quote, end-1) && digitAt(quote, end)) { // not 30 March in place of 3
				return slices.DeleteFunc([]span{{Text: quote[:i]}, {Text: words, Mark: true}, {Text: quote[end:]}}, func(s span) bool { return s.Text == "" })
			}
			from = end
		}
	}
	return []span{{Text: quote}}
}

func digitAt(s string, i int) bool { return 0 <= i && i < len(s) && '0' <= s[i] && s[i] <= '9' }

// month names a month: November 2026, 2026年11月.
func (w words) month(t time.Time) string {
	if w.Lang == "en" {
		return t.Format("January 2006")
	}
	return t.Format("2006年1月")
}

// weekdays are the short names of the days of a week, from Monday.
func (w words) weekdays() []string {
	var names []string
	for i := range 7 {
		names = append(names, w.weekday(time.Date(2026, 11, 2+i, 0, 0, 0, 0, time.UTC)))
	}
	return names
}

// weeksOf returns the days of the weeks of a month, from Monday.
func weeksOf(first time.Time) [][]time.Time {
	day := first.AddDate(0, 0, -(int(first.Weekday())+6)%7)
	var weeks [][]time.Time
	for len(weeks) == 0 || day.Month() == first.Month() {
		var week []time.Time
		for range 7 {
			week = append(week, day)
			day = day.AddDate(0, 0, 1)
		}
		weeks = append(weeks, week)
	}
	return weeks
}

// smallMonths are the months beside the list. A day with key dates links to them.
func (v *visit) smallMonths(first time.Time, counts []app.DayCount) []smallMonth {
	count, severe := make(map[string]int), make(map[string]bool)
	for _, d := range counts {
		count[d.Day], severe[d.Day] = d.Dates, d.Severe > 0
	}
	today := v.Now.In(v.Zone).Format(time.DateOnly)
	var months []smallMonth
	for i := range smallMonths {
		m := first.AddDate(0, i, 0)
		small := smallMonth{Name: v.month(m)}
		for _, week := range weeksOf(m) {
			var days []smallDay
			for _, at := range week {
				if at.Month() != m.Month() {
					days = append(days, smallDay{})
					continue
				}
				day := at.Format(time.DateOnly)
				one := smallDay{Number: at.Day()}
				if n := count[day]; n > 0 {
					one.Class, one.Label = "low", v.colon(v.day(at), v.T("%d date|%d dates", n))
					if severe[day] {
						one.Class = "high"
					}
					if day >= today {
						one.Address = "#d-" + day
					}
				}
				if day == today {
					one.Class += " today"
				}
				days = append(days, one)
			}
			small.Weeks = append(small.Weeks, days)
		}
		months = append(months, small)
	}
	return months
}

// month is one month of the calendar as a table.
func (c *Console) month(v *visit, f app.DateFilter, month string) (*monthTable, error) {
	first := v.firstOfMonth(month + "-01")
	weeks := weeksOf(first)
	f.From, f.To = weeks[0][0].Format(time.DateOnly), weeks[len(weeks)-1][6].Format(time.DateOnly)
	dates, err := c.engine.KeyDates(v.Context(), f)
	if err != nil {
		return nil, err
	}
	byDay := make(map[string][]app.DatedEvent)
	for _, d := range dates {
		byDay[d.Day] = append(byDay[d.Day], d)
	}
	today := v.Now.In(v.Zone).Format(time.DateOnly)
	at := func(m time.Time) string { return with(v.URL, "month", m.Format("2006-01")) }
	t := &monthTable{Name: v.month(first), Prev: at(first.AddDate(0, -1, 0)), Next: at(first.AddDate(0, 1, 0)), Today: with(v.URL, "month"), Weekdays: v.weekdays()}
	for _, week := range weeks {
		var days []monthDay
		for _, at := range week {
			name := at.Format(time.DateOnly)
			d := monthDay{Number: at.Day(), Other: at.Month() != first.Month(), Today: name == today, Name: v.day(at)}
			for i, one := range byDay[name] {
				if i == monthShown {
					d.More = len(byDay[name]) - monthShown
					break
				}
				d.Dates = append(d.Dates, monthEntry{v.dateKind(one.Kind), one.Title, one.Severity, "/events/" + one.EventID})
			}
			q := v.URL.Query()
			q.Del("month")
			q.Del("view")
			if name < today {
				q.Set("past", "1")
			}
			d.Address = address("/calendar", q) + "#d-" + name
			days = append(days, d)
		}
		t.Weeks = append(t.Weeks, days)
	}
	return t, nil
}

func (c *Console) dateChoices(v *visit, f app.DateFilter) dateChoices {
	all, _ := c.choices(v, filter{Rules: []string{f.Rule}, Severity: f.Severity, Jurisdiction: f.Jurisdiction}, nil)
	ch := dateChoices{Rules: all.Rules, Severities: all.Severities, Jurisdictions: all.Jurisdictions}
	for _, kind := range app.DateKinds() {
		ch.Kinds = append(ch.Kinds, option{kind, v.dateKind(kind), kind == f.Kind})
	}
	return ch
}

func (v *visit) dateChips(f app.DateFilter, ch dateChoices) []chip {
	var chips []chip
	for _, one := range []struct {
		name, field, value string
		options            []option
	}{
		{v.T("Rule"), "rule", f.Rule, ch.Rules},
		{v.T("Kind"), "kind", f.Kind, ch.Kinds},
		{v.T("Severity, at least"), "severity", f.Severity, ch.Severities},
		{v.T("Jurisdiction"), "jurisdiction", f.Jurisdiction, ch.Jurisdictions},
	} {
		if one.value == "" {
			continue
		}
		if i := slices.IndexFunc(one.options, func(o option) bool { return o.Set }); i >= 0 {
			one.value = one.options[i].Name
		}
		chips = append(chips, chip{one.name, one.value, with(v.URL, one.field)})
	}
	return chips
}

// A subscribePage has the links by which calendar programs follow the key dates of a route.
type subscribePage struct {
	Routes []app.RouteAddress
	Why    string // there are none
}

func (c *Console) showSubscribe(w http.ResponseWriter, v *visit) error {
	var p subscribePage
	var err error
	p.Routes, err = c.engine.RouteAddresses(v.Context())
	if input, isInput := errors.AsType[*app.InputError](err); isInput {
		p.Why, err = v.text(input.Text()), nil
	}
	if err != nil {
		return err
	}
	c.show(w, v, http.StatusOK, "calendar-subscribe", v.T("Subscribe to the calendar"), p)
	return nil
}
