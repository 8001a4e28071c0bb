package console

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"regwatch/app"
	"regwatch/models"
)

// A muteForm asks for how long something is muted, and why. The script shows it in a dialog.
type muteForm struct {
	Targets []muteTarget
	Lengths []option
	Days    string // the length that is chosen: days, or until
	Until   string // a day
	First   string // the first and the last day that can be chosen
	Last    string
	Reason  string
	Problem string
	Back    string
}

// A muteTarget is something that can be muted.
type muteTarget struct {
	models.Mute
	Value string   // of the field: what kind, and its ID
	Title string   // of the event, rule or source
	Type  string   // in words
	Now   *muteRow // the mute in force
}

// untilDay is the length of a mute until a day that the form names.
const untilDay = "until"

// muteDays are the lengths of a mute to choose from.
func muteDays() []int { return []int{1, 7, 30} }

// longestMute is how many days from now a mute can end.
const longestMute = 365

func (c *Console) showMuteForm(w http.ResponseWriter, v *visit) error {
	targets, err := c.muteTargets(v, v.URL.Query())
	if err != nil {
		return err
	}
	if len(targets) == 0 {
		c.say(w, v, done{Text: v.T("No event was selected, so nothing was changed.")})
		http.Redirect(w, v.Request, localAddress(v.URL.Query().Get("back")), http.StatusSeeOther)
		return nil
	}
	return c.askToMute(w, v, http.StatusOK, muteForm{Targets: targets, Days: "7", Back: backOf(targets, v.URL.Query())})
}

// backOf is the page to return to: the one that the form names, or that of what is muted.
func backOf(targets []muteTarget, q url.Values) string {
	if back := q.Get("back"); back != "" {
		return localAddress(back)
	}
	return muteAddress(targets[0].Mute)
}

// muteAddress is the page of what is muted.
func muteAddress(m models.Mute) string {
	switch m.Kind {
	case models.MuteRule:
		return "/rules/" + m.Target
	case models.MuteSource:
		return "/sources/" + m.Target
	}
	return "/events/" + m.Target
}

// askToMute shows the form, with what is wrong with it.
func (c *Console) askToMute(w http.ResponseWriter, v *visit, code int, form muteForm) error {
	for _, days := range muteDays() {
		value := strconv.Itoa(days)
		form.Lengths = append(form.Lengths, option{value, v.T("%d day|%d days", days), value == form.Days})
	}
	today := v.Now.In(v.Zone)
	form.First, form.Last = today.Format(time.DateOnly), today.AddDate(0, 0, longestMute-1).Format(time.DateOnly)
	form.Until = cmp.Or(form.Until, today.AddDate(0, 0, 7).Format(time.DateOnly))
	c.show(w, v, code, placeOfMute(form.Targets[0].Kind)+"-mute", v.T("Mute"), form)
	return nil
}

// placeOfMute is the entry of the navigation to which what is muted belongs.
func placeOfMute(kind models.MuteKind) string {
	switch kind {
	case models.MuteRule:
		return "rules"
	case models.MuteSource:
		return "sources"
	}
	return "inbox"
}

// muteTargets returns what an address or a form asks to mute: events, or a rule or a source.
func (c *Console) muteTargets(v *visit, q url.Values) ([]muteTarget, error) {
	events := set(q["event"])
	if len(events) > maxActed {
		return nil, errNoPage
	}
	mutes, err := c.engine.Mutes(v.Context(), false)
	if err != nil {
		return nil, err
	}
	var targets []muteTarget
	add := func(m models.Mute, title, typ string) {
		t := muteTarget{Mute: m, Value: string(m.Kind) + " " + m.Target, Title: title, Type: typ}
		for _, now := range mutes {
			if now.Kind == m.Kind && now.Target == m.Target && now.Recipient == "" {
				row := muteRow{ID: now.ID, By: now.By, Reason: now.Reason, Until: v.when(now.Until)}
				t.Now = &row
			}
		}
		targets = append(targets, t)
	}
	for _, id := range events {
		e, err := c.engine.Event(v.Context(), id)
		if err != nil {
			return nil, err
		}
		add(models.Mute{Kind: models.MuteEvent, Target: e.ID}, e.Title, v.T("Event"))
	}
	kind, id, _ := strings.Cut(q.Get("what"), " ")
	switch models.MuteKind(kind) {
	case models.MuteRule:
		for _, r := range c.engine.Folder().Rules.Rules() {
			if r.ID == id {
				add(models.Mute{Kind: models.MuteRule, Target: id}, r.Title, v.T("Rule"))
			}
		}
	case models.MuteSource:
		for _, s := range c.engine.Folder().Sources {
			if s.ID == id {
				add(models.Mute{Kind: models.MuteSource, Target: id}, s.Name, v.T("Source"))
			}
		}
	}
	if q.Get("what") != "" && len(targets) == 0 {
		return nil, errNoPage
	}
	return targets, nil
}

// mute mutes what a form names, and returns to the page that it came from.
func (c *Console) mute(w http.ResponseWriter, v *visit) error {
	targets, err := c.muteTargets(v, v.PostForm)
	if err == nil && len(targets) == 0 {
		err = errNoPage
	}
	if err != nil {
		return err
	}
	form := muteForm{Targets: targets, Days: v.PostForm.Get("days"), Until: v.PostForm.Get("until"), Reason: strings.TrimSpace(v.PostForm.Get("reason")), Back: backOf(targets, v.PostForm)}
	length, problem := v.muteLength(form)
	if form.Reason == "" {
		problem = v.T("Give a reason, because others see it.")
	}
	if problem != "" {
		form.Problem = problem
		return c.askToMute(w, v, http.StatusUnprocessableEntity, form)
	}
	d := done{}
	var until time.Time
	muted := 0
	for _, t := range targets {
		made, err := c.engine.Mute(v.Context(), models.Mute{Kind: t.Kind, Target: t.Target, By: v.Name, Reason: form.Reason}, length)
		if _, wrong := errors.AsType[*app.InputError](err); wrong && len(d.Undo) == 0 {
			form.Problem = v.errorLine(err)
			return c.askToMute(w, v, http.StatusUnprocessableEntity, form)
		}
		if err != nil {
			if len(d.Undo) > 0 { // the next page says what was muted before, and undoes it
				d.Text = v.colon(v.T("Muted until %s", v.when(until).Full), v.T("%d event|%d events", muted))
				c.say(w, v, d)
			}
			return err
		}
		muted++
		until = made.Mute.Until
		if !made.Changed {
			continue // it was muted for at least as long
		}
		d.Undo = append(d.Undo, undone{Do: "unmute", ID: made.Mute.ID})
		if t.Now != nil {
			d.Undo = append(d.Undo, undone{Do: "mute-again", ID: t.Now.ID})
		}
	}
	title := v.T("“%s”", targets[0].Title)
	if len(targets) > 1 {
		title = v.T("%d event|%d events", len(targets))
	}
	d.Text = v.colon(v.T("Muted until %s", v.when(until).Full), title)
	c.say(w, v, d)
	c.live.changed()
	back := form.Back
	if targets[0].Kind == models.MuteEvent {
		back += "#e-" + targets[0].Target
	}
	http.Redirect(w, v.Request, back, http.StatusSeeOther)
	return nil
}

// muteLength is how long a form mutes, or what is wrong with it. Until a day means to its end.
func (v *visit) muteLength(form muteForm) (length time.Duration, problem string) {
	if form.Days != untilDay {
		days, err := strconv.Atoi(form.Days)
		if err != nil || days < 1 || days > longestMute {
			return 0, v.T("Choose how long.")
		}
		return time.Duration(days) * 24 * time.Hour, ""
	}
	day, err := time.ParseInLocation(time.DateOnly, form.Until, v.Zone)
	end := day.AddDate(0, 0, 1)
	switch {
	case err != nil:
		return 0, v.T("Give the last day, such as %s.", v.Now.In(v.Zone).AddDate(0, 0, 7).Format(time.DateOnly))
	case !end.After(v.Now):
		return 0, v.T("This day has passed. Choose a later one.")
	case end.Sub(v.Now) > longestMute*24*time.Hour:
		return 0, v.T("A mute lasts at most a year. To stop alerts for longer, change the rule.")
	}
	return end.Sub(v.Now), ""
}

// ruleMute returns the mute in force of a rule, or nil.
func (c *Console) ruleMute(v *visit, id string) (*muteRow, error) {
	mutes, err := c.engine.Mutes(v.Context(), false)
	for _, m := range mutes {
		if m.Kind == models.MuteRule && m.Target == id && m.Recipient == "" {
			row := c.muteRow(v, m, nil)
			return &row, nil
		}
	}
	return nil, err
}
