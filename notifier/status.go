package notifier

import (
	"slices"
	"strconv"
	"time"

	"regwatch/internal/address"
	"regwatch/models"
)

// NewStatus returns the status of an event: its current state, assignments and feedback.
// mute is the one that holds its updates; nil if none does.
func NewStatus(event models.Event, mute *models.Mute) models.Status {
	s := models.Status{
		EventID:     event.ID,
		Official:    event.Official,
		Stage:       event.Stage,
		Dates:       event.Dates,
		Assignments: event.Assignments,
		Feedback:    event.Feedback,
		Mute:        mute,
		Grouping:    decisionOn(event),
	}
	for _, a := range event.Articles {
		s.OtherSources = append(s.OtherSources, reference(a))
	}
	return s
}

// PlanStatus decides where the status of an event is shown: in the first message at each
// destination whose channel can change messages. sent are the notices of the event and of
// the events merged into it, with their deliveries. A destination shared by several
// recipients is changed once.
func PlanStatus(event models.Event, sent []models.Notice, status models.Status, routing models.Routing, now time.Time) []models.Notice {
	var notices []models.Notice
	at := make(map[string]int)       // index in notices, by recipient and thread
	reached := make(map[string]bool) // by destination and thread
	for _, original := range sent {
		for _, d := range original.Deliveries {
			place := d.Thread + " " + address.Key(d.Destination)
			if reached[place] || d.Amends || d.Thread == "" || d.LastError == models.ThreadGone || !routing.Amends[d.Channel] {
				continue
			}
			reached[place] = true
			threadOf := d.Thread + " " + original.Recipient
			i, has := at[threadOf]
			if !has {
				i = len(notices)
				at[threadOf] = i
				notices = append(notices, newAmendment(event, original, d.Thread, status, now))
			}
			amends := models.NewDelivery(notices[i].ID, d.Channel, d.Address, now)
			amends.Thread, amends.Amends = d.Thread, true
			notices[i].Deliveries = append(notices[i].Deliveries, amends)
		}
	}
	return notices
}

// newAmendment returns the notice that shows a status in the messages of a thread. Its ID
// contains the time, because assignments and feedback do not change the revision of the
// event.
func newAmendment(event models.Event, original models.Notice, thread string, status models.Status, now time.Time) models.Notice {
	if a := original.Content.Alert; a != nil {
		status.OtherSources = otherThan(status.OtherSources, a.Link)
		if l, taken := takenAway(event, *a); taken != nil {
			// What people and other articles say of the event is not about this alert.
			status = models.Status{EventID: event.ID, ContinuesIn: &models.Continuation{EventID: l.OtherID, Title: taken.Title, By: l.By, At: l.MadeAt, Reason: l.Reason}}
		}
	}
	if thread != event.ID {
		status.Grouping = MergeOf(event, thread)
		status.ContinuesIn = &models.Continuation{EventID: event.ID, Title: event.Title}
		for _, l := range event.Links {
			if l.Kind == models.LinkMerge && l.EventID == thread {
				status.ContinuesIn.By, status.ContinuesIn.At, status.ContinuesIn.Reason = l.By, l.MadeAt, l.Reason
			}
		}
	}
	n := models.Notice{
		Kind:            models.NoticeAmend,
		Subject:         models.SubjectStatus,
		SubjectID:       thread + "/" + strconv.FormatInt(now.UnixMicro(), 10),
		SubjectRevision: event.Revision,
		Recipient:       original.Recipient,
		Severity:        original.Severity,
		Reasons:         models.NewReasons(models.ReasonStatusChanged, models.ReasonArgs{}),
		Content:         models.Content{Status: &status},
		CreatedAt:       now,
	}
	n.ID = n.Key()
	return n
}

// decisionOn returns what people decided about the event that another one may belong to.
func decisionOn(event models.Event) *models.GroupingDecision {
	m := event.MayBelong
	if m == nil || event.Doubt() != nil {
		return nil
	}
	decided := models.GroupingDecision{EventID: m.EventID, Title: m.Title}
	for _, l := range event.Links {
		other := l.OtherID
		if other == event.ID {
			other = l.EventID
		}
		// The other event may have been merged before people decided.
		if (l.KeepsApart() || l.Kind == models.LinkMerge) && (other == m.EventID || decided.Link == "" && l.Kind == models.LinkApart) {
			decided = *newDecision(l, m.EventID, m.Title)
		}
	}
	if decided.Kind == "" && slices.Contains(event.Merged, m.EventID) { // through a third event
		decided.Kind = models.LinkMerge
	}
	return &decided
}

// MergeOf returns how an earlier event became part of another one; nil if people did not
// merge it.
func MergeOf(event models.Event, merged string) *models.GroupingDecision {
	for _, l := range event.Links {
		if l.Kind == models.LinkMerge && l.EventID == merged {
			return newDecision(l, event.ID, event.Title)
		}
	}
	return nil
}

func newDecision(l models.EventLink, eventID, title string) *models.GroupingDecision {
	return &models.GroupingDecision{Link: l.ID, Kind: l.Kind, EventID: eventID, Title: title, By: l.By, At: l.MadeAt}
}

// takenAway returns the article of an alert, if a person put it into another event, and the
// correction by which; nil otherwise.
func takenAway(event models.Event, a models.Alert) (models.EventLink, *models.LinkedArticle) {
	for _, l := range slices.Backward(event.Links) {
		if taken := l.Took(a.Source, a.Title, a.Link); taken != nil && l.OtherID != event.ID && (l.EventID == event.ID || slices.Contains(event.Merged, l.EventID)) {
			return l, taken
		}
	}
	return models.EventLink{}, nil
}

// PlanSeparated decides who is notified of the events that a correction separated or gave
// an article, as if what their articles say came now. Who was sent nothing about an event
// is alerted to it; who was sent what it says now gets nothing. The changes are the
// articles of the events, with all of their matches.
func PlanSeparated(changes []models.Change, routing models.Routing, planContext models.PlanContext, now time.Time) []models.Notice {
	notices := Plan(tellingChanges(changes), routing, planContext, now)
	return slices.DeleteFunc(notices, func(n models.Notice) bool { return n.HeldAs == models.HeldTold || n.Kind == models.NoticeAmend })
}

// tellingChanges returns the first change of each event, and those with a rule or a
// severity that none before has: one alert tells the rest.
func tellingChanges(changes []models.Change) []models.Change {
	highest := make(map[string]int) // rank of the severity, by event and rule
	met := make(map[string]bool)
	var telling []models.Change
	for _, c := range changes {
		more := !met[c.Event.ID]
		met[c.Event.ID] = true
		for _, m := range c.Matches {
			rule := c.Event.ID + " " + m.RuleID
			if m.Alerts() && m.Severity.Rank() > highest[rule] {
				highest[rule], more = m.Severity.Rank(), true
			}
		}
		if more {
			telling = append(telling, c)
		}
	}
	return telling
}

// PlanMerged tells those who were sent an event where its story continues, on channels that
// cannot change what was sent; there [PlanStatus] does. sent are the notices of the event.
func PlanMerged(merged, into models.Event, by string, sent []models.Notice, routing models.Routing, left []models.OptOut, now time.Time) []models.Notice {
	var notices []models.Notice
	reached := make(map[string]bool)
	at := make(map[string]int) // index in notices, by recipient
	for _, original := range sent {
		alert := original.Content.Alert
		recipient, known := routing.Recipients[original.Recipient]
		if original.Subject != models.SubjectEvent || alert == nil || !known {
			continue
		}
		for _, d := range original.Deliveries {
			place := address.Key(d.Destination)
			open := slices.ContainsFunc(recipient.Destinations, func(to models.Destination) bool { return to.Channel == d.Channel && to.Address == d.Address })
			out := len(original.Subscriptions) > 0 && !slices.ContainsFunc(original.Subscriptions, func(line string) bool {
				return !optedOut(left, line, false, models.Destination{Channel: d.Channel, Address: d.Address})
			})
			if reached[place] || d.State != models.DeliverySent || !open || out || routing.Amends[d.Channel] {
				continue
			}
			reached[place] = true
			i, has := at[original.Recipient]
			if !has {
				told := *alert
				told.Updates = nil
				told.Trigger = models.NewReasons(models.ReasonMerged, models.ReasonArgs{Event: into.ID, Text: into.Title, By: by})
				n := models.Notice{
					Kind: models.NoticeUpdate, Subject: models.SubjectEvent, SubjectID: merged.ID, SubjectRevision: merged.Revision,
					Recipient: original.Recipient, Severity: original.Severity, Reasons: original.Reasons, Subscriptions: original.Subscriptions,
					Content: models.Content{Language: recipient.Language, Alert: &told}, CreatedAt: now,
				}
				n.ID = n.Key()
				i, at[original.Recipient] = len(notices), len(notices)
				notices = append(notices, n)
			}
			delivery := models.NewDelivery(notices[i].ID, d.Channel, d.Address, now)
			delivery.Thread = merged.ID
			notices[i].Deliveries = append(notices[i].Deliveries, delivery)
		}
	}
	return notices
}

// otherThan returns the articles without the one that has the link of an alert. An empty
// link matches none.
func otherThan(all []models.Reference, link string) []models.Reference {
	return slices.DeleteFunc(slices.Clone(all), func(r models.Reference) bool { return link != "" && r.Link == link })
}

func reference(a models.EventArticle) models.Reference {
	return models.Reference{Source: a.SourceName, Title: a.Title, Link: a.Link, PublishedAt: a.PublishedAt}
}
