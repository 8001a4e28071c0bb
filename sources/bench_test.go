package sources

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"regwatch/models"
)

// A scan of a feed of which one article is new reads them all.
func BenchmarkReadFeed(b *testing.B) {
	for _, language := range []struct{ name, text string }{
		{"English", strings.Repeat("The authority said on Monday that issuers of stablecoins must hold a licence before they offer their coins to the public. ", 20)},
		{"Chinese", strings.Repeat("金融管理局周一表示，發行人須先取得牌照，方可向公眾發售。", 40)},
	} {
		var feed strings.Builder
		feed.WriteString(`<rss version="2.0"><channel><title>News</title>`)
		for i := range 80 {
			fmt.Fprintf(&feed, `<item><title>Notice %d</title><link>https://a.example/%d</link><guid>%d</guid><pubDate>Mon, 30 Nov 2026 02:00:00 GMT</pubDate><description><![CDATA[<p>%s</p>]]></description></item>`, i, i, i, language.text)
		}
		feed.WriteString("</channel></rss>")
		body := []byte(feed.String())
		r := Open(models.Source{ID: "s", Kind: KindFeed, URL: "https://a.example/feed", Pages: models.PagesNever}, nil)
		b.Run(language.name, func(b *testing.B) {
			for b.Loop() {
				if batch, err := r.Read(b.Context(), body, http.Header{}); err != nil || len(batch.Articles) != 80 {
					b.Fatal(len(batch.Articles), err)
				}
			}
		})
	}
}
