package sources

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"regwatch/models"
)

// An index may list indexes, and even itself. These do not count as sitemaps.
func TestSitemapIndexWithinIndex(t *testing.T) {
	var asked []string
	site := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		switch r.URL.Path {
		case "/index.xml":
			fmt.Fprint(w, `<sitemapindex><sitemap><loc>/en/index.xml</loc><lastmod>2026-03-01</lastmod></sitemap>
				<sitemap><loc>/index.xml</loc><lastmod>2026-03-02</lastmod></sitemap><sitemap><loc>/old.xml</loc><lastmod>2020-01-01</lastmod></sitemap></sitemapindex>`)
		case "/en/index.xml":
			fmt.Fprint(w, `<sitemapindex><sitemap><loc>news.xml</loc></sitemap><sitemap><loc>/index.xml</loc></sitemap></sitemapindex>`)
		case "/en/news.xml":
			fmt.Fprint(w, sitemapHead+`<url><loc>/new-rule</loc></url></urlset>`)
		default:
			fmt.Fprint(w, sitemapHead+`<url><loc>/old-rule</loc></url></urlset>`)
		}
	}))
	client := NewClient(ClientOptions{})
	defer client.Close()
	for newest, want := range map[int][]string{
		1: {"/index.xml", "/en/index.xml", "/en/news.xml"},
		2: {"/index.xml", "/en/index.xml", "/en/news.xml", "/old.xml"},
	} {
		asked = nil
		src := sitemapSource(site.URL+"/index.xml", models.Sitemap{Maps: newest})
		src.AllowHosts, src.IgnoreRobots = []string{"127.0.0.1"}, true
		batch, err := Open(src, client).Fetch(t.Context(), models.Cursor{})
		if err != nil {
			t.Fatal(err)
		}
		if len(batch.Articles) != newest || len(batch.Warnings) != 0 || !slices.Equal(asked, want) {
			t.Errorf("maps: %d: %d articles, warnings %q, asked for %q; want %q", newest, len(batch.Articles), batch.Warnings, asked, want)
		}
	}
}
