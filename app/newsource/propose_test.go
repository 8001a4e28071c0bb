package newsource

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUsualFeedsOfAPage(t *testing.T) {
	tests := map[string][]string{
		"https://r.example": {"https://r.example/feed/", "https://r.example/rss.xml", "https://r.example/feed.xml", "https://r.example/atom.xml", "https://r.example/index.xml"},
		"https://r.example/en/news.html?page=2": {
			"https://r.example/en/feed/", "https://r.example/en/rss.xml", "https://r.example/en/feed.xml",
			"https://r.example/feed/", "https://r.example/rss.xml", "https://r.example/feed.xml", "https://r.example/atom.xml", "https://r.example/index.xml",
		},
	}
	for page, want := range tests {
		u, err := url.Parse(page)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, usualFeeds(u)); diff != "" {
			t.Errorf("usualFeeds(%s) mismatch (-want +got):\n%s", page, diff)
		}
	}
}
