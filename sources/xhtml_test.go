package sources

import (
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
