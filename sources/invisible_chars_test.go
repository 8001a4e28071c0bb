package sources

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
	"regwatch/sources/page"
)

func TestTitlesOmitInvisibleCharacters(t *testing.T) {
	feed := "<rss version=\"2.0\"><channel><title>x</title>" +
		"<item><title>Stab&#173;le\u200bcoin \u2060ban</title><link>https://a.example/1</link></item>" +
		"<item><title>穩\u2060定\U000E0041幣條\u200d例 👩\u200d⚕\ufe0f</title><link>https://a.example/2</link></item>" +
		"<item><title>稳\ufe00定\u034f币</title><link>https://a.example/3</link></item>" +
		"<item><title>می\u200cخواهم \u202eban\u202c</title><link>https://a.example/4</link></item>" +
		"<item><title>\u2060\u00ad</title><description>Coin r\u2060ules. More.</description><link>https://a.example/5</link></item>" +
		"</channel></rss>"
	src := models.Source{ID: "s", Kind: KindFeed, URL: "https://a.example/feed"}
	batch, err := Open(src, nil).Read(t.Context(), []byte(feed), http.Header{"Content-Type": {"application/rss+xml; charset=utf-8"}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range batch.Articles {
		got = append(got, a.Title)
	}
	want := []string{"Stablecoin ban", "穩定幣條例 👩\u200d⚕\ufe0f", "稳定币", "می\u200cخواهم ban", "Coin rules."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("titles (-want +got):\n%s", diff)
	}
	// An article that was identified by its title as it was sent is still found under that.
	if want := models.IdentityOf("\x00穩\u2060定\U000E0041幣條\u200d例 👩\u200d⚕\ufe0f", "https://a.example/2"); !slices.Contains(batch.Articles[1].Formers, want) {
		t.Errorf("the stored identity of %q is unknown", batch.Articles[1].Title)
	}
}

func TestPageTitlesOmitInvisibleCharacters(t *testing.T) {
	at, _ := url.Parse("https://a.example/1")
	for name, head := range map[string]string{
		"title":    "<title>Stab&shy;le\u2060coin 穩\u200b定幣</title>",
		"og:title": "<meta property=\"og:title\" content=\"Stab\u00adle\u2060coin 穩\u200b定幣\">",
		"JSON-LD":  "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"headline\":\"Stab\u00adle\u2060coin 穩\u034f定幣\"}</script>",
		"heading":  "</head><body><h1>Stab&shy;le\u2060coin 穩\u200b定幣</h1>",
	} {
		body := "<html><head>" + head + "<p>The bank said on Tuesday that it was studying tokens.</p>"
		p, err := Open(models.Source{ID: "s", URL: at.String()}, nil).Page(t.Context(), []byte(body), http.Header{"Content-Type": {"text/html; charset=utf-8"}})
		if err != nil || p.Title != "Stablecoin 穩定幣" {
			t.Errorf("%s: title %q, %v; want %q", name, p.Title, err, "Stablecoin 穩定幣")
		}
	}
}

// The heading of a page is not repeated as the first paragraph.
func TestTextSkipsHeadingWithInvisibleCharacters(t *testing.T) {
	if got := page.DropTitle("Stab\u00adle coin\n\nThe bank said.", "Stable coin"); got != "The bank said." {
		t.Errorf("dropTitle = %q", got)
	}
}
