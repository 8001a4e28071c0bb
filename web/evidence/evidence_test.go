package evidence

import (
	"strings"
	"testing"
	"time"

	"regwatch/app"
	"regwatch/models"
)

func TestEvidencePageEscapesWhatOthersWrote(t *testing.T) {
	const hostile = `</pre><script>alert(1)</script><img src=x onerror=alert(2)>`
	now := time.Date(2026, 11, 28, 4, 5, 6, 0, time.UTC)
	e := app.Evidence{
		CreatedAt: now, Program: "regwatch devel",
		Event: app.EventDetails{Event: app.Event{
			ID: "01K", Title: hostile, Stage: "passed", StageQuote: hostile, Jurisdictions: []string{hostile},
			Dates: []models.KeyDate{{Day: "2026-12-01", Kind: "effective", Quote: hostile}}, Feedback: []models.Feedback{{By: hostile, Note: hostile, GivenAt: now}},
		}},
		Articles: []app.EvidenceArticle{{
			Article: app.Article{ID: "01A", Title: hostile, Link: "javascript:alert(3)", PublishedRaw: hostile, SeenAt: now},
			Revisions: []app.EvidenceText{{ArticleRevision: app.ArticleRevision{Revision: 1, SeenAt: now, Title: hostile, Fetched: &models.Fetched{
				URL: hostile, Status: 203, Date: hostile, LastModified: hostile, ETag: `W/"v1"`, ContentType: hostile, ContentLanguage: hostile,
			}}, Text: hostile}},
		}},
		Rules:     []app.EvidenceRule{{RuleID: "coin", Hash: "0f", Text: hostile, FirstUsedAt: now}},
		Audit:     []app.AuditEntry{{Seq: 7, At: now, Actor: hostile, Action: "event.opened", Subject: "01K", Hash: "ab"}},
		AuditHead: models.AuditHead{Seq: 9, Hash: "cd"},
		LogIntact: app.AuditCheck{Entries: 9, Intact: true},
	}
	var page strings.Builder
	if err := Write(&page, e, time.FixedZone("HKT", 8*3600)); err != nil {
		t.Fatal(err)
	}
	for _, never := range []string{"<script", "javascript:", "<img src"} {
		if strings.Contains(page.String(), never) {
			t.Errorf("the page has %q:\n%s", never, page.String())
		}
	}
	for _, want := range []string{"28 Nov 2026 12:05:06 &#43;08:00", "All 9 entries of the log were intact", "9:cd", "marked it as not relevant", "2026-12-01", "the source gave no readable date", "status 203", "ETag: W/&#34;v1&#34;"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestEvidencePageSaysWhatIsMissing(t *testing.T) {
	e := app.Evidence{
		Articles:  []app.EvidenceArticle{{Revisions: []app.EvidenceText{{ArticleRevision: app.ArticleRevision{Hash: "12", Deleted: true}}}}},
		LogIntact: app.AuditCheck{What: "entry 3 was changed"},
	}
	var page strings.Builder
	if err := Write(&page, e, time.UTC); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"The text was deleted because of its age.", "The log is not intact:", "entry 3 was changed", "Nobody was notified.", "No match is stored."} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}
