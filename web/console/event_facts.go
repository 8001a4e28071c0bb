package console

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"regwatch/app"
	"regwatch/models"
)

// A doneBy is what a person did.
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
			shown.Lines = append(shown.Lines, v.deliveryError(d.LastError))
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
