package notifier

import (
	"cmp"
	"slices"
	"time"

	"regwatch/models"
)

// A digestReader is who reads one notice of a digest: its destinations, or a recipient.
type digestReader struct {
	name      string // of the notice: the digest, or the digest and the recipient
	recipient models.Recipient
	zone      string               // in which it is written
	open      []models.Destination // that have not left, and that no reader before has
	left      bool                 // all have left
}

// digestReaders returns who reads a digest: the destinations that it names, and then each
// recipient in their language and zone unless the digest has its own. What the first of
// them gets at a destination, the others do not get there again.
func digestReaders(s models.DigestSubscription, routing models.Routing, left []models.OptOut, now time.Time) []digestReader {
	routing = routingAt(routing, now)
	var all []digestReader
	if len(s.To) > 0 || len(s.Recipients) == 0 {
		all = append(all, digestReader{name: s.ID, zone: s.Zone, recipient: models.Recipient{Destinations: s.To, Language: cmp.Or(s.Language, "en")}})
	}
	names := slices.Clone(s.Recipients)
	sortPresentFirst(names, routing)
	for _, name := range names {
		to := routing.Recipients[name]
		to.Name = name
		to = withOpenPlaces(to, isSubscribed(s, left))
		to.Language = cmp.Or(s.Language, to.Language, "en")
		zone := cmp.Or(to.Zone, s.Zone)
		if s.OwnZone {
			zone = s.Zone
		}
		all = append(all, digestReader{name: s.ID + "/" + name, zone: zone, recipient: to})
	}
	reached := make(map[string]bool) // by place
	for i := range all {
		stayed := subscribedDestinations(s, all[i].recipient, left)
		all[i].left = len(stayed) == 0
		for _, d := range stayed {
			if !reached[placeOf(d)] {
				all[i].open = append(all[i].open, d)
			}
			reached[placeOf(d)] = true
		}
	}
	return all
}
