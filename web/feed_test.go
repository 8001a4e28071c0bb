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

	"regwatch/app"
	"regwatch/internal/signedlink"
)

func TestFeedIsAtom(t *testing.T) {
	s := newSite(t, nil)
	s.feed.Entries = []app.FeedEntry{
		{EventID: "E2", Title: "Now confirmed", Link: "https://news.example/E2", Language: "en", Source: "Example News", Severity: "high", WhyNow: "now officially confirmed", PublishedAt: noon, UpdatedAt: noon.Add(2 * time.Hour)},
		{EventID: "E1", Title: "]]> </title><script>alert(1)</script> &amp; 人民幣", Excerpt: "<b>&", Rules: []string{"yuan-stablecoin"}, PublishedAt: noon.Add(time.Hour), UpdatedAt: noon.Add(time.Hour)},
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
	if strings.Contains(text, "<script") {
		t.Errorf("a title is not escaped:\n%s", text)
	}
	// gofeed repairs what other readers do not: it must be strict XML.
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

func TestFeedNeedsTheTokenOfItsRoute(t *testing.T) {
	s := newSite(t, nil)
	token := s.links.Token(signedlink.Feed("hk-policy"), "", time.Time{})
	s.wants(http.MethodGet, "/feeds/hk-policy/"+token+".atom", nil, http.StatusOK, "<feed")
	for _, path := range []string{"/feeds/hk-policy/.atom", "/feeds/other/" + token + ".atom", "/feeds/hk-policy/" + token, "/feeds/" + token + ".atom", "/feeds/hk-policy/urgent/" + token + ".atom"} {
		s.wants(http.MethodGet, path, nil, http.StatusNotFound, "newest mail")
	}
}
