package notifier

import (
	"slices"

	"regwatch/models"
)

// unsent returns the destinations of an item that did not yet get an equal message about
// the event for another recipient: a deputy who is a recipient too, or a destination
// shared by two frequencies.
func (r *flush) unsent(t flushItem) []models.Destination {
	var covering []models.Notified
	for _, sent := range t.event.Notified {
		if sent.Recipient != r.to.Name && covers(sent, t.notice) {
			covering = append(covering, sent)
		}
	}
	return slices.DeleteFunc(slices.Clone(t.to), func(d models.Destination) bool {
		return slices.ContainsFunc(covering, func(sent models.Notified) bool { return wasSentTo(sent, d) })
	})
}

// covers reports whether the messages to a recipient about an event include the content
// of a notice.
func covers(sent models.Notified, n models.Notice) bool {
	a := n.Content.Alert
	switch {
	case sent.Lost || sent.At.IsZero() || !sent.WaitUntil.IsZero():
		return false
	case sent.Severity.Rank() < n.Severity.Rank(), a.Official && !sent.Official, a.Stage != sent.Stage:
		return false
	}
	for _, rule := range findingRules(a.Why) {
		if !slices.Contains(sent.Rules, rule) {
			return false
		}
	}
	for _, d := range a.Dates {
		if !slices.ContainsFunc(sent.Dates, func(known models.KeyDate) bool { return known.Kind == d.Kind && known.Day == d.Day }) {
			return false
		}
	}
	return true
}

// wasSentTo reports whether a destination got all messages to a recipient.
func wasSentTo(sent models.Notified, d models.Destination) bool {
	return slices.ContainsFunc(sent.Destinations, func(other models.Destination) bool { return placeKey(other) == placeKey(d) })
}
