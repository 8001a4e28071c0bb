package feed

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFeedLinksOfAPage(t *testing.T) {
	page := `<html><head><base href="/en/"><title> News &amp; events
	| Authority</title>
	<link rel="alternate" type="application/rss+xml" title="Press &lt;releases&gt;" href="press.xml">
	<LINK REL="Alternate" TYPE="application/atom+xml" HREF="https://other.example/atom">
	<link rel="alternate" type="application/rss+xml" href="press.xml">
	<link rel="alternate" hreflang="zh" href="/zh/">
	<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
	<link rel="stylesheet" type="text/css" href="a.css"></head>
	<body><svg><title>Logo</title></svg></body></html>`
	base, err := url.Parse("https://r.example/news/index.html")
	if err != nil {
		t.Fatal(err)
	}
	title, feeds := Links(t.Context(), []byte(page), "text/html; charset=utf-8", base)
	if want := "News & events | Authority"; title != want {
		t.Errorf("title %q, want %q", title, want)
	}
	want := []Link{{"https://r.example/en/press.xml", "Press <releases>"}, {"https://other.example/atom", ""}}
	if diff := cmp.Diff(want, feeds); diff != "" {
		t.Errorf("FeedLinks mismatch (-want +got):\n%s", diff)
	}
}

func TestFeedTitle(t *testing.T) {
	tests := map[string]string{
		`<rss><channel><title>HKMA &amp; others</title><item><title>One</title></item></channel></rss>`:    "HKMA & others",
		`<rss><channel><title><![CDATA[ 金管局 ]]></title><item/></channel></rss>`:                            "金管局",
		`<feed xmlns="http://www.w3.org/2005/Atom"><title type="text">Notices</title></feed>`:              "Notices",
		`<rss><channel><item><title>One</title></item></channel></rss>`:                                    "",
		`{"version": "https://jsonfeed.org/version/1.1", "title": "Circulars", "items": [{"title": "A"}]}`: "Circulars",
		`{"version": 1}`: "",
	}
	for feed, want := range tests {
		if got := Title([]byte(feed), ""); got != want {
			t.Errorf("FeedTitle(%s) = %q, want %q", feed, got, want)
		}
	}
}
