package render

import (
	"fmt"
	"testing"

	"regwatch/models"
)

// A digest that is too long loses extracts before events, and says what changed in the events
// that it leaves out.
func TestLongDigestLosesExtractsBeforeEvents(t *testing.T) {
	var d models.Digest
	for i := range 40 {
		id := fmt.Sprint(i)
		e := models.DigestEvent{
			EventID: id, Title: "Event " + id, Severity: models.High, Articles: 1, Extract: []string{"Sentence " + id + "."},
			News: []models.Update{{Kind: models.UpdateStage, To: "passed"}},
		}
		d.Events = append(d.Events, e)
		d.Changes = append(d.Changes, models.DigestChange{EventID: id, Title: e.Title, News: e.News})
	}
	v := viewDigest(d, English)
	if len(v.Changes) != 0 {
		t.Fatalf("%d changes are listed again, want 0: each line says its own", len(v.Changes))
	}
	extracts := func() (n int) {
		for _, line := range v.Groups[0].Topics[0].Lines {
			if line.Extract != "" {
				n++
			}
		}
		return n
	}
	for want := 20; extracts() > 0; want /= 2 {
		if !v.shorten() || extracts() != want || v.Unshown > 0 {
			t.Fatalf("%d extracts and %d events left out, want %d extracts and all events", extracts(), v.Unshown, want)
		}
	}
	if v.shorten(); v.Unshown == 0 || len(v.Changes) != v.Unshown {
		t.Errorf("%d events are left out, and %d changes listed, want as many", v.Unshown, len(v.Changes))
	}
	for v.shorten() {
	}
}

// A stored digest of an earlier release has its changes in a list only.
func TestOlderDigestListsChanges(t *testing.T) {
	d := models.Digest{
		Events:  []models.DigestEvent{{EventID: "1", Title: "Coins", Severity: models.High, Articles: 1}},
		Changes: []models.DigestChange{{EventID: "1", Title: "Coins", News: []models.Update{{Kind: models.UpdateStage, To: "passed"}}}},
	}
	v := viewDigest(d, English)
	if line := v.Groups[0].Topics[0].Lines[0]; len(v.Changes) != 1 || line.News != "" || line.Facts != "Mon 1 Jan · Press only · updated" {
		t.Errorf("%d changes, want 1; the line says %q and %q", len(v.Changes), line.Facts, line.News)
	}
}
