package notifier

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"regwatch/models"
)

// lineOf returns the line that a subscription names, if there still is one.
func (r Routing) lineOf(subscription string) (RouteLine, bool) {
	i := strings.LastIndexByte(subscription, '/')
	if i < 0 {
		return RouteLine{}, false
	}
	route, _ := r.Route(subscription[:i])
	for _, line := range route.Lines {
		if line.Recipient == subscription[i+1:] {
			return line, true
		}
	}
	return RouteLine{}, false
}

// paced reports whether all of a recipient's lines have a pace. One that tells at
// once decides for the others.
func (r Routing) paced(to Recipient, subscriptions []string) bool {
	for _, s := range subscriptions {
		line, _ := r.lineOf(s)
		pace := to.Pace
		if line.Pace != nil {
			pace = *line.Pace
		}
		if pace.Kind == AtOnce {
			return false
		}
	}
	return len(subscriptions) > 0 || to.Pace.Kind != AtOnce
}

// open returns the recipient's destinations that have not left all of the
// subscriptions. Nobody leaves a line that is mandatory.
func (r Routing) open(to Recipient, subscriptions []string, left []models.OptOut) []Destination {
	var open []Destination
	for _, d := range to.Destinations {
		address := models.NewDelivery("", d.Channel, d.Address, time.Time{}).Destination
		gone := func(s string) bool {
			line, _ := r.lineOf(s)
			return !line.Mandatory && slices.ContainsFunc(left, func(o models.OptOut) bool { return o.Subscription == s && o.Address == address })
		}
		if len(subscriptions) == 0 || slices.ContainsFunc(subscriptions, func(s string) bool { return !gone(s) }) {
			open = append(open, d)
		}
	}
	return open
}

// muted says by which mute a notice is held, or returns "". One of a rule holds
// what no other rule raises.
func muted(mutes []models.Mute, recipient, event string, rules []string, source string, zone *time.Location) string {
	var silent []string
	for _, m := range mutes {
		if m.Recipient != "" && m.Recipient != recipient {
			continue
		}
		switch {
		case m.Kind == models.MuteRule && slices.Contains(rules, m.Target):
			silent = with(silent, m.Target)
			if len(silent) < len(with(nil, rules...)) {
				continue
			}
		case m.Kind == models.MuteEvent && m.Target == event, m.Kind == models.MuteSource && m.Target == source:
		default:
			continue
		}
		why := fmt.Sprintf("%s %s is muted until %s", m.Kind, m.Target, english.precisely(m.Until, zone))
		if m.By != "" {
			why += " by " + m.By
		}
		if m.Reason != "" {
			why += ": " + m.Reason
		}
		return why
	}
	return ""
}

// with appends what is not there yet.
func with[T comparable](have []T, more ...T) []T {
	for _, m := range more {
		if !slices.Contains(have, m) {
			have = append(have, m)
		}
	}
	return have
}
