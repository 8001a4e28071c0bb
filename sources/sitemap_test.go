package sources

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
	"regwatch/sources/feed"
	"regwatch/sources/fetch"
)

func sitemapSource(address string, s models.Sitemap) models.Source {
	src := loopback(address)
	src.Kind, src.Sitemap, src.Zone = KindSitemap, s, "Asia/Hong_Kong"
	return src
}

// articleLines renders articles as "date title link".
func articleLines(articles []models.Article) []string {
	var out []string
	for _, a := range articles {
		out = append(out, fmt.Sprintf("%s %s %s", a.PublishedAt.Format("2006-01-02T15:04Z"), a.Title, a.Link))
	}
	return out
}

const sitemapHead = `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">`

func TestSitemap(t *testing.T) {
	for _, tt := range []struct {
		name     string
		settings models.Sitemap
		text     string
		want     []string
	}{
		{
			"newest first, with titles from the addresses",
			models.Sitemap{},
			sitemapHead + `<url><loc>https://r.example/press/2026/old-rule.html</loc><lastmod>2026-01-05</lastmod></url>
			<url><loc>https://r.example/press/20260302-new_rule_on-coins</loc><lastmod>2026-03-02T09:30:00+08:00</lastmod></url></urlset>`,
			[]string{
				"2026-03-02T01:30Z New rule on coins https://r.example/press/20260302-new_rule_on-coins",
				"2026-01-04T16:00Z Old rule https://r.example/press/2026/old-rule.html",
			},
		},
		{
			"a news sitemap with titles, dates and images",
			models.Sitemap{},
			sitemapHead + `<url><loc>https://n.example/1</loc><image:image><image:loc>https://n.example/p.jpg</image:loc></image:image>
			<news:news><news:publication><news:name>N</news:name><news:language>en</news:language></news:publication>
			<news:publication_date>2026-03-02</news:publication_date><news:title>Coins &amp; banks</news:title></news:news><lastmod>2026-03-09</lastmod></url></urlset>`,
			[]string{"2026-03-01T16:00Z Coins & banks https://n.example/1"},
		},
		{
			"include and exclude",
			models.Sitemap{Include: []string{"/en/press/", "/*.pdf$"}, Exclude: []string{"*?print="}},
			sitemapHead + `<url><loc>https://r.example/en/press/a-b</loc></url><url><loc>https://r.example/tc/press/c-d</loc></url>
			<url><loc>https://r.example/en/press/a-b?print=1</loc></url><url><loc>https://r.example/tc/e-f.pdf</loc></url></urlset>`,
			[]string{"0001-01-01T00:00Z A b https://r.example/en/press/a-b", "0001-01-01T00:00Z E f https://r.example/tc/e-f.pdf"},
		},
		{
			"a duplicate address",
			models.Sitemap{Newest: 1},
			sitemapHead + `<url><loc>https://r.example/a-b</loc></url><url><loc>https://r.example/a-b</loc></url><url><loc>https://r.example/c-d</loc></url></urlset>`,
			[]string{"0001-01-01T00:00Z A b https://r.example/a-b"},
		},
		{
			"one address a line",
			models.Sitemap{},
			"https://r.example/a-b\n\nhttps://r.example/42\n",
			[]string{"0001-01-01T00:00Z A b https://r.example/a-b", "0001-01-01T00:00Z https://r.example/42 https://r.example/42"},
		},
		{
			"a bare & and no namespace",
			models.Sitemap{},
			`<urlset><url><loc>https://r.example/?a=1&b=2</loc></url></urlset>`,
			[]string{"0001-01-01T00:00Z https://r.example/?a=1&b=2 https://r.example/?a=1&b=2"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			batch, err := Open(sitemapSource("https://r.example/sitemap.xml", tt.settings), nil).Read(t.Context(), []byte(tt.text), nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, articleLines(batch.Articles)); diff != "" {
				t.Errorf("articles (-want +got):\n%s", diff)
			}
			if batch.Partial || batch.Items != len(batch.Articles) {
				t.Errorf("partial %v, %d records for %d articles", batch.Partial, batch.Items, len(batch.Articles))
			}
		})
	}
}

// A truncated sitemap keeps what came before, and other content gets a clear error.
func TestSitemapFaults(t *testing.T) {
	read := func(text string) (models.Batch, error) {
		return Open(sitemapSource("https://r.example/sitemap.xml", models.Sitemap{}), nil).Read(t.Context(), []byte(text), nil)
	}
	batch, err := read(sitemapHead + `<url><loc>https://r.example/a-b</loc></url><url><loc>https://r.exa`)
	if err != nil || !batch.Partial || len(batch.Articles) != 1 {
		t.Errorf("a truncated sitemap: %d articles, partial %v, %v", len(batch.Articles), batch.Partial, err)
	}
	batch, err = read(`<sitemapindex><sitemap><loc>https://r.example/1.xml</loc></sitemap></sitemapindex>`)
	if err != nil || len(batch.Warnings) != 1 || !strings.Contains(batch.Warnings[0], "an index of 1 sitemaps") {
		t.Errorf("an index without a client: %q, %v", batch.Warnings, err)
	}
	for text, want := range map[string]string{
		`<!DOCTYPE html><html><body>Hello`: "web page instead of a sitemap",
		smallFeed:                          "use kind: feed",
		"nothing of the kind":              "not a sitemap",
		`<urlset>` + strings.Repeat("<a>", feed.MaxDepth+1): "nested more than",
		sitemapHead + `<url>`:                               "without a readable address",
	} {
		if _, err := read(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v; want %q", text, err, want)
		}
	}
}

// An index leads to its newest sitemaps, compressed or not, on the same site.
func TestSitemapIndex(t *testing.T) {
	var asked []string
	site := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		switch r.URL.Path {
		case "/index.xml":
			fmt.Fprintf(w, `<sitemapindex><sitemap><loc>/2024.xml</loc><lastmod>2024-12-31</lastmod></sitemap>
				<sitemap><loc>/2026.xml.gz</loc><lastmod>2026-03-01</lastmod></sitemap>
				<sitemap><loc>/2025.xml</loc><lastmod>2025-12-31</lastmod></sitemap>
				<sitemap><loc>https://other.example/2026.xml</loc><lastmod>2026-03-02</lastmod></sitemap></sitemapindex>`)
		case "/2026.xml.gz":
			w.Header().Set("Content-Type", "application/gzip")
			packed := gzip.NewWriter(w)
			_, _ = io.WriteString(packed, sitemapHead+`<url><loc>http://127.0.0.1/new-rule</loc></url></urlset>`)
			_ = packed.Close()
		default:
			http.NotFound(w, r)
		}
	}))
	client := NewClient(ClientOptions{Options: fetch.Options{Pause: time.Nanosecond}})
	defer client.Close()
	batch, err := Open(sitemapSource(site.URL+"/index.xml", models.Sitemap{Maps: 3}), client).Fetch(t.Context(), models.Cursor{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"/index.xml", "/2026.xml.gz", "/2025.xml"}, asked); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if len(batch.Articles) != 1 || !batch.Partial || len(batch.Warnings) != 3 {
		t.Errorf("%d articles, partial %v, warnings %q", len(batch.Articles), batch.Partial, batch.Warnings)
	}
}

// Sitemaps of real sites, if available.
func TestRealSitemaps(t *testing.T) {
	root := filepath.FromSlash("../../shared/sitemaps")
	if _, err := os.Stat(root); err != nil {
		t.Skip("the captured sitemaps are not available")
	}
	files, _ := filepath.Glob(filepath.Join(root, "*/tests/resources/sitemap*"))
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		client := NewClient(ClientOptions{Options: fetch.Options{Pause: time.Nanosecond}})
		defer client.Close()
		site := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }))
		batch, err := Open(sitemapSource(site.URL, models.Sitemap{}), client).Fetch(t.Context(), models.Cursor{})
		if err != nil || len(batch.Articles) == 0 || batch.Partial {
			t.Errorf("%s: %d articles, partial %v, %v", filepath.Base(file), len(batch.Articles), batch.Partial, err)
		}
		t.Logf("%s: %d articles", filepath.Base(file), len(batch.Articles))
	}
}

func FuzzSitemap(f *testing.F) {
	f.Add(sitemapHead + `<url><loc>https://r.example/a</loc><lastmod>2026-01-05</lastmod></url></urlset>`)
	f.Add("https://r.example/a\nhttps://r.example/b")
	f.Fuzz(func(t *testing.T, text string) {
		batch, err := Open(sitemapSource("https://r.example/sitemap.xml", models.Sitemap{}), nil).Read(t.Context(), []byte(text), nil)
		if err == nil && batch.Items != len(batch.Articles) {
			t.Errorf("%d records and %d articles", batch.Items, len(batch.Articles))
		}
	})
}

// A sitemap for which a server sends an unexpected 304 does not count as empty.
func TestSitemapUnexpectedNotModified(t *testing.T) {
	var server string
	s := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/one.xml" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = fmt.Fprintf(w, `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>%s/one.xml</loc></sitemap></sitemapindex>`, server)
	}))
	server = s.URL
	client := NewClient(ClientOptions{})
	defer client.Close()
	src := loopback(server + "/sitemap.xml")
	src.Kind = KindSitemap
	b, err := Open(src, client).Fetch(t.Context(), models.Cursor{})
	if err == nil && !b.Partial {
		t.Errorf("an unsent sitemap counts as empty: %v", b.Warnings)
	}
}

// If dates do not tell which addresses are the newest, a warning says how many were
// left out.
func TestDroppedUndatedAddressesWarn(t *testing.T) {
	src := sitemapSource("https://r.example/sitemap.txt", models.Sitemap{Newest: 1})
	const two = "https://r.example/a\nhttps://r.example/b\n"
	b, err := Open(src, nil).Read(t.Context(), []byte(two), nil)
	if err != nil || len(b.Articles) != 1 || !strings.Contains(strings.Join(b.Warnings, "; "), "1 address without a date is left out") {
		t.Errorf("%d articles, %q, %v; want one, and a warning about the other", len(b.Articles), b.Warnings, err)
	}
}
