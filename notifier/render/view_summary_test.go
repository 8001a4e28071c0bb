package render

import (
	"strings"
	"testing"

	"regwatch/models"
)

func TestSummaryOmitsUpdatesOfDeferredFirstAlert(t *testing.T) {
	official := []models.Update{{Kind: models.UpdateOfficial, To: "HKMA"}}
	n := models.Notice{Kind: models.NoticeSummary, Content: models.Content{Summary: &models.Summary{Zone: "UTC", Events: []models.DigestEvent{
		{EventID: "A", Title: "first heard here", New: true, Official: true, News: official},
		{EventID: "B", Title: "told before", Official: true, News: official},
	}}}}
	var shipped *Renderer
	text, err := shipped.Text(n, 0)
	if err != nil {
		t.Fatal(err)
	}
	first, second, ok := strings.Cut(text, "told before")
	if !ok || strings.Contains(first, "UPDATE") || !strings.Contains(second, "UPDATE: now officially confirmed by HKMA") {
		t.Errorf("want an update of the second alone:\n%s", text)
	}
}
