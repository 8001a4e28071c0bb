package notifier

import (
	"cmp"
	"slices"
	"time"

	"regwatch/models"
)

// A digestReader is the reader of one notice of a digest: its destinations, or a
// recipient.
type digestReader struct {
	name        string // of the notice: the digest, or the digest and the recipient
	recipient   models.Recipient
	zone        string               // of the times in the digest
	open        []models.Destination // subscribed ones that no earlier reader covers
	allOptedOut bool                 // all have unsubscribed
}

// digestReaders returns the readers of a digest: the destinations that it names, then
// each recipient in their language and zone, unless the digest sets its own. Each
// destination gets the digest from the first reader that covers it.
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
		to = withOpenDestinations(to, isSubscribed(s, left))
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
		all[i].allOptedOut = len(stayed) == 0
		for _, d := range stayed {
			if !reached[placeKey(d)] {
				all[i].open = append(all[i].open, d)
			}
			reached[placeKey(d)] = true
		}
	}
	return all
}
