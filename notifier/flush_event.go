package notifier

import (
	"cmp"
	"reflect"
	"slices"

	"regwatch/models"
)

// A pendingEvent is all that waits of one event for one recipient.
type pendingEvent struct {
	event   models.Event
	notices []models.Notice // oldest first
}

// subscriptions are the lines by which any of it came.
func (s pendingEvent) subscriptions() []string {
	var all []string
	for _, n := range s.notices {
		all = with(all, n.Subscriptions...)
	}
	return all
}

// groupByEvent gathers notices by what their events have become, in the order in
// which the first of each came.
func groupByEvent(notices []models.Notice, events map[string]models.Event) []pendingEvent {
	var all []pendingEvent
	at := make(map[string]int)
	for _, n := range slices.SortedStableFunc(slices.Values(notices), func(a, b models.Notice) int { return a.CreatedAt.Compare(b.CreatedAt) }) {
		event, has := events[n.SubjectID]
		if !has {
			event.ID = n.SubjectID
		}
		i, met := at[event.ID]
		if !met {
			i = len(all)
			at[event.ID] = i
			all = append(all, pendingEvent{event: event})
		}
		all[i].notices = append(all[i].notices, n)
	}
	return all
}

// sources are those whose articles the notices tell of; "" is one that is not
// known any more.
func (s pendingEvent) sources() []string {
	var ids []string
	for _, n := range s.notices {
		id := ""
		for _, a := range s.event.Articles {
			if a.Link == n.Content.Alert.Link {
				id = a.SourceID
			}
		}
		ids = append(ids, id)
	}
	return ids
}

// mergedAlert returns the first notice of a story as it is told now: with what came
// since, and with the event as it stands.
func mergedAlert(s pendingEvent) models.Notice {
	n := s.notices[0]
	alert := *n.Content.Alert
	alert.Why, alert.Mentions = slices.Clone(alert.Why), slices.Clone(alert.Mentions)
	alert.Tags, alert.Updates = slices.Clone(alert.Tags), slices.Clone(alert.Updates)
	var since models.Reasons
	for _, later := range s.notices[1:] {
		n.Subscriptions = with(slices.Clone(n.Subscriptions), later.Subscriptions...)
		if later.Severity.Rank() > n.Severity.Rank() {
			n.Severity = later.Severity
		}
		news := later.Content.Alert
		for _, f := range news.Why {
			if !slices.Contains(findingRules(alert.Why), f.RuleID) {
				alert.Why = append(alert.Why, f)
			}
		}
		alert.Mentions = append(alert.Mentions, news.Mentions...)
		alert.Tags = with(alert.Tags, news.Tags...)
		alert.Updates = append(alert.Updates, news.Updates...)
		since = append(since, triggerOf(news)...)
	}
	alert.Trigger = withReasons(triggerOf(&alert), since)
	alert.Severity = n.Severity
	alert.Mentions = slices.DeleteFunc(alert.Mentions, func(f models.Finding) bool { return slices.Contains(findingRules(alert.Why), f.RuleID) })
	alert = refreshed(alert, s.event)
	n.Content.Alert = &alert
	return n
}

// refreshed is an alert with what is known of its event now.
func refreshed(a models.Alert, event models.Event) models.Alert {
	if len(event.Articles) == 0 {
		return a // it is not known any more
	}
	now := NewStatus(event, nil)
	a.Official, a.Stage, a.Dates, a.Jurisdictions = now.Official, now.Stage, now.Dates, event.Jurisdictions
	a.OtherSources = otherThan(now.OtherSources, a.Link)
	return a
}

func findingRules(found []models.Finding) []string {
	ids := make([]string, len(found))
	for i, f := range found {
		ids[i] = f.RuleID
	}
	return ids
}

func findingTitles(found []models.Finding) []string {
	titles := make([]string, len(found))
	for i, f := range found {
		titles[i] = cmp.Or(f.RuleTitle, f.RuleID)
	}
	return titles
}

// triggerOf returns why an alert comes. One of a release before 0007 has it in words.
func triggerOf(a *models.Alert) models.Reasons {
	if len(a.Trigger) > 0 || a.WhyNow == "" {
		return a.Trigger
	}
	if kind := models.TriggerBefore0007(a.WhyNow); kind != "" {
		return models.NewReasons(kind, models.ReasonArgs{})
	}
	if len(a.Updates) > 0 { // which says what the words say, in any language
		return models.NewReasons(models.ReasonEventChanged, models.ReasonArgs{})
	}
	return models.NewReasons(models.ReasonText, models.ReasonArgs{Text: a.WhyNow})
}

// withReasons appends the reasons that are not there yet.
func withReasons(have, more models.Reasons) models.Reasons {
	have = slices.Clone(have)
	for _, r := range more {
		if !slices.ContainsFunc(have, func(h models.Reason) bool { return reflect.DeepEqual(h, r) }) {
			have = append(have, r)
		}
	}
	return have
}
