package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"regwatch/app/channels"
	"regwatch/app/instances"
	"regwatch/configs"
	"regwatch/internal/diag"
	"regwatch/internal/weblink"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/notifier/render"
	"regwatch/notifier/slack"
	"regwatch/store"
)

// slackSockets are the open sockets of the Slack channels with an app-level token. They
// receive the interactions of the channels' buttons.
type slackSockets struct {
	engine *Engine
	run    func(func()) // starts a goroutine that the engine waits for
	open   map[string]openSocket
}

type openSocket struct {
	fingerprint string // of its channel
	stop        context.CancelFunc
}

// update opens and closes sockets as a configuration says. One whose channel has not changed
// stays open.
func (s *slackSockets) update(ctx context.Context, c *configs.Config) {
	wanted := make(map[string]configs.Channel)
	for _, channel := range c.Channels {
		if !s.engine.Does(instances.RoleWeb) {
			break
		}
		if channel.Kind == configs.KindSlack && channel.Slack.AppToken.IsSet() {
			wanted[channel.Name] = channel
		}
	}
	for name, socket := range s.open {
		if channel, stays := wanted[name]; !stays || channels.Fingerprint(channel) != socket.fingerprint {
			socket.stop()
			delete(s.open, name)
		}
	}
	for name, channel := range wanted {
		if _, isOpen := s.open[name]; isOpen {
			continue
		}
		running, stop := context.WithCancel(ctx)
		s.open[name] = openSocket{channels.Fingerprint(channel), stop}
		socket := s.engine.newSocket(channel)
		s.run(func() {
			defer stop()
			s.engine.member.Alone(running, "slack:"+name, socket.Run)
		})
	}
}

func (e *Engine) newSocket(c configs.Channel) *slack.Socket {
	return slack.NewSocket(slack.SocketOptions{
		Tokens:  func() (bot, app string, err error) { return slackTokens(c.Slack) },
		API:     c.Slack.API,
		Actions: slackActions{e, slackDesk{e, c.Slack.Members}},
		Actors:  slack.Actors{Teams: c.Slack.Actors.Teams, Users: c.Slack.Actors.Users},
		Desk:    e.newSlackDesk(c.Slack.Members),
		Log:     e.log.With("channel_name", c.Name),
	})
}

// SlackActions does what people ask for with Slack's buttons.
func (e *Engine) SlackActions() slack.Actions { return slackActions{engine: e} }

// slackTokens reads both tokens of a Slack app.
func slackTokens(c *configs.Slack) (bot, app string, err error) {
	if bot, err = c.Token.Reveal(); err != nil {
		return "", "", fmt.Errorf("token: %w", err)
	}
	if app, err = c.AppToken.Reveal(); err != nil {
		return "", "", fmt.Errorf("app_token: %w", err)
	}
	return bot, app, nil
}

type slackActions struct {
	engine *Engine
	desk   slackDesk // of the channel
}

// Act does what a click on a button asks for. Where the channel says which users its members are, it does what the role of the
// user allows.
func (s slackActions) Act(ctx context.Context, i slack.Interaction) error {
	if len(s.desk.members) > 0 {
		acting, err := s.desk.As(ctx, render.SlackUserID(i.By))
		if err == nil {
			err = s.engine.may(acting, RoleEditor)
		}
		if err != nil {
			return err
		}
		ctx = acting
	}
	return s.engine.act(ctx, i.Act, i.EventID, cmp.Or(i.MuteID, i.LinkID), i.By)
}

// A slackDesk does what people ask for with commands and modals in Slack, as the users whom they map to.
type slackDesk struct {
	engine  *Engine
	members map[string]string // names of users, by Slack ID
}

// newSlackDesk returns nil if no member maps to a user.
func (e *Engine) newSlackDesk(members map[string]string) *slack.Desk {
	if len(members) == 0 {
		return nil
	}
	d := slackDesk{e, members}
	return &slack.Desk{Users: d, Reader: d, Work: d, Rules: d, Console: func() render.Console { return render.Console(e.Config().Web.Public) }}
}

// As returns a context of the user whom a member maps to.
func (d slackDesk) As(ctx context.Context, member string) (context.Context, error) {
	name, ok := d.members[member]
	if !ok {
		return nil, d.refuse(ctx, fmt.Sprintf("you are not a regwatch user yet; an admin adds %s under members of the Slack channel in regwatch.yaml", cmp.Or(member, "your Slack ID")))
	}
	u, err := d.engine.store.User(ctx, name)
	switch {
	case is[*store.NoUserError](err):
		return nil, d.refuse(ctx, fmt.Sprintf("regwatch.yaml says that you are the user %q, which does not exist", name))
	case err != nil:
		return nil, err
	case !u.DisabledAt.IsZero():
		return nil, d.refuse(ctx, fmt.Sprintf("the user %s is disabled", u.Name))
	}
	acting := WithActor(ctx, Actor{Name: u.Name, Role: u.Role})
	return acting, d.engine.may(acting, RoleReader)
}

// refuse says why somebody may not act, and who can help.
func (d slackDesk) refuse(ctx context.Context, why string) error {
	users, err := d.engine.store.Users(ctx)
	if err != nil {
		return err
	}
	var admins []string
	for _, u := range users {
		if u.Role.Allows(RoleAdmin) && u.DisabledAt.IsZero() && len(admins) < maxHelpers {
			admins = append(admins, u.Name)
		}
	}
	if len(admins) == 0 {
		return errors.New(why)
	}
	return fmt.Errorf("%s; ask %s", why, yamlnode.Or(admins))
}

// Search finds events, as the inbox does.
func (d slackDesk) Search(ctx context.Context, query string, limit int) (slack.Found, error) {
	events, total, err := d.engine.NewestEvents(ctx, EventFilter{Query: query}, limit)
	found := slack.Found{Total: total}
	for _, e := range events {
		one := slack.FoundEvent{ID: e.ShortID, Title: e.Title, Link: e.Link, Seen: d.moment(e.LastSeenAt), Closed: e.State == StateClosed, Assigned: assignees(e)}
		if !e.IsMention() {
			one.Severity = e.Severity
		}
		found.Events = append(found.Events, one)
	}
	return found, err
}

// Deadlines returns the key dates from today on.
func (d slackDesk) Deadlines(ctx context.Context, days, limit int) (slack.Deadlines, error) {
	today := d.engine.now().In(d.engine.Zone())
	dates, err := d.engine.KeyDates(ctx, DateFilter{From: today.Format(time.DateOnly), To: today.AddDate(0, 0, days).Format(time.DateOnly)})
	found := slack.Deadlines{Days: days, Total: len(dates)}
	for _, date := range dates[:min(len(dates), limit)] {
		kind := map[string]string{"deadline": "deadline", "effective": "takes effect"}[date.Kind]
		found.Listed = append(found.Listed, slack.Deadline{Day: date.Day, Kind: cmp.Or(kind, date.Kind), Event: date.EventID, Title: date.Title, Link: date.Link, Severity: date.Severity})
	}
	return found, err
}

// Why says who was alerted about an event or an article, and who was not and why.
func (d slackDesk) Why(ctx context.Context, what string) (slack.Why, error) {
	why := slack.Why{Asked: what}
	var article ArticleDetails
	event := what
	if strings.Contains(what, "/") {
		var err error
		article, err = d.article(ctx, what)
		if is[*store.NoArticleError](err) {
			why.Watch = d.sourceOf(what)
			return why, nil
		}
		if err != nil {
			return why, err
		}
		why.Seen, why.Title, why.Link = true, article.Title, article.Link
		why.Source = d.moment(article.SeenAt) + " from " + cmp.Or(article.SourceName, article.Source)
		why.Matches = d.matches(article.Matches)
		if len(article.Events) == 0 {
			return why, nil
		}
		event = article.Events[0].ID
		for _, other := range article.Events[1:] {
			why.Others = append(why.Others, slack.FoundEvent{ID: other.ID, Title: other.Title})
		}
	}
	e, err := d.engine.Event(ctx, event)
	if err != nil {
		return why, err
	}
	status, err := d.engine.EventStatus(ctx, e.ID)
	if err != nil {
		return why, err
	}
	why.Seen, why.Event, why.Title, why.Link = true, e.ID, e.Title, e.Link
	why.Matches, why.Assigned, why.Muted = d.matches(e.Rules), assignees(e.Event), status.Mute != nil
	for i, id := range e.RuleIDs { // of articles that are no longer stored, too
		if !slices.ContainsFunc(why.Matches, func(m slack.RuleMatch) bool { return m.ID == id }) {
			why.Matches = append(why.Matches, slack.RuleMatch{ID: id, Title: e.RuleTitles[i], Outcome: "alerts"})
		}
	}
	if e.MayBelong != nil {
		why.MayBelong = e.MayBelong.Title
	}
	for _, n := range e.Notices {
		if !n.IsHeld() {
			why.Sent = append(why.Sent, slack.Told{Recipient: n.Recipient, What: d.sent(n)})
		}
	}
	for _, n := range e.NotNotified() {
		why.NotSent = append(why.NotSent, slack.Told{Recipient: n.Recipient, What: ReasonsIn(n.HeldReasons, "en")})
	}
	return why, nil
}

// article returns the article of a link. Of several with the same link, it is one that belongs to an event.
func (d slackDesk) article(ctx context.Context, link string) (ArticleDetails, error) {
	found, err := d.engine.Article(ctx, link)
	none, several := errors.AsType[*store.NoArticleError](err)
	if !several || len(none.Among) == 0 {
		return found, err
	}
	for _, candidate := range none.Among {
		if found, err = d.engine.Article(ctx, candidate.ID); err != nil || len(found.Events) > 0 {
			return found, err
		}
	}
	return found, nil
}

// sent says what became of a notice.
func (d slackDesk) sent(n EventNotice) string {
	if n.WaitUntil != nil {
		return n.Kind + " waits until " + d.moment(*n.WaitUntil) + ": " + ReasonsIn(n.WaitReasons, "en")
	}
	var parts []string
	for _, to := range n.Deliveries {
		state := "not sent any more to " + to.Destination
		switch models.DeliveryState(to.State) {
		case models.DeliverySent:
			if state = "sent to " + to.Destination; to.SentAt != nil {
				state += " on " + d.moment(*to.SentAt)
			}
		case models.DeliveryDue:
			state = "not sent yet to " + to.Destination
		case models.DeliveryDead:
			state = "failed for " + to.Destination
		case models.DeliveryUnverified:
			state = "waits until the owner of " + to.Destination + " confirms the address"
		}
		parts = append(parts, state)
	}
	if len(parts) == 0 {
		parts = []string{"with the message to another recipient"}
	}
	text := n.Kind + ", " + strings.Join(parts, "; ")
	if why := ReasonsIn(n.Reasons, "en"); why != "" {
		text += " (" + why + ")"
	}
	return text
}

// matches says of the strongest match of each rule what it led to.
func (d slackDesk) matches(all []Match) []slack.RuleMatch {
	var found []slack.RuleMatch
	for _, m := range all {
		if slices.ContainsFunc(found, func(f slack.RuleMatch) bool { return f.ID == m.RuleID }) {
			continue
		}
		one := slack.RuleMatch{ID: m.RuleID, Title: cmp.Or(m.RuleTitle, m.RuleID), Outcome: "alerts"}
		switch {
		case m.Draft:
			one.Outcome = "a draft, which alerts nobody"
		case m.Outcome == string(models.OutcomeExcepted):
			one.Outcome = "held by an exception"
		case m.Outcome == string(models.OutcomeDigest):
			one.Outcome = "listed in the digest only"
		case m.Outcome == string(models.OutcomeCount):
			one.Outcome = "only counted in the digest"
		case m.Strength == string(models.Mention) && !m.Alerts:
			one.Outcome = "only a mention, which does not alert"
		}
		for _, h := range m.Hits {
			if !slices.Contains(one.Words, h.Text) && len(one.Words) < maxSlackWords {
				one.Words = append(one.Words, h.Text)
			}
		}
		found = append(found, one)
	}
	return found
}

// maxSlackWords is how many passages of a match an answer quotes.
const maxSlackWords = 3

// sourceOf returns the name of a source that reads the site of a link; empty if none does.
func (d slackDesk) sourceOf(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" {
		return ""
	}
	for _, src := range d.engine.Folder().Sources {
		if at, err := url.Parse(src.URL); err == nil && at.Host != "" && weblink.Domain(at) == weblink.Domain(u) {
			return cmp.Or(src.Name, src.ID)
		}
	}
	return ""
}

func (d slackDesk) moment(t time.Time) string {
	return t.In(d.engine.Zone()).Format("2 Jan 2006 15:04 MST")
}

func assignees(e Event) []string {
	var names []string
	for _, a := range e.Assignments {
		names = append(names, render.PersonName(a.By))
	}
	return names
}

// Assign assigns an event to a user who exists, so that a misspelled name is refused.
func (d slackDesk) Assign(ctx context.Context, event, name string) (slack.Assigned, error) {
	if name = cmp.Or(strings.TrimPrefix(name, "@"), actorName(ctx)); name != actorName(ctx) {
		users, err := d.engine.store.Users(ctx)
		if err != nil {
			return slack.Assigned{}, err
		}
		var names []string
		for _, u := range users {
			if u.DisabledAt.IsZero() {
				names = append(names, u.Name)
			}
		}
		at := slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
		if at < 0 {
			return slack.Assigned{}, fmt.Errorf("no user has the name %q%s", name, yamlnode.DidYouMean(name, names))
		}
		name = names[at]
	}
	done, err := d.engine.Assign(ctx, event, name)
	return slack.Assigned{Event: done.EventID, Title: done.Event.Title, Name: name}, err
}

// Mute mutes in the name of the user.
func (d slackDesk) Mute(ctx context.Context, m models.Mute, length time.Duration) (slack.Muted, error) {
	m.By = actorName(ctx)
	done, err := d.engine.Mute(ctx, m, length)
	return slack.Muted{Kind: string(m.Kind), Target: m.Target, Until: d.moment(done.Mute.Until), Longer: !done.Changed}, err
}

// Act does what a button in a modal says.
func (d slackDesk) Act(ctx context.Context, act models.Action, event string) error {
	return d.engine.ActOnce(ctx, act, event, actorName(ctx))
}

// Rule returns the file of a rule, to who may propose a change of it.
func (d slackDesk) Rule(ctx context.Context, id string) (slack.RuleFile, error) {
	if err := d.engine.may(ctx, RoleEditor); err != nil {
		return slack.RuleFile{}, err
	}
	file, err := d.engine.RuleFile(id)
	if err == nil && file.Hash == "" {
		err = d.engine.requireRule(id)
	}
	return slack.RuleFile{ID: file.ID, Text: file.Text, Hash: file.Hash}, err
}

// text returns another text for a file with the line ends of the file, which a field of Slack does not keep.
func (d slackDesk) text(ctx context.Context, changed slack.RuleFile) ([]byte, error) {
	return d.engine.SentRule(ctx, changed.ID, changed.Hash, changed.Text)
}

// Check checks another text for the file of a rule.
func (d slackDesk) Check(ctx context.Context, changed slack.RuleFile) ([]string, error) {
	text, err := d.text(ctx, changed)
	if err != nil {
		return nil, err
	}
	check, err := d.engine.CheckRule(changed.ID, text, "en")
	var faults []string
	for _, p := range check.Problems.Sorted() {
		faults = append(faults, slackProblem(p))
	}
	return faults, err
}

// slackProblem says where a mistake is, without the name of the file, which the modal shows.
func slackProblem(p diag.Problem) string {
	text := p.What
	if p.Want != "" {
		text += "; " + p.Want
	}
	switch {
	case p.Line > 0 && p.Col > 0:
		return fmt.Sprintf("line %d, column %d: %s", p.Line, p.Col, text)
	case p.Line > 0:
		return fmt.Sprintf("line %d: %s", p.Line, text)
	}
	return text
}

// A backtest from Slack covers the last slackBacktestDays days. It stops after slackBacktestTime: then only the newest
// articles count.
const (
	slackBacktestDays = 90
	slackBacktestTime = 40 * time.Second
)

// Backtest says what another text for the file of a rule would have done.
func (d slackDesk) Backtest(ctx context.Context, changed slack.RuleFile) (slack.Effect, error) {
	if err := d.engine.may(ctx, RoleEditor); err != nil {
		return slack.Effect{}, err
	}
	text, err := d.text(ctx, changed)
	if err != nil {
		return slack.Effect{}, err
	}
	b, err := d.engine.BacktestRule(ctx, BacktestRequest{RuleID: changed.ID, Draft: text, DraftName: "draft", Since: d.engine.now().AddDate(0, 0, -slackBacktestDays), Within: slackBacktestTime})
	if err != nil {
		return slack.Effect{}, err
	}
	e := slack.Effect{
		From: b.From.In(d.engine.Zone()).Format("2 Jan 2006"), Articles: b.Read, Stopped: b.Stopped || b.Cut, Stored: b.Stored,
		Alerts: b.Draft.Alerts, PerWeek: b.Draft.PerWeek, HasBefore: b.Saved != nil,
	}
	if b.Saved != nil {
		e.Before, e.BeforeWeek = b.Saved.Alerts, b.Saved.PerWeek
	}
	for _, p := range b.Gained {
		e.Gained = append(e.Gained, p.Title)
	}
	for _, p := range b.Lost {
		e.Lost = append(e.Lost, p.Title)
	}
	return e, nil
}

// Propose stores a proposal in the name of the user.
func (d slackDesk) Propose(ctx context.Context, changed slack.RuleFile) error {
	text, err := d.text(ctx, changed)
	if err == nil {
		_, err = d.engine.ProposeRule(ctx, changed.ID, text, changed.Hash, actorName(ctx))
	}
	return err
}
