package sources

import (
	"strings"
	"testing"

	"regwatch/models"
)

// Elements whose names start like those of the root or an item do not end them:
// FeedBurner puts feedburner:origLink into every entry.
func TestTruncatedFeedIsPartial(t *testing.T) {
	for name, page := range map[string]string{
		"atom": `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:feedburner="urn:f" xmlns:entryx="urn:e"><title>T</title>
<entry><id>a</id><title>One</title><link href="http://site.example/1"/><feedburner:origLink>x</feedburner:origLink></entry>
<entry><id>b</id><entryx:y>1</entryx:y><title>Two</title><link href="http://site.example/2"/><feedburner:origLink>x</feedburner:origLink></entry></feed>`,
		"rss": `<rss version="2.0" xmlns:rssx="urn:r" xmlns:itemx="urn:i"><channel><title>T</title>
<item><guid>a</guid><title>One</title><link>http://site.example/1</link><rssx:y>1</rssx:y></item>
<item><guid>b</guid><itemx:y>1</itemx:y><title>Two</title><link>http://site.example/2</link><rssx:y>1</rssx:y></item></channel></rss>`,
	} {
		second := strings.LastIndex(page, "<title>")
		for end := strings.Index(page, "One"); end <= len(page); end++ {
			batch, err := readKind(t.Context(), models.Source{Kind: KindFeed}, page[:end], "application/xml")
			if err != nil {
				continue
			}
			if inside := end < len(page)-len("</channel></rss>"); inside && !batch.Partial {
				t.Errorf("%s cut after …%q: counted as complete", name, page[max(0, end-20):end])
			}
			if end < second+len("<title>Two</title>") && len(batch.Articles) > 1 {
				t.Errorf("%s cut after …%q: %d articles", name, page[max(0, end-20):end], len(batch.Articles))
			}
			if end == len(page) && (batch.Partial || len(batch.Articles) != 2) {
				t.Errorf("%s: %d articles, partial %t; want both", name, len(batch.Articles), batch.Partial)
			}
		}
	}
}
