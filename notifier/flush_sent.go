package notifier

import (
	"slices"

	"regwatch/models"
)

// unsent returns the destinations of an item but for those that were sent as much of the
// event before, for another recipient: a deputy who was told as themselves, or a place
// where two read at different frequencies.
func (r *flush) unsent(t flushItem) []models.Destination {
	var covering []models.Notified
	for _, told := range t.event.Notified {
		if told.Recipient != r.to.Name && covers(told, t.notice) {
			covering = append(covering, told)
		}
	}
	return slices.DeleteFunc(slices.Clone(t.to), func(d models.Destination) bool {
		return slices.ContainsFunc(covering, func(told models.Notified) bool { return wasSentTo(told, d) })
	})
}

// covers reports whether what a recipient was sent of an event says as much as a notice.
func covers(told models.Notified, n models.Notice) bool {
	a := n.Content.Alert
	switch {
	case told.Lost || told.At.IsZero() || !told.WaitUntil.IsZero():
		return false
	case told.Severity.Rank() < n.Severity.Rank(), a.Official && !told.Official, a.Stage != told.Stage:
		return false
	}
	for _, rule := range findingRules(a.Why) {
		if !slices.Contains(told.Rules, rule) {
			return false
		}
	}
	for _, d := range a.Dates {
		if !slices.ContainsFunc(told.Dates, func(known models.KeyDate) bool { return known.Kind == d.Kind && known.Day == d.Day }) {
			return false
		}
	}
	return true
}

// wasSentTo reports whether all that a recipient was sent went to a destination.
func wasSentTo(told models.Notified, d models.Destination) bool {
	return slices.ContainsFunc(told.Destinations, func(other models.Destination) bool { return placeOf(other) == placeOf(d) })
}
