package notifier

import (
	"cmp"
	"reflect"
	"slices"

	"regwatch/models"
)

// A pendingEvent holds all deferred notices of one event for one recipient.
type pendingEvent struct {
	event   models.Event
	notices []models.Notice // oldest first
}

// subscriptions returns the lines of all notices.
func (s pendingEvent) subscriptions() []string {
	var all []string
	for _, n := range s.notices {
		all = appendMissing(all, n.Subscriptions...)
	}
	return all
}

// groupByEvent groups notices by their current event, in the order of their oldest
// notices.
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

// sources returns the IDs of the sources of the articles in the notices; "" for one that
// is no longer known.
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

// mergedAlert returns the oldest notice, with the content of the later ones and the
// current state of the event.
func mergedAlert(s pendingEvent) models.Notice {
	n := s.notices[0]
	alert := *n.Content.Alert
	alert.Why, alert.Mentions = slices.Clone(alert.Why), slices.Clone(alert.Mentions)
	alert.Tags, alert.Updates = slices.Clone(alert.Tags), slices.Clone(alert.Updates)
	var since models.Reasons
	for _, later := range s.notices[1:] {
		n.Subscriptions = appendMissing(slices.Clone(n.Subscriptions), later.Subscriptions...)
		if later.Severity.Rank() > n.Severity.Rank() {
			n.Severity = later.Severity
		}
		added := later.Content.Alert
		for _, f := range added.Why {
			if !slices.Contains(findingRules(alert.Why), f.RuleID) {
				alert.Why = append(alert.Why, f)
			}
		}
		alert.Mentions = append(alert.Mentions, added.Mentions...)
		alert.Tags = appendMissing(alert.Tags, added.Tags...)
		alert.Updates = append(alert.Updates, added.Updates...)
		since = append(since, triggerOf(added)...)
	}
	alert.Trigger = appendReasons(triggerOf(&alert), since)
	alert.Severity = n.Severity
	alert.Mentions = slices.DeleteFunc(alert.Mentions, func(f models.Finding) bool { return slices.Contains(findingRules(alert.Why), f.RuleID) })
	alert = refreshed(alert, s.event)
	n.Content.Alert = &alert
	return n
}

// refreshed returns an alert with the current state of its event.
func refreshed(a models.Alert, event models.Event) models.Alert {
	if len(event.Articles) == 0 {
		return a // the event is no longer known
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

// triggerOf returns the trigger of an alert. A release before 0007 stored it as text.
func triggerOf(a *models.Alert) models.Reasons {
	if len(a.Trigger) > 0 || a.WhyNow == "" {
		return a.Trigger
	}
	if kind := models.TriggerBefore0007(a.WhyNow); kind != "" {
		return models.NewReasons(kind, models.ReasonArgs{})
	}
	if len(a.Updates) > 0 { // the updates say the same, in any language
		return models.NewReasons(models.ReasonEventChanged, models.ReasonArgs{})
	}
	return models.NewReasons(models.ReasonText, models.ReasonArgs{Text: a.WhyNow})
}

// appendReasons appends the reasons that are missing.
func appendReasons(have, more models.Reasons) models.Reasons {
	have = slices.Clone(have)
	for _, r := range more {
		if !slices.ContainsFunc(have, func(h models.Reason) bool { return reflect.DeepEqual(h, r) }) {
			have = append(have, r)
		}
	}
	return have
}
