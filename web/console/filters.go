package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"regwatch/models"
)

// A savedFilter is a filter of the inbox with a name, in the navigation.
type savedFilter struct {
	ID, Name, Address string
	Team              bool
	Count             int
	Current           bool
}

// savedFilters returns the filters that the reader sees, with how many events each has. One
// that names a rule or a source that is gone has none.
func (c *Console) savedFilters(v *visit) ([]savedFilter, error) {
	stored, err := c.engine.SavedFilters(v.Context(), v.Name)
	if err != nil {
		return nil, err
	}
	filters := make([]savedFilter, len(stored))
	for i, f := range stored {
		filters[i] = savedFilter{ID: f.ID, Name: f.Name, Address: "/inbox?" + f.Query, Team: f.IsTeam()}
		q, err := url.ParseQuery(f.Query)
		if err != nil {
			continue
		}
		filters[i].Current = v.URL.Path == "/inbox" && saved(v.URL.Query()) == q.Encode()
		if counts, err := c.engine.CountEvents(v.Context(), readFilter(q).query(v)); err == nil {
			filters[i].Count = counts[0]
		}
	}
	return filters, nil
}

// changeFilters saves or removes a filter.
func (c *Console) changeFilters(w http.ResponseWriter, v *visit) error {
	back := localAddress(v.PostForm.Get("back"))
	if id := v.PostForm.Get("remove"); id != "" {
		f, err := c.engine.RemoveFilter(v.Context(), id, v.Name)
		if err != nil {
			return err
		}
		c.say(w, v, done{Text: v.T("Filter “%s” removed", f.Name), Undo: []undone{{Do: "savefilter " + ownerKind(f), Event: f.Name, ID: f.Query}}})
		http.Redirect(w, v.Request, back, http.StatusSeeOther)
		return nil
	}
	before, err := c.engine.SavedFilters(v.Context(), v.Name)
	if err != nil {
		return err
	}
	f, err := c.saveFilter(v, v.PostForm.Get("name"), v.PostForm.Get("query"), v.PostForm.Get("team") != "")
	if err != nil {
		return err
	}
	undo := undone{Do: "removefilter", ID: f.ID}
	for _, old := range before {
		if old.Name == f.Name && old.Owner == f.Owner { // the undo saves what was replaced
			undo = undone{Do: "savefilter " + ownerKind(f), Event: old.Name, ID: old.Query}
		}
	}
	c.say(w, v, done{Text: v.T("Filter “%s” saved", f.Name), Undo: []undone{undo}})
	http.Redirect(w, v.Request, "/inbox?"+f.Query, http.StatusSeeOther)
	return nil
}

func ownerKind(f models.SavedFilter) string {
	if f.IsTeam() {
		return "team"
	}
	return "private"
}

func (c *Console) saveFilter(v *visit, name, query string, team bool) (models.SavedFilter, error) {
	q, err := url.ParseQuery(query)
	if err != nil {
		return models.SavedFilter{}, err
	}
	f := models.SavedFilter{Name: name, Query: saved(q)}
	if !team {
		f.Owner = v.Name
	}
	return c.engine.SaveFilter(v.Context(), f, v.Name)
}

// A period is the time that a filter asks for: the last days, a quarter, or from a day to another.
// Several of these narrow each other.
type period struct {
	Days     int    // that it looks back; 0: all
	Quarter  string // thisQuarter or lastQuarter; empty: any
	From, To string // days; To is included
}

// The quarters that an address can name in place of a number of days.
const (
	thisQuarter = "quarter"
	lastQuarter = "last-quarter"
)

// backDays are how far the inbox can be told to look back.
func backDays() []int { return []int{1, 7, 30, 90, 365} }

func readPeriod(q url.Values) period {
	p := period{From: q.Get("from"), To: q.Get("to")}
	days, err := strconv.Atoi(q.Get("days"))
	switch {
	case err == nil && 1 <= days && days <= 3650:
		p.Days = days
	case slices.Contains([]string{thisQuarter, lastQuarter}, q.Get("days")):
		p.Quarter = q.Get("days")
	}
	return p
}

func (p period) isSet() bool { return p != period{} }

// quarter returns the first moment of the quarter in which a time is, and of the next one.
func quarter(t time.Time) (from, to time.Time) {
	from = time.Date(t.Year(), (t.Month()-1)/3*3+1, 1, 0, 0, 0, 0, t.Location())
	return from, from.AddDate(0, 3, 0)
}

// quarterOf returns the bounds of a quarter that an address names.
func (v *visit) quarterOf(name string) (from, to time.Time) {
	from, to = quarter(v.Now.In(v.Zone))
	if name == lastQuarter {
		from, to = from.AddDate(0, -3, 0), from
	}
	return from, to
}

// bounds returns the moments between which a period lies, in the zone of the reader; the zero time
// is no bound. A day that is none is no bound: [visit.periodMistake] says so.
func (p period) bounds(v *visit) (since, until time.Time) {
	narrow := func(from, to time.Time) {
		if from.After(since) {
			since = from
		}
		if until.IsZero() || !to.IsZero() && to.Before(until) {
			until = to
		}
	}
	if p.Days > 0 {
		narrow(v.Now.Add(-time.Duration(p.Days)*24*time.Hour), time.Time{})
	}
	if p.Quarter != "" {
		narrow(v.quarterOf(p.Quarter))
	}
	if day, err := time.ParseInLocation(time.DateOnly, p.From, v.Zone); err == nil {
		narrow(day, time.Time{})
	}
	if day, err := time.ParseInLocation(time.DateOnly, p.To, v.Zone); err == nil {
		narrow(time.Time{}, day.AddDate(0, 0, 1))
	}
	return since, until
}

// periodMistake says what is wrong with the days that a filter names; empty if nothing is.
func (v *visit) periodMistake(p period) string {
	for _, day := range []string{p.From, p.To} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			return v.T("“%s” is not a day. Write it as %s.", day, v.Now.In(v.Zone).Format(time.DateOnly))
		}
	}
	if p.From != "" && p.To != "" && p.From > p.To {
		return v.T("The first day, %s, is after the last, %s.", p.From, p.To)
	}
	return ""
}

// periodOptions are the times to choose from, the one of a filter set.
func (v *visit) periodOptions(p period) []option {
	var all []option
	for _, days := range backDays() {
		all = append(all, option{strconv.Itoa(days), v.T("Last %d day|Last %d days", days), days == p.Days})
	}
	for _, q := range []struct{ value, name string }{{thisQuarter, v.T("This quarter")}, {lastQuarter, v.T("Last quarter")}} {
		from, to := v.quarterOf(q.value)
		all = append(all, option{q.value, v.T("%s, %s to %s", q.name, v.shortDay(from), v.shortDay(to.AddDate(0, 0, -1))), p.Quarter == q.value})
	}
	return all
}
