package notifier

import (
	"slices"
	"strings"
	"time"

	"regwatch/internal/address"
	"regwatch/models"
)

// optedOut reports whether a destination, however its address is spelled, has left a
// subscription that is mandatory, or is not.
func optedOut(left []models.OptOut, subscription string, mandatory bool, to models.Destination) bool {
	key := placeOf(to)
	return slices.ContainsFunc(left, func(o models.OptOut) bool {
		return o.Subscription == subscription && o.Counts(mandatory) && address.Key(o.Address) == key
	})
}

// placeOf returns what two spellings of a destination have in common.
func placeOf(to models.Destination) string { return address.Key(to.String()) }

// distinctPlaces returns each place once, as it is spelled first.
func distinctPlaces(to []models.Destination) []models.Destination {
	met := make(map[string]bool)
	return slices.DeleteFunc(slices.Clone(to), func(d models.Destination) bool {
		place := placeOf(d)
		again := met[place]
		met[place] = true
		return again
	})
}

// routeOf returns the route and line that a subscription names. Of one that is gone
// nothing but the name is left.
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

// isDeferred reports whether all of a recipient's lines have a pace. One that tells at
// once decides for the others.
func isDeferred(r models.Routing, to models.Recipient, subscriptions []string) bool {
	return paceOf(r, to, subscriptions).Kind != models.AtOnce
}

// paceOf returns the most urgent pace of a recipient's lines.
func paceOf(r models.Routing, to models.Recipient, subscriptions []string) models.Frequency {
	var paces []models.Frequency
	for _, s := range subscriptions {
		pace := to.Frequency
		if own := routeOf(r, s).line.Frequency; own != nil {
			pace = *own
		}
		paces = append(paces, pace)
	}
	if len(paces) == 0 {
		return models.Frequency{}
	}
	return mostUrgent(paces)
}

// openDestinations returns the recipient's destinations that have not left all of the
// subscriptions.
func openDestinations(r models.Routing, to models.Recipient, subscriptions []string, left []models.OptOut) []models.Destination {
	return reachable(to, isOpen(r, subscriptions, left))
}

// isOpen reports whether a destination has not left all of the subscriptions.
func isOpen(r models.Routing, subscriptions []string, left []models.OptOut) func(models.Destination) bool {
	return func(d models.Destination) bool {
		stays := func(s string) bool { return !routeOf(r, s).optedOut(d, left) }
		return len(subscriptions) == 0 || slices.ContainsFunc(subscriptions, stays)
	}
}

// muteReason says by which mute what waited is held, or returns no reasons. One of a rule
// or a source holds what no other rule or source raises.
func muteReason(mutes []models.Mute, to models.Recipient, event string, rules, sources []string, now time.Time) models.Reasons {
	raised := map[models.MuteKind][]string{models.MuteEvent: {event}, models.MuteRule: with(nil, rules...), models.MuteSource: with(nil, sources...)}
	silent := make(map[models.MuteKind][]string)
	for _, m := range mutes {
		if m.Recipient != "" && m.Recipient != to.Name || !slices.Contains(raised[m.Kind], m.Target) {
			continue
		}
		silent[m.Kind] = with(silent[m.Kind], m.Target)
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

// with appends what is not there yet.
func with[T comparable](have []T, more ...T) []T {
	for _, m := range more {
		if !slices.Contains(have, m) {
			have = append(have, m)
		}
	}
	return have
}
