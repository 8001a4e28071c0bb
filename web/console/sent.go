package console

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"regwatch/app"
	"regwatch/models"
)

const (
	sentRows   = 50 // notices of one page
	sentDays   = 7  // that the page looks back
	deadShown  = 5  // failed messages that have a card of their own
	sentBefore = "before"
)

// A sentPage is what was sent, and what was not.
type sentPage struct {
	Dead     []deadLetter
	MoreDead int // that have no card
	Days     []sentDay
	Older    string
	Chips    []chip
	Choices  sentChoices
	Event    string
	Peek     *sentMessage
	Clear    string
}

// A deadLetter is a message that could not be delivered.
type deadLetter struct {
	ID, NoticeID, Title, To, Error string
	Attempts                       int
	When                           moment
}

// A sentDay is the notices that were planned on one day.
type sentDay struct {
	Name, Date string
	Sent, Not  int
	Rows       []sentRow
}

// A sentRow is one notice to one recipient.
type sentRow struct {
	ID, Kind, Title, Recipient string
	At                         moment
	Why                        string // it was sent, or not
	Marks                      []sentMark
	Address, PeekAddress       string
	Peeked                     bool
}

// A sentMark is what became of a notice on a channel.
type sentMark struct {
	Class, Text string // sent, waiting, failed or off
}

type sentChoices struct{ Recipients, Channels, Kinds, Results, Days []option }

func (c *Console) showSent(w http.ResponseWriter, v *visit) error {
	q := v.URL.Query()
	days := cmp.Or(readFilter(q).Days, sentDays)
	f := app.SentFilter{
		Recipient: q.Get("recipient"), Channel: q.Get("channel"), Kind: q.Get("kind"), Result: q.Get("result"), Event: q.Get("event"),
		Since: v.Now.Add(-time.Duration(days) * 24 * time.Hour), Before: q.Get(sentBefore), Limit: sentRows + 1,
	}
	found, err := c.engine.Sent(v.Context(), f)
	if err != nil {
		return err
	}
	page := sentPage{Event: f.Event, Clear: "/sent", Choices: c.sentChoices(v, f, days)}
	if len(found) > sentRows {
		found = found[:sentRows]
		older := v.URL.Query()
		older.Set(sentBefore, found[sentRows-1].ID)
		older.Del("peek")
		page.Older = address("/sent", older)
	}
	page.Days = v.sentDays(found, q.Get("peek"))
	page.Chips = v.sentChips(f, page.Choices, q)
	if page.Dead, page.MoreDead, err = c.deadLetters(v); err != nil {
		return err
	}
	if id := q.Get("peek"); id != "" {
		if page.Peek, err = c.sentMessage(v, id); err != nil {
			return err
		}
		page.Peek.Close = with(v.URL, "peek")
	}
	c.show(w, v, http.StatusOK, "sent", v.T("Sent"), page)
	return nil
}

func (c *Console) deadLetters(v *visit) ([]deadLetter, int, error) {
	total, err := c.engine.DeadDeliveries(v.Context())
	if err != nil || total == 0 {
		return nil, 0, err
	}
	found, err := c.engine.Deliveries(v.Context(), app.DeliveryFilter{State: string(models.DeliveryDead), Limit: deadShown})
	var dead []deadLetter
	for _, d := range found {
		dead = append(dead, deadLetter{d.ID, d.Notice.ID, d.Notice.Headline, d.Destination, v.deliveryError(d.LastError), d.Attempts, v.when(d.CreatedAt)})
	}
	return dead, total - len(dead), err
}

func (v *visit) sentDays(found []app.SentNotice, peeked string) []sentDay {
	var days []sentDay
	last := -1
	for _, n := range found {
		at := n.CreatedAt.In(v.Zone)
		ago := daysBetween(at, v.Now.In(v.Zone))
		if len(days) == 0 || ago != last {
			d := sentDay{Date: v.shortDay(at), Name: v.weekday(at)}
			switch ago {
			case 0:
				d.Name = v.T("Today")
			case 1:
				d.Name = v.T("Yesterday")
			}
			days, last = append(days, d), ago
		}
		d := &days[len(days)-1]
		if n.Held || n.Deferred {
			d.Not++
		} else {
			d.Sent++
		}
		d.Rows = append(d.Rows, v.sentRow(n, peeked))
	}
	return days
}

func (v *visit) sentRow(n app.SentNotice, peeked string) sentRow {
	r := sentRow{
		ID: n.ID, Kind: v.noticeKind(n.Kind), Title: v.sentTitle(n), Recipient: n.Recipient, At: v.clock(n.CreatedAt),
		Why: n.WhyIn(v.Lang), Address: "/sent/" + url.PathEscape(n.ID), PeekAddress: with(v.URL, "peek", n.ID), Peeked: n.ID == peeked, Marks: v.marks(n),
	}
	if before := v.URL.Query().Get(sentBefore); before != "" { // the peek stays on the same page
		r.PeekAddress += "&" + url.Values{sentBefore: {before}}.Encode()
	}
	if r.Why == "" {
		r.Why = n.NowIn(v.Lang)
	}
	if n.Held {
		r.Kind = v.T("Not sent")
	}
	return r
}

// clock shows the time of a day that is named above it.
func (v *visit) clock(t time.Time) moment {
	m := v.when(t)
	m.Text = t.In(v.Zone).Format("15:04")
	return m
}

// noticeKind names a kind of notice.
func (w words) noticeKind(k models.NoticeKind) string {
	switch k {
	case models.NoticeAlert:
		return w.T("Alert")
	case models.NoticeUpdate:
		return w.T("Update")
	case models.NoticeEscalation:
		return w.T("Escalation")
	case models.NoticeReminder:
		return w.T("Reminder")
	case models.NoticeSummary:
		return w.T("Summary")
	case models.NoticeDigest:
		return w.T("Digest")
	case models.NoticeHealth:
		return w.T("Health")
	case models.NoticeVerify:
		return w.T("Confirmation of an address")
	case models.NoticeTest:
		return w.T("Test")
	case models.NoticeAmend:
		return w.T("Change of a message")
	}
	return string(k)
}

func (v *visit) sentTitle(n app.SentNotice) string {
	if n.Title != "" {
		return n.Title
	}
	if n.Kind == models.NoticeAmend {
		return v.T("A message that was sent was brought up to date")
	}
	return v.noticeKind(n.Kind)
}

// marks say what became of a notice on each channel.
func (v *visit) marks(n app.SentNotice) []sentMark {
	switch {
	case n.Held && n.Until != nil:
		return []sentMark{{"off", v.T("muted until %s", v.when(*n.Until).Full)}}
	case n.Held:
		return []sentMark{{"off", v.T("not sent")}}
	case n.Deferred && n.Until != nil:
		return []sentMark{{"waiting", v.T("waits until %s", v.when(*n.Until).Full)}}
	case n.InSummary:
		return []sentMark{{"sent", v.T("in a summary")}}
	case len(n.Deliveries) == 0:
		return []sentMark{{"off", v.T("no message")}}
	}
	var marks []sentMark
	for _, d := range n.Deliveries {
		marks = append(marks, v.deliveryMark(d))
	}
	return marks
}

func (v *visit) deliveryMark(d app.Delivery) sentMark {
	to := d.Channel
	if d.Resend > 0 {
		to = v.T("%s, sent again", d.Channel)
	}
	switch models.DeliveryState(d.State) {
	case models.DeliverySent:
		if d.Attempts > 1 {
			to = v.T("%s, after %d attempts", to, d.Attempts)
		}
		return sentMark{"sent", to}
	case models.DeliveryDead:
		return sentMark{"failed", v.T("%s failed", to)}
	case models.DeliveryDropped:
		return sentMark{"off", v.T("%s dropped", to)}
	case models.DeliveryUnverified:
		return sentMark{"waiting", v.T("%s waits for the address to be confirmed", to)}
	}
	switch {
	case d.Orphaned:
		return sentMark{"failed", v.T("%s is no longer configured", to)}
	case d.Sending:
		return sentMark{"waiting", v.T("%s is being sent", to)}
	case d.Wait > 0 && d.NotBefore != nil:
		return sentMark{"waiting", v.T("%s, next try %s", to, v.when(*d.NotBefore).Text)}
	}
	return sentMark{"waiting", v.T("%s due now", to)}
}

func (c *Console) sentChoices(v *visit, f app.SentFilter, days int) sentChoices {
	var ch sentChoices
	for _, r := range c.engine.Config().Recipients {
		ch.Recipients = append(ch.Recipients, option{r.Name, r.Name, r.Name == f.Recipient})
	}
	for _, one := range c.engine.Config().Channels {
		ch.Channels = append(ch.Channels, option{one.Name, one.Name, one.Name == f.Channel})
	}
	for _, k := range app.SentKinds() {
		ch.Kinds = append(ch.Kinds, option{string(k), v.noticeKind(k), string(k) == f.Kind})
	}
	named := map[string]string{"sent": v.T("Sent"), "waiting": v.T("Waiting"), "failed": v.T("Failed"), "held": v.T("Not sent"), "dropped": v.T("Dropped")}
	for _, r := range app.SentResults() {
		ch.Results = append(ch.Results, option{r, named[r], r == f.Result})
	}
	for _, d := range backDays() {
		ch.Days = append(ch.Days, option{strconv.Itoa(d), v.T("%d day|%d days", d), d == days})
	}
	return ch
}

func (v *visit) sentChips(f app.SentFilter, ch sentChoices, q url.Values) []chip {
	var chips []chip
	add := func(name, field, value string, options []option) {
		if value == "" {
			return
		}
		if i := slices.IndexFunc(options, func(o option) bool { return o.Value == value }); i >= 0 {
			value = options[i].Name
		}
		chips = append(chips, chip{name, value, with(v.URL, field)})
	}
	add(v.T("Recipient"), "recipient", f.Recipient, ch.Recipients)
	add(v.T("Channel"), "channel", f.Channel, ch.Channels)
	add(v.T("Kind"), "kind", f.Kind, ch.Kinds)
	add(v.T("Result"), "result", f.Result, ch.Results)
	add(v.T("Event"), "event", f.Event, nil)
	add(v.T("Time"), "days", q.Get("days"), ch.Days)
	return chips
}

// A sentMessage is one notice with its message, as it looks on a channel.
type sentMessage struct {
	sentRow
	Because    string
	Waits      string
	Planned    moment
	Deliveries []sentDelivery
	EventID    string
	Views      []messageView
	Text       string
	NoText     string // why there is no message to show
	CanResend  bool
	Close      string
	Here       string
}

// A sentDelivery is what became of a message on one channel, with all that is known.
type sentDelivery struct {
	sentMark
	ID, To, Receipt, Error string
	At                     moment
	Attempts               int
	Dead                   bool
}

// A messageView is a channel that a message can be shown for.
type messageView struct {
	Name, Address string
	Current       bool
}

func (c *Console) showMessage(w http.ResponseWriter, v *visit) error {
	m, err := c.sentMessage(v, v.PathValue("id"))
	if err != nil {
		return err
	}
	c.show(w, v, http.StatusOK, "sent-one", m.Title, m)
	return nil
}

func (c *Console) sentMessage(v *visit, id string) (*sentMessage, error) {
	n, err := c.engine.SentNotice(v.Context(), id)
	if err != nil {
		return nil, err
	}
	m := &sentMessage{
		sentRow: v.sentRow(n, id), Because: n.ReasonIn(v.Lang), Waits: n.WhyIn(v.Lang), Planned: v.when(n.CreatedAt), EventID: n.EventID, Here: v.address(),
	}
	for _, d := range n.Deliveries {
		one := sentDelivery{
			sentMark: v.deliveryMark(d), ID: d.ID, To: d.Destination, Receipt: d.Receipt, Error: v.deliveryError(d.LastError), Attempts: d.Attempts,
			Dead: d.State == string(models.DeliveryDead),
		}
		if d.SentAt != nil {
			one.At = v.when(*d.SentAt)
		}
		m.CanResend = m.CanResend || d.State == string(models.DeliverySent)
		m.Deliveries = append(m.Deliveries, one)
	}
	m.CanResend = m.CanResend && n.Kind != models.NoticeAmend
	as := v.URL.Query().Get("as")
	if !slices.Contains(app.PreviewChannels(), as) {
		as = "email"
	}
	kinds := []string{"email", "slack", "terminal"}
	for _, one := range c.engine.Config().Channels {
		if kind := string(one.Kind); productNames[kind] != "" && !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	translated := map[string]string{"email": v.T("Mail"), "terminal": v.T("Terminal")}
	for _, kind := range kinds {
		name := cmp.Or(productNames[kind], translated[kind])
		m.Views = append(m.Views, messageView{name, with(v.URL, "as", kind), kind == as})
	}
	preview, err := c.engine.PreviewMessage(v.Context(), n.ID, app.PreviewRequest{Channel: as})
	if err != nil {
		m.NoText = v.T("This notice has no message of its own to show.")
		return m, nil
	}
	m.Text = strings.TrimSpace(string(preview.Text))
	return m, nil
}

// productNames are the names of channels that are the same in every language.
var productNames = map[string]string{
	"slack": "Slack", "teams": "Microsoft Teams", "telegram": "Telegram", "mattermost": "Mattermost", "pagerduty": "PagerDuty",
}

// actOnSent does what a form asks for with messages.
func (c *Console) actOnSent(w http.ResponseWriter, v *visit) error {
	back, id := localAddress(v.PostForm.Get("back")), v.PostForm.Get("id")
	var d done
	switch v.PostForm.Get("do") {
	case "retry":
		if _, err := c.engine.RetryDeliveries(v.Context(), app.DeliveryDecision{IDs: []string{id}, By: v.Name}); err != nil {
			return err
		}
		d.Text = v.T("It is sent again now.")
	case "retry-all":
		changed, err := c.engine.RetryDead(v.Context(), app.DeliveryFilter{}, app.DeliveryDecision{By: v.Name})
		if err != nil {
			return err
		}
		d.Text = v.T("%d message is sent again now.|%d messages are sent again now.", len(changed))
	case "drop":
		if _, err := c.engine.DropDeliveries(v.Context(), app.DeliveryDecision{IDs: []string{id}, By: v.Name, Reason: v.T("Dropped in the console")}); err != nil {
			return err
		}
		d.Text = v.T("Dropped. It is not sent.")
	case "resend":
		again, err := c.engine.ResendNotice(v.Context(), id, v.Name)
		if err != nil {
			return err
		}
		var to []string
		for _, one := range again {
			to = append(to, one.Destination)
			d.Undo = append(d.Undo, undone{Do: "drop-delivery", ID: one.ID})
		}
		d.Text = v.colon(v.T("Sent again"), strings.Join(to, ", "))
	default:
		return errNoPage
	}
	c.say(w, v, d)
	http.Redirect(w, v.Request, back, http.StatusSeeOther)
	return nil
}
