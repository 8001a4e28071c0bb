package web

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/mmcdole/gofeed"

	"regwatch/internal/signedlink"
	"regwatch/models"
)

func told(event, title string, at time.Time, change func(*models.Alert)) models.Notice {
	a := &models.Alert{EventID: event, Title: title, Severity: models.High, Link: "https://news.example/" + event, Language: "en", Source: "Example News", WhyNow: "new event"}
	if change != nil {
		change(a)
	}
	return models.Notice{Kind: models.NoticeAlert, Subject: "event", SubjectID: event, Content: models.Content{Alert: a}, CreatedAt: at}
}

func TestAFeedTellsWhatTheRouteTold(t *testing.T) {
	s := newSite(t, nil)
	hostile := "]]> </title><script>alert(1)</script> &amp; \x00\x1b[31m \u202e人民幣"
	s.told = []models.Notice{
		told("E2", "Now confirmed", noon.Add(2*time.Hour), func(a *models.Alert) { a.WhyNow = "now officially confirmed" }),
		told("E1", hostile, noon.Add(time.Hour), func(a *models.Alert) {
			a.Link, a.Excerpt.Text = "javascript:alert(1)", "<b>& \x0b"
			a.Why = []models.Finding{{RuleID: "yuan-stablecoin"}}
		}),
		told("E2", "Talks", noon, nil),
	}
	address := s.links.Feed("hk-policy/urgent")
	path := strings.TrimPrefix(address, s.links.Base)
	answer, text := s.ask(http.MethodGet, path, nil)
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "application/atom+xml; charset=utf-8" || answer.Header.Get("Cache-Control") != "private, no-cache" {
		t.Fatalf("answers %d, %v:\n%s", answer.StatusCode, answer.Header, text)
	}
	feed, err := gofeed.NewParser().ParseString(text)
	if err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	if feed.FeedType != "atom" || feed.FeedLink != address || feed.Updated != "2026-08-28T14:00:00Z" {
		t.Errorf("feed %s at %s, updated %s", feed.FeedType, feed.FeedLink, feed.Updated)
	}
	var got []string
	for _, e := range feed.Items {
		got = append(got, fmt.Sprintf("%s | %s | %s | %s | %s", e.GUID, e.Published, e.Updated, e.Link, e.Categories))
	}
	want := []string{
		"urn:regwatch:event:E2 | 2026-08-28T12:00:00Z | 2026-08-28T14:00:00Z | https://news.example/E2 | []",
		"urn:regwatch:event:E1 | 2026-08-28T13:00:00Z | 2026-08-28T13:00:00Z |  | [yuan-stablecoin]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	if strings.Contains(text, "<script") || strings.Contains(text, "javascript") || strings.ContainsAny(text, "\x00\x1b\x0b") {
		t.Errorf("a title acts:\n%s", text)
	}
	// What gofeed mends, others may not: it must be XML by the letter.
	strict := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := strict.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("%v:\n%s", err, text)
		}
	}

	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, nil)
	r.Header.Set("If-None-Match", answer.Header.Get("ETag"))
	again, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	again.Body.Close()
	if again.StatusCode != http.StatusNotModified {
		t.Errorf("asked again it answers %d, want 304", again.StatusCode)
	}
}

func TestAFeedIsForThoseWhoHaveItsAddress(t *testing.T) {
	s := newSite(t, nil)
	token := s.links.Token(signedlink.Feed("hk-policy"), "", time.Time{})
	s.wants(http.MethodGet, "/feeds/hk-policy/"+token+".atom", nil, http.StatusOK, "<feed")
	for _, path := range []string{"/feeds/hk-policy/.atom", "/feeds/other/" + token + ".atom", "/feeds/hk-policy/" + token, "/feeds/" + token + ".atom", "/feeds/hk-policy/urgent/" + token + ".atom"} {
		s.wants(http.MethodGet, path, nil, http.StatusNotFound, "newest mail")
	}
}

func TestAFeedHasTheNewestEvents(t *testing.T) {
	var all []models.Notice
	for i := range 3 * feedEvents {
		all = append(all, told(fmt.Sprintf("E%d", i/2), "Title", noon.Add(-time.Duration(i)*time.Minute), nil))
	}
	body, err := atom("hk", "https://regwatch.example.com/feeds/hk/x.atom", all)
	if err != nil {
		t.Fatal(err)
	}
	feed, err := gofeed.NewParser().ParseString(string(body))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(feed.Items); n != feedEvents || feed.Items[n-1].GUID != "urn:regwatch:event:E49" {
		t.Errorf("%d entries, the last %s; want 50 to E49", n, feed.Items[n-1].GUID)
	}
}
