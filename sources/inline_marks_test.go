package sources

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"

	"regwatch/models"
	"regwatch/sources/fetch"
	"regwatch/sources/page"
)

// Each way to publish a text gives the same one: a footnote mark, deleted text and the
// pronunciation of characters are not part of a word.
func TestInlineMarksInEachWayToPublish(t *testing.T) {
	read := func(t *testing.T, src models.Source, body string) models.Article {
		t.Helper()
		src.ID, src.URL, src.Pages = "s", "https://authority.example/list", models.PagesNever
		k, err := kindOf(src)
		if err != nil {
			t.Fatal(err)
		}
		from, _ := url.Parse(src.URL)
		batch, err := Open(src, nil).buildBatch(t.Context(), k, fetch.Response{URL: from, ContentType: "text/html", Body: []byte(body)}, models.Cursor{}, "")
		if err != nil || len(batch.Articles) == 0 {
			t.Fatalf("%d articles, %v", len(batch.Articles), err)
		}
		return batch.Articles[0]
	}
	at := func(selector string) models.Extractor { return models.Extractor{Select: selector} }
	api := models.API{Articles: ".[]", Title: ".t", Summary: ".s", Link: ".l"}
	ways := []struct {
		name string
		text func(t *testing.T, markup string) string
	}{
		{"title of a listing", func(t *testing.T, markup string) string {
			return read(t, models.Source{Kind: KindListing, Listing: models.Listing{Articles: "li", Title: at("h3")}}, "<ul><li><h3>"+markup+"</h3><a href=/1>Read</a></ul>").Title
		}},
		{"summary of a listing", func(t *testing.T, markup string) string {
			return read(t, models.Source{Kind: KindListing, Listing: models.Listing{Articles: "li", Title: at("a"), Summary: at("p")}}, "<ul><li><a href=/1>T</a><p>"+markup+"</p></ul>").Summary
		}},
		{"cell of a table", func(t *testing.T, markup string) string {
			return read(t, models.Source{Kind: KindListing, Listing: models.Listing{Articles: "tr", Title: at("td:nth-child(2)")}}, "<table><tr><td><a href=/1>7</a><td>"+markup+"</table>").Title
		}},
		{"line after a link", func(t *testing.T, markup string) string {
			return read(t, models.Source{Kind: KindListing, Listing: models.Listing{Articles: "a.doc", Title: models.Extractor{Text: page.After}}}, "<body><a class=doc href=/1>7</a> "+markup+"<br></body>").Title
		}},
		{"heading above a listing", func(t *testing.T, markup string) string {
			return read(t, models.Source{Kind: KindListing, Listing: models.Listing{Articles: "li", Title: models.Extractor{Above: "h2"}}}, "<h2>"+markup+"</h2><ul><li><a href=/1>T</a></ul>").Title
		}},
		{"page monitor", func(t *testing.T, markup string) string {
			return read(t, models.Source{Kind: KindPage}, "<main><p>"+markup+"</p></main>").Body
		}},
		{"part of a page monitor", func(t *testing.T, markup string) string {
			return read(t, models.Source{Kind: KindPage, Watch: models.PageMonitor{Select: "td"}}, "<table><tr><td>"+markup+"</td></tr></table>").Body
		}},
		{"title of RSS", func(t *testing.T, markup string) string {
			return read(t, models.Source{Kind: KindFeed}, `<rss version="2.0"><channel><item><title>`+html.EscapeString(markup)+`</title><link>https://authority.example/1</link></item></channel></rss>`).Title
		}},
		{"description of RSS", func(t *testing.T, markup string) string {
			return read(t, models.Source{Kind: KindFeed}, `<rss version="2.0"><channel><item><title>T</title><description><![CDATA[`+markup+`]]></description></item></channel></rss>`).Summary
		}},
		{"title of Atom", func(t *testing.T, markup string) string {
			return read(t, models.Source{Kind: KindFeed}, `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title type="html">`+html.EscapeString(markup)+`</title></entry></feed>`).Title
		}},
		{"XHTML of Atom", func(t *testing.T, markup string) string {
			return read(t, models.Source{Kind: KindFeed}, `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>T</title><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">`+markup+`</div></content></entry></feed>`).Body
		}},
		{"JSON Feed", func(t *testing.T, markup string) string {
			quoted, _ := json.Marshal(markup)
			return read(t, models.Source{Kind: KindFeed}, fmt.Sprintf(`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"T","content_html":%s}]}`, quoted)).Body
		}},
		{"JSON", func(t *testing.T, markup string) string {
			quoted, _ := json.Marshal(markup)
			return read(t, models.Source{Kind: KindAPI, API: api}, fmt.Sprintf(`[{"t":%s,"l":"/1"}]`, quoted)).Title
		}},
		{"web page", func(t *testing.T, markup string) string {
			return pageText(t.Context(), "<article><h1>T</h1><p>"+markup+"</p><p>"+strings.Repeat("The Authority explains what follows from this. ", 9)+"</p></article>")
		}},
		{"headline of a web page", func(t *testing.T, markup string) string {
			from, _ := url.Parse("https://authority.example/1")
			p, err := Open(models.Source{URL: from.String()}, nil).Page(t.Context(), []byte("<html><h1>"+markup+"</h1><p>"+strings.Repeat("The Authority explains what follows from this. ", 9)+"</p></html>"), nil)
			if err != nil {
				t.Fatal(err)
			}
			return p.Title
		}},
		{"archive", func(t *testing.T, markup string) string {
			return FromArchive(models.Source{}, Archived{Title: markup}).Title
		}},
	}
	for _, tt := range []struct{ markup, want string }{
		{`Rules for a stablecoin<sup>1</sup> of issuers`, "Rules for a stablecoin¹ of issuers"},
		{`Rules for a stablecoin<a href="#fn1">1</a> of issuers`, "Rules for a stablecoin¹ of issuers"},
		{`Rules for a stablecoin<sup class="note"><a href="#n12">[12]</a></sup> of issuers`, "Rules for a stablecoin¹² of issuers"},
		{`The licence was <del>refused</del><ins>granted</ins> today`, "The licence was granted today"},
		{`發行<ruby>穩<rt>ㄨㄣˇ</rt>定<rt>ㄉㄧㄥˋ</rt>幣<rt>ㄅㄧˋ</rt></ruby>的條例草案`, "發行穩定幣的條例草案"},
	} {
		for _, way := range ways {
			if got := way.text(t, tt.markup); !strings.Contains(got, tt.want) {
				t.Errorf("%s of %s: %q, want %q", way.name, tt.markup, got, tt.want)
			}
		}
	}
}

func pageText(ctx context.Context, markup string) string {
	from, _ := url.Parse("https://authority.example/1")
	return page.Text(ctx, markup, from)
}

// Selectors still find what they found before.
func TestInlineMarksKeepTheElementsOfAListing(t *testing.T) {
	src := models.Source{ID: "s", Kind: KindListing, URL: "https://authority.example/list", Pages: models.PagesNever, Listing: models.Listing{
		Articles: "p", Title: models.Extractor{Select: "b"}, Link: models.Extractor{Select: "sup a"}, ID: models.Extractor{Select: "del em", Attr: "data-no"},
	}}
	batch, err := Open(src, nil).Read(t.Context(), []byte(`<p><b>Circular on stablecoins</b><sup><a href="/c1.pdf">[1]</a></sup> <del><em data-no=c1>old</em></del></p>`), nil)
	if err != nil || len(batch.Articles) != 1 {
		t.Fatal(err, batch.Articles)
	}
	if a := batch.Articles[0]; a.Link != "https://authority.example/c1.pdf" || a.GUID != "c1" || a.Title != "Circular on stablecoins" {
		t.Errorf("link %q, id %q, title %q", a.Link, a.GUID, a.Title)
	}
}
