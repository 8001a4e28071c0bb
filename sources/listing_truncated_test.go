package sources

import (
	"fmt"
	"strings"
	"testing"

	"regwatch/models"
)

// A page may be truncated without notice, by a server that sends no length or a wrong
// one. Wherever it ends, only complete articles are read, and the page is fetched
// again if one was cut.
func TestTruncatedListingOmitsPartialArticle(t *testing.T) {
	var whole strings.Builder
	whole.WriteString("<!DOCTYPE html><html><head><title>News</title></head><body><ul>\n")
	known := make(map[string]bool)
	for i := range 5 {
		fmt.Fprintf(&whole, "<li><time>2026-03-0%d</time> <a href=\"/notice/%d-of-many.html\" class=press>Notice of number %d</a> <p>What it says.</p></li>\n", i+1, i, i)
		known[fmt.Sprintf("Notice of number %d https://site.example/notice/%d-of-many.html 0%d What it says.", i, i, i+1)] = true
	}
	whole.WriteString("</ul><p>That is all.</p></body></html>\n")
	page := whole.String()
	src := models.Source{Kind: KindListing, Listing: models.Listing{
		Articles: "li", Title: models.Extractor{Select: "a"}, Date: models.Extractor{Select: "time"}, Summary: models.Extractor{Select: "p"},
	}}
	for end := range len(page) + 1 {
		// A link may be the article element, and is cut inside its tag.
		links := src
		links.Listing.Articles = "a[href]"
		batch, err := readKind(t.Context(), links, page[:end], "text/html")
		for _, a := range batch.Articles {
			if err == nil && !strings.HasPrefix(a.Title, "Notice of number ") {
				t.Errorf("cut after …%q: the link %q was never published", page[max(0, end-30):end], a.Title)
			}
		}
		batch, err = readKind(t.Context(), src, page[:end], "text/html")
		if err != nil {
			continue
		}
		for _, a := range batch.Articles {
			if got := fmt.Sprintf("%s %s %s %s", a.Title, a.Link, a.PublishedAt.Format("02"), a.Summary); !known[got] {
				t.Errorf("cut after …%q: the article %q was never published", page[max(0, end-30):end], got)
			}
		}
		if inside := strings.Count(page[:end], "<li>") > strings.Count(page[:end], "</li>"); inside && !batch.Partial {
			t.Errorf("cut after …%q: not fetched again", page[max(0, end-30):end])
		}
		if end == len(page) && (batch.Partial || len(batch.Articles) != 5 || len(batch.Warnings) > 0) {
			t.Errorf("the complete page: %d articles, partial %t, %v", len(batch.Articles), batch.Partial, batch.Warnings)
		}
	}
	// Omitted end tags that HTML allows are no truncation.
	for _, page := range []string{
		"<ul><li><a href=/1>One</a><li><a href=/2>Two</a></ul>",
		"<table><tr><td><a href=/1>One</a><tr><td><a href=/2>Two</a></table>",
		"<ul><li><a href=/1>One</a></li><li><a href=/2>Two</a></li>",
		"<body><ul><li><a href=/1>One</a><li><a href=/2>Two</a></body>",
	} {
		src.Listing.Articles = "li, tr"
		batch, err := readKind(t.Context(), src, page, "text/html")
		if err != nil || batch.Partial || len(batch.Articles) != 2 {
			t.Errorf("%s: %d articles, partial %t, %v; want both", page, len(batch.Articles), batch.Partial, err)
		}
	}
}
