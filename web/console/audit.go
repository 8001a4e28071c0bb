package console

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"regwatch/app"
)

// auditRows is how many entries a page of the audit has.
const auditRows = 50

// An auditPage is entries of the audit log in plain words.
type auditPage struct {
	Head    string
	Entries int64
	Verdict *auditVerdict
	Since   int64 // entries that were added after the check
	Running bool
	Days    []auditDay
	Older   string
	Who     string
	Subject string
	Kinds   []option
	Periods []option
	People  bool
	Chips   []chip
}

// An auditVerdict is the result of following the chain of hashes.
type auditVerdict struct {
	app.AuditCheck
	Seq  int64
	When time.Time
	At   moment
}

type auditDay struct {
	Name string
	Rows []auditRow
}

// An auditRow is one entry in words.
type auditRow struct {
	Seq          int64
	At           moment
	Who          string
	Text         string
	Subject      string // what it is about
	Address      string // of its page; may be empty
	Action       string
	Detail, Hash string
}

func (c *Console) showAudit(w http.ResponseWriter, v *visit) error {
	q := v.URL.Query()
	before, _ := strconv.ParseInt(q.Get("before"), 10, 64)
	days, _ := strconv.Atoi(q.Get("days"))
	page := auditPage{Who: strings.TrimSpace(q.Get("who")), Subject: strings.TrimSpace(q.Get("subject")), People: q.Get("people") != ""}
	f := app.AuditFilter{Before: max(before, 0), Actor: page.Who, Subject: page.Subject, People: page.People, Limit: auditRows + 1}
	for _, d := range backDays() {
		page.Periods = append(page.Periods, option{strconv.Itoa(d), v.T("%d day|%d days", d), d == days})
		if d == days {
			f.Since = v.Now.Add(-time.Duration(d) * 24 * time.Hour)
		}
	}
	for _, k := range v.auditKinds() {
		k.Set = k.Value == q.Get("kind")
		if k.Set {
			f.Action = k.Value + ".*"
		}
		page.Kinds = append(page.Kinds, k)
	}
	entries, err := c.engine.Audit(v.Context(), f)
	if err != nil {
		return err
	}
	if len(entries) > auditRows {
		entries = entries[:auditRows]
		older := v.URL.Query()
		older.Set("before", strconv.FormatInt(entries[auditRows-1].Seq, 10))
		page.Older = address("/audit", older)
	}
	titles, err := c.engine.AuditTitles(v.Context(), entries)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := v.day(e.At.In(v.Zone))
		if n := len(page.Days); n == 0 || page.Days[n-1].Name != name {
			page.Days = append(page.Days, auditDay{Name: name})
		}
		d := &page.Days[len(page.Days)-1]
		d.Rows = append(d.Rows, c.auditRow(v, e, titles))
	}
	page.Chips = v.auditChips(page)
	head, err := c.engine.AuditHead(v.Context())
	if err != nil {
		return err
	}
	page.Entries = head.Seq
	if head.Seq > 0 {
		page.Head = head.String()
	}
	if checked := c.checked.Load(); checked != nil {
		shown := *checked
		shown.At = v.when(shown.When)
		page.Verdict, page.Since = &shown, head.Seq-shown.Seq
	}
	if j := c.jobs.last("verify"); j != nil {
		page.Running = !j.over()
	}
	c.show(w, v, http.StatusOK, "audit", v.T("Audit"), page)
	return nil
}

// auditKinds are the kinds of entries by what they are about.
func (v *visit) auditKinds() []option {
	return []option{
		{"event", v.T("Events"), false},
		{"article", v.T("Articles"), false},
		{"rule", v.T("Rules"), false},
		{"source", v.T("Sources"), false},
		{"notice", v.T("Notices"), false},
		{"delivery", v.T("Deliveries"), false},
		{"mute", v.T("Mutes"), false},
		{"exception", v.T("Exceptions"), false},
		{"subscription", v.T("Subscriptions"), false},
		{"digest", v.T("Digests"), false},
		{"model", v.T("Relevance models"), false},
		{"match", v.T("Matches of rules"), false},
		{"user", v.T("Users"), false},
		{"filter", v.T("Filters"), false},
	}
}

func (v *visit) auditChips(p auditPage) []chip {
	var chips []chip
	add := func(name, field string, options []option) {
		for _, o := range options {
			if o.Set {
				chips = append(chips, chip{name, o.Name, with(v.URL, field)})
			}
		}
	}
	if p.Who != "" {
		chips = append(chips, chip{v.T("Who"), p.Who, with(v.URL, "who")})
	}
	if p.People {
		chips = append(chips, chip{v.T("Who"), v.T("People"), with(v.URL, "people")})
	}
	add(v.T("Kind"), "kind", p.Kinds)
	if p.Subject != "" {
		chips = append(chips, chip{v.T("About"), p.Subject, with(v.URL, "subject")})
	}
	add(v.T("Time"), "days", p.Periods)
	return chips
}

func (c *Console) auditRow(v *visit, e app.AuditEntry, titles map[string]string) auditRow {
	r := auditRow{Seq: e.Seq, At: v.clock(e.At), Who: e.Actor, Text: v.auditText(e.Action), Action: e.Action, Subject: e.Subject, Detail: e.Text, Hash: e.Hash}
	if r.Who == "regwatch" {
		r.Who = ""
	}
	var about struct{ Kind string }
	_ = json.Unmarshal([]byte(e.Text), &about) // another program may have written it
	kind, _, _ := strings.Cut(e.Action, ".")
	if kind == "mute" {
		kind = about.Kind
	}
	switch kind {
	case "event":
		r.Address = "/events/" + e.Subject
	case "rule", "model":
		r.Address = "/rules/" + e.Subject
	case "source":
		r.Address = "/sources/" + e.Subject
	case "notice":
		r.Address = "/sent/" + e.Subject
	case "delivery":
		if id := e.Notice(); id != "" {
			r.Address = "/sent/" + id
		}
	}
	if title := titles[e.Subject]; title != "" {
		r.Subject = title
	}
	return r
}

// auditText says in plain words what an action is; an action of a newer release is shown as
// it is.
func (w words) auditText(action string) string {
	if text, known := map[string]string{
		"rules.loaded": w.T("Rules were taken into use"), "rule.saved": w.T("Rule saved"), "rule.applied": w.T("Rule applied to stored articles"), "rule.reviewed": w.T("Rule reviewed"),
		"rule.proposed": w.T("Change of a rule proposed"), "rule.proposal_accepted": w.T("Proposed change of a rule accepted"),
		"rule.proposal_refused": w.T("Proposed change of a rule refused"), "rule.proposal_reopened": w.T("Refusal of a proposed change undone"),
		"model.proposed": w.T("Relevance model proposed"), "model.accepted": w.T("Relevance model accepted"), "model.undone": w.T("Relevance model taken out of use"),
		"source.failed": w.T("Source failed"), "source.dead": w.T("Source has failed for a week"), "source.quiet": w.T("Source is quiet"), "source.shrunk": w.T("Source has fewer articles than usual"),
		"source.recovered": w.T("Source responds again"), "source.gap": w.T("Articles of the source may have been missed"),
		"source.added": w.T("Source added"), "source.removed": w.T("Source removed"), "source.paused": w.T("Source paused"), "source.resumed": w.T("Source resumed"),
		"article.seen": w.T("Article seen"), "article.revised": w.T("Article has a new text"), "article.reread": w.T("Text of the article extracted anew"), "article.marked": w.T("Feedback on an article"), "article.unmarked": w.T("Feedback on an article removed"),
		"import.started": w.T("Import begun"), "import.finished": w.T("Import finished"), "import.undone": w.T("Import undone"), "match.found": w.T("A rule matched the article"),
		"event.opened": w.T("New event"), "event.changed": w.T("Event changed"), "event.marked": w.T("Feedback on the event"), "event.unmarked": w.T("Feedback on the event removed"),
		"event.taken": w.T("Event assigned"), "event.untaken": w.T("Assignment ended"), "event.merged": w.T("Event merged into another"), "event.split": w.T("Event split"),
		"event.article_moved": w.T("Article moved to another event"), "event.kept_apart": w.T("Event kept apart from another"), "event.regroup_undone": w.T("Correction of the grouping undone"),
		"event.matter_set": w.T("Matter of the event set"),
		"event.closed":     w.T("Event closed"), "event.reopened": w.T("Event opened again"), "event.read": w.T("Event read"), "event.unread": w.T("Event marked unread"),
		"event.due_set": w.T("Due date set"), "event.due_removed": w.T("Due date removed"),
		"event.note_added": w.T("Note added"), "event.note_removed": w.T("Note removed"), "event.note_restored": w.T("Note restored"),
		"user.added": w.T("User added"), "user.removed": w.T("User removed"), "user.role_set": w.T("Role changed"), "user.password_set": w.T("Password changed"), "user.logged_in": w.T("Logged in"), "user.disabled": w.T("User disabled"), "user.enabled": w.T("User enabled"), "user.sessions_ended": w.T("Sessions ended"),
		"token.created": w.T("Token created"), "token.revoked": w.T("Token revoked"),
		"filter.saved": w.T("Filter saved"), "filter.removed": w.T("Filter removed"),
		"notice.planned": w.T("Message planned"), "notice.held": w.T("Message held back"), "notice.waiting": w.T("Message waits"), "notice.released": w.T("Waiting message released"),
		"notice.escalated": w.T("Escalated to the next route"), "notice.escalation_stopped": w.T("Not escalated"),
		"delivery.sent": w.T("Message sent"), "delivery.failed": w.T("An attempt to send failed"), "delivery.dead": w.T("Message given up"), "delivery.dropped": w.T("Message dropped"),
		"delivery.retried": w.T("Failed message to be sent again"), "delivery.unverified": w.T("Message waits for an address to be confirmed"), "delivery.asked": w.T("Message sent again on request"),
		"digest.made": w.T("Digest created"), "mute.set": w.T("Muted"), "mute.ended": w.T("Mute ended"),
		"exception.added": w.T("Exception added"), "exception.removed": w.T("Exception removed"), "exception.extended": w.T("Exception extended"),
		"exception.shortened": w.T("Exception shortened"), "exception.restored": w.T("Exception restored"),
		"subscription.left": w.T("Unsubscribed"), "subscription.returned": w.T("Subscribed again"), "subscription.leave_asked": w.T("Asked to unsubscribe"), "links.revoked": w.T("All links revoked"),
		"address.asked": w.T("Address asked to confirm"), "address.verified": w.T("Address confirmed"), "text.expired": w.T("Old texts deleted"),
		"database.loss_accepted": w.T("Loss of data accepted"),
	}[action]; known {
		return text
	}
	return action
}

// verifyAudit follows the whole chain of hashes.
func (c *Console) verifyAudit(w http.ResponseWriter, v *visit) error {
	j, err := c.jobs.start(v.Context(), "verify", func(ctx context.Context) (any, error) {
		head, err := c.engine.AuditHead(ctx)
		if err != nil {
			return nil, err
		}
		check, err := c.engine.VerifyAudit(ctx)
		if err != nil {
			return nil, err
		}
		c.checked.Store(&auditVerdict{AuditCheck: check, Seq: max(head.Seq, check.Entries), When: c.engine.Now()})
		return nil, nil
	})
	if err != nil {
		return err
	}
	if j.over() && j.err != nil {
		return j.err
	}
	http.Redirect(w, v.Request, "/audit", http.StatusSeeOther)
	return nil
}

// showHead answers with the last entry of the audit as NUMBER:HASH.
func (c *Console) showHead(w http.ResponseWriter, v *visit) error {
	head, err := c.engine.AuditHead(v.Context())
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintln(w, head)
	return nil
}

// A statusPage is facts about the program, and first what is wrong.
type statusPage struct {
	Warnings []string
	Details  []string // likely mistakes in the files, in English
	Facts    []fact
	Keys     bool
}

// A fact is a sentence with a name.
type fact struct{ Name, Text, More string }

// lateAfter is how long a message may be due before that is a warning.
const lateAfter = 15 * time.Minute

func (c *Console) showStatus(w http.ResponseWriter, v *visit) error {
	s, err := c.engine.Status(v.Context())
	if err != nil {
		return err
	}
	page := statusPage{Details: s.Warnings}
	warn := func(text string) { page.Warnings = append(page.Warnings, text) }
	add := func(name, text, more string) { page.Facts = append(page.Facts, fact{name, text, more}) }
	due, dead := 0, 0
	for _, one := range s.Stats.Channels {
		due, dead = due+one.Due, dead+one.Dead
	}
	oldest := s.Stats.OldestDue()
	if s.Enabled > 0 && s.ReadToday == 0 {
		warn(v.T("No source was read in the last day."))
	} else if s.ReadToday < s.Enabled {
		warn(v.T("%d source was not read in the last day.|%d sources were not read in the last day.", s.Enabled-s.ReadToday))
	}
	for _, h := range s.Failing {
		warn(v.T("The channel %s has not delivered since %s.", h.Name(), v.when(h.Since).Full))
	}
	if dead > 0 {
		warn(v.T("%d message could not be delivered and waits for a decision.|%d messages could not be delivered and wait for a decision.", dead))
	}
	if !oldest.IsZero() && v.Now.Sub(oldest) > lateAfter {
		warn(v.T("A message has been due since %s.", v.when(oldest).Full))
	}
	for _, text := range s.Mixed {
		warn(v.text(text))
	}
	for _, u := range s.Unplanned {
		warn(v.colon(v.T("The program fails when it plans this"), u.What))
	}
	coverage := v.T("%d of %d sources were read in the last day.", s.ReadToday, s.Enabled)
	if !s.Stats.ScanAt.IsZero() {
		coverage += " " + v.T("The last scan was %s.", v.when(s.Stats.ScanAt).Full)
	}
	add(v.T("Coverage"), coverage, "")
	queue := v.T("Nothing waits to be sent.")
	if due > 0 {
		queue = v.T("%d message waits to be sent, the oldest since %s.|%d messages wait to be sent, the oldest since %s.", due, v.when(oldest).Full)
	}
	add(v.T("Queue"), queue, "")
	for _, one := range c.engine.Config().Channels {
		add(v.colon(v.T("Channel"), one.Name), v.channelState(one.Name, s), "")
	}
	digest := v.T("No digest was created yet.")
	if s.Digest != nil {
		digest = v.T("%s, created %s.", s.Digest.Name, v.when(s.Digest.CreatedAt).Full)
	}
	add(v.T("Last digest"), digest, "")
	database := v.T("PostgreSQL")
	if !s.Database.Postgres {
		database = v.T("SQLite, %s, of which %s is free.", megabytes(s.Database.Bytes), megabytes(s.Database.Free))
	}
	add(v.T("Database"), database, s.Database.Path)
	backup := v.T("regwatch does not see who copies the database. Make backups with regwatch backup.")
	if s.Database.Postgres {
		backup = v.T("Make backups with pg_dump.")
	}
	add(v.T("Backup"), backup, s.Database.Copy)
	for _, i := range s.Instances {
		does := v.T("Does %s. Started %s.", strings.Join(i.Roles, ", "), v.when(i.StartedAt).Full)
		if i.Silent {
			does = v.T("Does %s. Last seen %s.", strings.Join(i.Roles, ", "), v.when(i.SeenAt).Full)
		}
		add(v.colon(v.T("Instance"), i.Name()), does, strings.Join(set([]string{i.Version, i.Rules, i.Config}), " · "))
	}
	add(v.T("Memory"), v.T("The program uses %s.", megabytes(int64(s.Memory))), "")
	version := v.T("regwatch %s", s.Build.Version)
	add(v.T("Version"), version, strings.Join(set([]string{s.Build.Revision, s.Build.Time, s.Build.Go}), " · "))
	add(v.T("Audit"), v.T("%d entry|%d entries", int(s.AuditHead.Seq)), "")
	c.show(w, v, http.StatusOK, "status", v.T("Status"), page)
	return nil
}

// channelState says in a sentence how a channel is.
func (v *visit) channelState(name string, s app.SystemStatus) string {
	var parts []string
	state := v.T("It delivers.")
	for _, h := range s.Failing {
		if h.Name() == name {
			state = v.T("It has not delivered since %s.", v.when(h.Since).Full)
		}
	}
	parts = append(parts, state)
	for _, one := range s.Stats.Channels {
		if one.Channel == name && one.Due > 0 {
			parts = append(parts, v.T("%d waiting", one.Due))
		}
		if one.Channel == name && one.Dead > 0 {
			parts = append(parts, v.T("%d failed", one.Dead))
		}
	}
	return strings.Join(parts, " · ")
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

func (c *Console) showKeys(w http.ResponseWriter, v *visit) error {
	c.show(w, v, http.StatusOK, "status-keys", v.T("Keyboard shortcuts"), nil)
	return nil
}
