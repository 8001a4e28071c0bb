package notifier

import (
	"testing"

	"regwatch/models"

	"github.com/google/go-cmp/cmp"
)

// A digest names the entities of the rules that the subscription includes; an alert those of all hits, also of those that
// it does not quote.
func TestDigestAndAlertNameEntities(t *testing.T) {
	circle, tether, bis := models.Entity{ID: "circle", Name: "Circle", Kind: "issuer"}, models.Entity{ID: "tether", Name: "Tether"}, models.Entity{ID: "bis", Name: "BIS"}
	event := models.Event{ID: "e", Title: "T", Severity: models.High, RuleIDs: []string{"a", "b", "c"}, LeadRule: "a", FirstSeenAt: noon}
	s := models.DigestSubscription{ID: "weekly", Rules: []string{"a", "b"}, Recurrence: models.Recurrence{Every: models.Weekly}, Zone: "UTC", To: []models.Destination{{Channel: "terminal"}}}
	window := models.Window{Events: []models.Event{event}, Entities: map[string]map[string][]models.Entity{
		"e": {"a": {circle}, "b": {circle, tether}, "c": {bis}}, "other": {"a": {bis}},
	}}
	n := plannedDigest(s, week(s), Gathered{Window: window}, noon)
	if diff := cmp.Diff([]models.Entity{circle, tether}, n.Content.Digest.Events[0].Entities); diff != "" {
		t.Errorf("entities of the digest (-want +got):\n%s", diff)
	}
	var m models.Match
	for _, e := range []models.Entity{{}, {}, {}, {}, tether, circle, tether} {
		h := models.Hit{Text: "word " + e.Name + string(rune('a'+len(m.Hits)))}
		if e.ID != "" {
			h.Entities = []models.Entity{e}
		}
		m.Hits = append(m.Hits, h)
	}
	f := finding(m)
	if diff := cmp.Diff([]models.Entity{tether, circle}, f.Entities); diff != "" || len(f.Hits) != hitsPerFinding {
		t.Errorf("the finding has %d hits; entities (-want +got):\n%s", len(f.Hits), diff)
	}
}
