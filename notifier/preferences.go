package notifier

import (
	"slices"
	"strings"
	"time"

	"regwatch/internal/address"
	"regwatch/models"
)

// optedOut reports whether a destination has unsubscribed, however its address is
// spelled. A mandatory subscription needs a forced opt-out.
func optedOut(optOuts []models.OptOut, subscription string, mandatory bool, to models.Destination) bool {
	key := placeKey(to)
	return slices.ContainsFunc(optOuts, func(o models.OptOut) bool {
		return o.Subscription == subscription && o.Counts(mandatory) && address.Key(o.Address) == key
	})
}

// placeKey returns a key that all spellings of a destination share.
func placeKey(to models.Destination) string { return address.Key(to.String()) }

// distinctDestinations returns each destination once, in its first spelling.
func distinctDestinations(to []models.Destination) []models.Destination {
	met := make(map[string]bool)
	return slices.DeleteFunc(slices.Clone(to), func(d models.Destination) bool {
		place := placeKey(d)
		again := met[place]
		met[place] = true
		return again
	})
}

// routeOf returns the route and the line of a subscription. A removed one has only its
// name.
func routeOf(r models.Routing, subscription string) resolvedRoute {
	i := strings.LastIndexByte(subscription, '/')
	if i < 0 {
		return resolvedRoute{}
	}
	path, recipient := subscription[:i], subscription[i+1:]
	route, _ := r.Route(path)
	for _, line := range route.Lines {
		if line.Recipient == recipient {
			return resolvedRoute{route: route, line: line}
		}
	}
	return resolvedRoute{route: models.Route{Path: path}, line: models.RouteLine{Recipient: recipient}}
}

// isDeferred reports whether all of a recipient's lines have a frequency. A single line
// with immediate delivery takes precedence.
func isDeferred(r models.Routing, to models.Recipient, subscriptions []string) bool {
	return frequencyOf(r, to, subscriptions).Kind != models.AtOnce
}

// frequencyOf returns the most urgent frequency of a recipient's lines.
func frequencyOf(r models.Routing, to models.Recipient, subscriptions []string) models.Frequency {
	var frequencies []models.Frequency
	for _, s := range subscriptions {
		frequency := to.Frequency
		if own := routeOf(r, s).line.Frequency; own != nil {
			frequency = *own
		}
		frequencies = append(frequencies, frequency)
	}
	if len(frequencies) == 0 {
		return models.Frequency{}
	}
	return mostUrgent(frequencies)
}

// openDestinations returns the recipient's destinations that have not unsubscribed from
// all of the subscriptions.
func openDestinations(r models.Routing, to models.Recipient, subscriptions []string, optOuts []models.OptOut) []models.Destination {
	return reachable(to, isOpen(r, subscriptions, optOuts))
}

// isOpen returns a function that reports whether a destination is subscribed to any of
// the subscriptions.
func isOpen(r models.Routing, subscriptions []string, optOuts []models.OptOut) func(models.Destination) bool {
	return func(d models.Destination) bool {
		stays := func(s string) bool { return !routeOf(r, s).optedOut(d, optOuts) }
		return len(subscriptions) == 0 || slices.ContainsFunc(subscriptions, stays)
	}
}

// muteReason returns the mute that holds a deferred notice, or no reasons. A mute of a
// rule or a source applies only if no other rule or source raised the event.
func muteReason(mutes []models.Mute, to models.Recipient, event string, rules, sources []string, now time.Time) models.Reasons {
	raised := map[models.MuteKind][]string{models.MuteEvent: {event}, models.MuteRule: appendMissing(nil, rules...), models.MuteSource: appendMissing(nil, sources...)}
	silent := make(map[models.MuteKind][]string)
	for _, m := range mutes {
		if m.Recipient != "" && m.Recipient != to.Name || !slices.Contains(raised[m.Kind], m.Target) {
			continue
		}
		silent[m.Kind] = appendMissing(silent[m.Kind], m.Target)
		if len(silent[m.Kind]) < len(raised[m.Kind]) {
			continue
		}
		source := ""
		if m.Kind == models.MuteSource {
			source = m.Target
		}
		return becauseOfMute(m, source, to.Zone, now)
	}
	return nil
}

// appendMissing appends the values that are missing.
func appendMissing[T comparable](have []T, more ...T) []T {
	for _, m := range more {
		if !slices.Contains(have, m) {
			have = append(have, m)
		}
	}
	return have
}
