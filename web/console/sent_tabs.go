package console

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"time"

	"regwatch/app"
	"regwatch/models"
)

// A digestsPage lists the digests that were created, and the next one of each.
type digestsPage struct {
	Next    []option // the digests of regwatch.yaml, with the address of their preview
	Rows    []digestRow
	Shown   string // the text of the one that is shown
	ShownAs string // what it is
	Close   string
}

// A digestRow is one digest that was created.
type digestRow struct {
	ID, Name, Day, Held string
	Made                moment
	Events              int
	Marks               []sentMark
	Address             string
	Sent                bool
}

// digestRows is how many earlier digests are listed.
const digestRows = 60

func (c *Console) showDigests(w http.ResponseWriter, v *visit) error {
	earlier, err := c.engine.Digests(v.Context(), "", app.Position{}, digestRows)
	if err != nil {
		return err
	}
	page := digestsPage{Close: "/sent/digests"}
	for _, d := range c.engine.Config().Digests {
		page.Next = append(page.Next, option{address("/sent/digests", url.Values{"next": {d.ID}}), d.ID, false})
	}
	for _, d := range earlier {
		row := digestRow{ID: d.ID, Name: d.Name, Day: d.Day, Held: d.Held, Made: v.when(d.CreatedAt), Events: d.Events, Address: address("/sent/digests", url.Values{"id": {d.ID}}), Sent: d.Sent > 0}
		if d.Sent > 0 {
			row.Marks = append(row.Marks, sentMark{"sent", v.T("%d sent", d.Sent)})
		}
		if d.Due > 0 {
			row.Marks = append(row.Marks, sentMark{"waiting", v.T("%d waiting", d.Due)})
		}
		if d.Dead > 0 {
			row.Marks = append(row.Marks, sentMark{"failed", v.T("%d failed", d.Dead)})
		}
		page.Rows = append(page.Rows, row)
	}
	q := v.URL.Query()
	request := app.DigestQuery{Name: q.Get("next"), ID: q.Get("id")}
	if request.Name != "" || request.ID != "" {
		shown, err := c.engine.ShowDigest(v.Context(), request)
		if err != nil {
			return err
		}
		page.Shown, page.ShownAs = shown.Text, v.T("As it was sent, in its mail")
		if request.ID == "" {
			page.ShownAs = v.T("As it would be sent now. Nothing is sent.")
		}
	}
	c.show(w, v, http.StatusOK, "sent-digests", v.T("Digests"), page)
	return nil
}

func (c *Console) resendDigest(w http.ResponseWriter, v *visit) error {
	id := v.PostForm.Get("id")
	j, err := c.jobs.start(v.Context(), "digest "+id, func(ctx context.Context) (any, error) {
		return c.engine.ResendDigest(ctx, app.ResendRequest{ID: id, By: v.Name}, time.Minute)
	})
	if err != nil {
		return err
	}
	text := v.T("The digest is being sent again.")
	if j.over() {
		if j.err != nil {
			return j.err
		}
		resent, _ := j.result.(app.ResentDigest)
		text = v.T("The digest was sent again to %d address.|The digest was sent again to %d addresses.", len(resent.To))
	}
	c.say(w, v, done{Text: text})
	http.Redirect(w, v.Request, "/sent/digests", http.StatusSeeOther)
	return nil
}

// A subscriptionRow is one address of a subscription.
type subscriptionRow struct {
	app.SubscribedAddress
	Left, Asked moment
	CanLeave    bool
}

// A subscriptionGroup is a subscription with its addresses.
type subscriptionGroup struct {
	Name, Kind string
	Mandatory  bool
	Rows       []subscriptionRow
}

func (c *Console) showSubscriptions(w http.ResponseWriter, v *visit) error {
	all, err := c.engine.Subscriptions(v.Context())
	if err != nil {
		return err
	}
	var groups []subscriptionGroup
	for _, s := range all {
		kind := map[string]string{"alerts": v.T("Alerts"), "digest": v.T("Digest"), "health": v.T("Health"), "": v.T("No longer in regwatch.yaml")}[s.Kind]
		g := subscriptionGroup{Name: s.Name, Kind: kind, Mandatory: s.Mandatory}
		for _, to := range s.Addresses {
			row := subscriptionRow{SubscribedAddress: to, CanLeave: to.Gets && !s.Mandatory}
			if to.LeftAt != nil {
				row.Left = v.when(*to.LeftAt)
			}
			if to.AskedAt != nil {
				row.Asked = v.when(*to.AskedAt)
			}
			g.Rows = append(g.Rows, row)
		}
		groups = append(groups, g)
	}
	c.show(w, v, http.StatusOK, "sent-subscriptions", v.T("Subscriptions"), groups)
	return nil
}

func (c *Console) changeSubscription(w http.ResponseWriter, v *visit) error {
	do, name, to := v.PostForm.Get("do"), v.PostForm.Get("subscription"), v.PostForm.Get("address")
	text, err := c.subscribe(v, do, name, to)
	if err != nil {
		return err
	}
	undo := map[string]string{"unsubscribe": "resubscribe", "resubscribe": "unsubscribe"}[do]
	c.say(w, v, done{Text: text, Undo: []undone{{Do: undo, Event: name, ID: to}}})
	http.Redirect(w, v.Request, "/sent/subscriptions", http.StatusSeeOther)
	return nil
}

// subscribe unsubscribes an address or subscribes it again, and says what was done.
func (c *Console) subscribe(v *visit, do, name, to string) (string, error) {
	var err error
	switch do {
	case "unsubscribe":
		_, err = c.engine.Unsubscribe(v.Context(), name, to, v.Name, false)
		return v.T("%s no longer gets %s.", to, name), err
	case "resubscribe":
		_, err = c.engine.Resubscribe(v.Context(), name, to, v.Name)
		return v.T("%s gets %s again.", to, name), err
	}
	return "", errNoPage
}

// A mutesPage lists what is held back: mutes and exceptions.
type mutesPage struct {
	Mutes      []muteRow
	Exceptions []exceptionRow
	Rules      []option
	Sources    []option
	All        bool
	Toggle     string
}

// A muteRow is a mute in words.
type muteRow struct {
	ID, What, Target, Address, By, Reason, Recipient string
	Since, Until                                     moment
	InForce                                          bool
}

// An exceptionRow is an exception in words.
type exceptionRow struct {
	ID, What, Query, By, Reason, Problem string
	Since, Until, LastHeld               moment
	Held                                 int
	InForce                              bool
}

func (c *Console) showMutes(w http.ResponseWriter, v *visit) error {
	page := mutesPage{All: v.URL.Query().Get("all") != ""}
	page.Toggle = with(v.URL, "all", "1")
	if page.All {
		page.Toggle = with(v.URL, "all")
	}
	mutes, err := c.engine.Mutes(v.Context(), page.All)
	if err != nil {
		return err
	}
	folder := c.engine.Folder()
	names := make(map[string]string)
	for _, r := range folder.Rules.Rules() {
		names["rule "+r.ID] = r.Title
		page.Rules = append(page.Rules, option{"rule " + r.ID, r.Title, false})
	}
	for _, s := range folder.Sources {
		names["source "+s.ID] = s.Name
		page.Sources = append(page.Sources, option{"source " + s.ID, s.Name, false})
	}
	for _, m := range mutes {
		page.Mutes = append(page.Mutes, c.muteRow(v, m, names))
	}
	exceptions, err := c.engine.Exceptions(v.Context(), "", page.All)
	if err != nil {
		return err
	}
	for _, x := range exceptions {
		row := exceptionRow{ID: x.ID, Query: x.Query, By: x.By, Reason: x.Reason, Problem: x.Problem, Since: v.when(x.CreatedAt), Until: v.when(x.Until), Held: x.Held, InForce: x.InForce}
		switch x.Scope {
		case models.ExceptRule:
			row.What = v.colon(v.T("Rule"), cmp.Or(names["rule "+x.Target], x.Target))
		case models.ExceptSource:
			row.What = v.colon(v.T("Source"), x.Target)
		default:
			row.What = v.T("All rules")
		}
		if x.LastHeldAt != nil {
			row.LastHeld = v.when(*x.LastHeldAt)
		}
		page.Exceptions = append(page.Exceptions, row)
	}
	c.show(w, v, http.StatusOK, "sent-mutes", v.T("Mutes and exceptions"), page)
	return nil
}

func (c *Console) muteRow(v *visit, m app.Mute, names map[string]string) muteRow {
	row := muteRow{
		ID: m.ID, Target: cmp.Or(names[string(m.Kind)+" "+m.Target], m.Target), By: m.By, Reason: m.Reason, Recipient: m.Recipient,
		Address: muteAddress(m.Mute), Since: v.when(m.MutedAt), Until: v.when(m.Until), InForce: m.InForce,
	}
	switch m.Kind {
	case models.MuteRule:
		row.What = v.T("Rule")
	case models.MuteSource:
		row.What = v.T("Source")
	default:
		row.What = v.T("Event")
		if e, err := c.engine.Event(v.Context(), m.Target); err == nil {
			row.Target = e.Title
		}
	}
	return row
}

func (c *Console) changeMutes(w http.ResponseWriter, v *visit) error {
	id := v.PostForm.Get("id")
	var d done
	switch v.PostForm.Get("do") {
	case "unmute":
		ended, err := c.engine.Unmute(v.Context(), id, v.Name)
		if err != nil {
			return err
		}
		d = done{Text: v.T("The mute has ended."), Undo: []undone{{Do: "mute-again", ID: ended.ID}}}
	case "remove-exception":
		if _, err := c.engine.RemoveException(v.Context(), id, v.Name); err != nil {
			return err
		}
		d = done{Text: v.T("The exception is no longer in force."), Undo: []undone{{Do: "undo-exception", ID: id}}}
	case "extend-exception":
		x, err := c.engine.ExtendException(v.Context(), id, v.Now.Add(app.DefaultException), v.Name)
		if err != nil {
			return err
		}
		d = done{Text: v.T("The exception is in force until %s", v.when(x.Until).Full), Undo: []undone{{Do: "undo-exception", ID: id}}}
	default:
		return errNoPage
	}
	c.say(w, v, d)
	http.Redirect(w, v.Request, localAddress(cmp.Or(v.PostForm.Get("back"), "/sent/mutes")), http.StatusSeeOther)
	return nil
}

// muteAgain mutes again what a person no longer muted, for as long as it was to be muted.
func (c *Console) muteAgain(v *visit, id string) error {
	all, err := c.engine.Mutes(v.Context(), true)
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.ID == id && m.Until.After(v.Now) {
			_, err = c.engine.Mute(v.Context(), models.Mute{Kind: m.Kind, Target: m.Target, Recipient: m.Recipient, Reason: m.Reason, By: v.Name}, m.Until.Sub(v.Now))
			return err
		}
	}
	return errNoPage
}
