package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/noticetest"
	"regwatch/models"
)

// manyEvents returns events with different IDs. Every other one has the maximum length.
func manyEvents(n int) []models.DigestEvent {
	long := strings.Repeat("穩定幣發行人須領牌 ", 300)
	var all []models.DigestEvent
	for i := range n {
		e := models.DigestEvent{
			EventID: fmt.Sprintf("01JE%022d", i), Severity: models.Medium, Title: fmt.Sprintf("Story %d", i), Link: fmt.Sprintf("https://example.org/%d", i),
			RuleIDs: []string{"yuan-stablecoin"}, Source: "HKMA", FirstSeenAt: noticetest.At("2026-08-28T06:05:00Z"), Articles: 1, New: true,
		}
		if i%2 == 1 {
			e.Title, e.Link = long, "https://example.org/"+strings.Repeat("x", 1500)
		}
		all = append(all, e)
	}
	return all
}

func summaryOf(n int) models.Notice {
	notice := noticetest.Notice(models.Content{Summary: &models.Summary{
		Title: "Many alerts", From: noticetest.At("2026-08-28T06:00:00Z"), To: noticetest.At("2026-08-28T07:00:00Z"), Zone: "UTC", Events: manyEvents(n),
	}})
	notice.Kind = models.NoticeSummary
	return notice
}

func digestOf(n int) models.Notice {
	full := noticetest.FullDigest()
	d := full
	d.Events = manyEvents(n)
	for i := range 700 {
		d.Coverage.Failing = append(d.Coverage.Failing, models.SourceTrouble{Name: fmt.Sprintf("source %d", i), Error: strings.Repeat("no answer ", 50)})
	}
	notice := noticetest.Notice(models.Content{Digest: &d})
	notice.Kind = models.NoticeDigest
	return notice
}

// A pageOf is a body as a receiver reads it.
type pageOf struct {
	Data struct {
		NoticeID string `json:"notice_id"`
		Page     int
		Pages    int
		Omitted  map[string]int
		Summary  *models.Summary
		Digest   *models.Digest
	}
}

func pagesOf(t *testing.T, n models.Notice) (pages []pageOf, bodies [][]byte) {
	t.Helper()
	bodies, err := Webhook(n)
	if err != nil {
		t.Fatal(err)
	}
	for i, body := range bodies {
		if len(body) > webhookBytes {
			t.Errorf("page %d has %d bytes, want at most %d", i+1, len(body), webhookBytes)
		}
		var p pageOf
		if err := json.Unmarshal(body, &p); err != nil {
			t.Fatal(err)
		}
		pages = append(pages, p)
	}
	return pages, bodies
}

func TestWebhookPagesContainEveryEvent(t *testing.T) {
	for name, notice := range map[string]func(int) models.Notice{"summary": summaryOf, "digest": digestOf} {
		for _, n := range []int{0, 1, 2, 499, 500, 501, 1000, 10_000} {
			var want, got []string
			for _, e := range manyEvents(n) {
				want = append(want, e.EventID)
			}
			pages, bodies := pagesOf(t, notice(n))
			for i, p := range pages {
				var events []models.DigestEvent
				if name == "summary" {
					events = p.Data.Summary.Events
				} else {
					events = p.Data.Digest.Events
				}
				for _, e := range events {
					got = append(got, e.EventID)
				}
				page, of := i+1, len(pages)
				if of == 1 {
					page, of = 0, 0 // the form before pages existed
				}
				if p.Data.Page != page || p.Data.Pages != of {
					t.Errorf("%s of %d: page %d of %d says it is %d of %d", name, n, i+1, len(pages), p.Data.Page, p.Data.Pages)
				}
				if n > 0 && (len(events) == 0 || len(events) > webhookLimits()[0].elements) {
					t.Errorf("%s of %d: page %d has %d events", name, n, i+1, len(events))
				}
				if p.Data.NoticeID != pages[0].Data.NoticeID {
					t.Errorf("%s of %d: page %d is of another notice", name, n, i+1)
				}
				for path := range p.Data.Omitted {
					if path == name+".events" {
						t.Errorf("%s of %d: page %d omits %d events", name, n, i+1, p.Data.Omitted[path])
					}
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s of %d: events mismatch (-want +got):\n%s", name, n, diff)
			}
			_, again := pagesOf(t, notice(n))
			if !slices.EqualFunc(bodies, again, bytes.Equal) {
				t.Errorf("%s of %d: rendered again it has other pages", name, n)
			}
		}
	}
}

// Everything except the events is the same on each page, so that each can be read by
// itself.
func TestWebhookPagesDifferOnlyInEvents(t *testing.T) {
	pages, _ := pagesOf(t, digestOf(1000))
	if len(pages) < 2 {
		t.Fatalf("%d pages", len(pages))
	}
	first := pages[0].Data.Digest
	if len(first.Coverage.Failing) == 0 || len(first.Counts) == 0 {
		t.Errorf("the first page has no coverage: %+v", first.Coverage)
	}
	for i, p := range pages {
		p.Data.Digest.Events = first.Events
		if diff := cmp.Diff(first, p.Data.Digest); diff != "" {
			t.Errorf("page %d mismatch (-first +page):\n%s", i+1, diff)
		}
	}
}

func TestWebhookCountsOmittedElements(t *testing.T) {
	alert := noticetest.All()["alert"]
	a := *alert.Content.Alert
	for i := range 800 {
		a.OtherSources = append(a.OtherSources, models.Reference{Source: fmt.Sprintf("outlet %d", i), Link: "https://example.org/"})
		a.Tags = append(a.Tags, fmt.Sprintf("tag %d", i))
	}
	hits := a.Why[0]
	hits.Hits = make([]models.Hit, 600)
	a.Why = []models.Finding{hits, hits}
	alert.Content.Alert = &a

	fits := noticetest.All()["alert"]
	standing := noticetest.Notice(models.Content{Status: &models.Status{EventID: "01JE", Assignments: make([]models.Assignment, 501)}})
	summary := summaryOf(3)
	summary.Content.Summary.Events[1].News = make([]models.Update, 502)

	tests := map[string]struct {
		notice models.Notice
		want   map[string]int
	}{
		"an alert":              {alert, map[string]int{"alert.other_sources": len(a.OtherSources) - 500, "alert.tags": len(a.Tags) - 500, "alert.why.hits": 200}},
		"an alert that fits":    {fits, nil},
		"a status":              {standing, map[string]int{"standing.takes": 1}},
		"the news of one event": {summary, map[string]int{"summary.events.news": 2}},
		"the coverage":          {digestOf(0), map[string]int{"digest.coverage.failing": len(digestOf(0).Content.Digest.Coverage.Failing) - 200}},
	}
	for name, tt := range tests {
		pages, _ := pagesOf(t, tt.notice)
		if diff := cmp.Diff(tt.want, pages[0].Data.Omitted); diff != "" {
			t.Errorf("%s: omitted mismatch (-want +got):\n%s", name, diff)
		}
	}
}

// An event larger than a page is cut, without losing other events.
func TestWebhookKeepsLargeEvents(t *testing.T) {
	n := summaryOf(3)
	huge := &n.Content.Summary.Events[1]
	for range 5000 {
		huge.News = append(huge.News, models.Update{Kind: models.UpdateRule, To: strings.Repeat("規", 1000)})
	}
	pages, _ := pagesOf(t, n)
	var got []string
	omitted := 0
	for _, p := range pages {
		omitted += p.Data.Omitted["summary.events.news"]
		for _, e := range p.Data.Summary.Events {
			got = append(got, e.EventID)
			if e.EventID == huge.EventID {
				omitted += len(e.News)
			}
		}
	}
	if len(got) != 3 || omitted != 5000 {
		t.Errorf("events %v, and %d of 5000 news are shown or counted", got, omitted)
	}
}
