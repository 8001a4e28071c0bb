package sources

import (
	"html"
	"net/url"
	"strings"
	"testing"

	"regwatch/models"
	"regwatch/sources/fetch"
)

// readFeed returns the articles and warnings of a feed.
func readFeed(t *testing.T, body string) models.Batch {
	t.Helper()
	src := models.Source{ID: "s", Kind: KindFeed, URL: "http://feed.example/rss", Pages: models.PagesNever}
	from, _ := url.Parse(src.URL)
	batch, err := Open(src, nil).buildBatch(t.Context(), feedKind{}, fetch.Response{URL: from, Body: []byte(body)}, models.Cursor{}, "")
	if err != nil {
		t.Fatal(err)
	}
	return batch
}

// In XML, <script/> has no content.
func TestFeedReadsXHTMLAfterEmptyElement(t *testing.T) {
	for _, empty := range []string{
		"<iframe/>", `<script src="x"/>`, "<style />", `<video src="/v.mp4" controls="controls"/>`, "<object/>", "<select/>", "<textarea/>", "<x:script/>",
	} {
		batch := readFeed(t, `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:x="http://www.w3.org/1999/xhtml"><title>F</title><entry><id>1</id><title>T</title>
			<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>before</p>`+empty+`<p>after</p></div></content></entry></feed>`)
		if got, want := batch.Articles[0].Body, "before\n\nafter"; got != want {
			t.Errorf("%s: body %q, want %q", empty, got, want)
		}
		if warnings := strings.Join(batch.Warnings, "; "); warnings != "" {
			t.Errorf("%s: warnings %q", empty, warnings)
		}
	}
}

// HTML has no such elements, but feeds that make it with the tools of XML do. Their readers
// lose nothing after them either.
func TestFeedReadsHTMLAfterEmptyElement(t *testing.T) {
	tags := []string{
		"audio", "button", "canvas", "head", "iframe", "math", "noembed", "noframes", "noscript", "object", "option", "plaintext", "script", "select", "style",
		"svg", "template", "textarea", "title", "video", "x:script", "xmp",
	}
	forms := map[string]string{
		"Atom HTML":    `<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><id>1</id><title>T</title><content type="html">%s</content></entry></feed>`,
		"Atom CDATA":   `<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><id>1</id><title>T</title><content type="html"><![CDATA[%q]]></content></entry></feed>`,
		"Atom summary": `<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><id>1</id><title>T</title><summary type="html">%s</summary></entry></feed>`,
		"RSS":          `<rss version="2.0"><channel><item><guid>1</guid><title>T</title><description>%s</description></item></channel></rss>`,
		"RSS content":  `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><item><guid>1</guid><title>T</title><content:encoded><![CDATA[%q]]></content:encoded></item></channel></rss>`,
	}
	for _, tag := range tags {
		for _, empty := range []string{"<" + tag + "/>", "<" + tag + ` src="/x" />`} {
			for after, want := range map[string]string{
				"<p>of the &eacute;change</p>":                         "before\n\nof the échange",
				"of the &eacute;change":                                "before\n\nof the échange",
				"<p>coin<sup>1</sup> <b>rules":                         "before\n\ncoin¹ rules",
				"<p>text</p>" + empty + "<p>rest":                      "before\n\ntext\n\nrest",
				"<video>no " + empty + " video</video><p>rest</p>":     "before\n\nrest",
				"<p>text</p><iframe src=y>none</iframe><p>rest &lt; 1": "before\n\ntext\n\nrest < 1",
			} {
				markup := "<p>before</p>" + empty + after
				for name, form := range forms {
					batch := readFeed(t, strings.NewReplacer("%s", html.EscapeString(markup), "%q", markup).Replace(form))
					if got := batch.Articles[0].Body; got != want || len(batch.Warnings) > 0 {
						t.Errorf("%s of %s: body %q, want %q; warnings %q", name, markup, got, want, batch.Warnings)
					}
				}
			}
		}
	}
}
