package sources

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"regwatch/internal/htmltext"
	"regwatch/internal/weblink"
	"regwatch/models"
	"regwatch/sources/fetch"
)

// realFeeds are captured feeds. They are not part of the repository.
const realFeeds = "../../shared/feeds/real"

// serveAt serves a handler on a loopback address, so that each site has its own host.
func serveAt(t *testing.T, address string, handler http.Handler) *httptest.Server {
	t.Helper()
	l, err := net.Listen("tcp", address+":0")
	if err != nil {
		t.Skipf("this machine has no loopback address %s: %v", address, err)
	}
	s := &httptest.Server{Listener: l, Config: &http.Server{Handler: handler}}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

// A goldenItem is an item that another feed reader found in a real feed.
type goldenItem struct {
	id, title, link, summary string
	date                     time.Time // only if the golden file has the exact instant
}

// matches reports whether an article is the item, by the most reliable field of the
// golden file.
func (g goldenItem) matches(a models.Article) bool {
	if !g.date.IsZero() { // court feeds: docket number and instant
		return strings.HasPrefix(a.Title, g.title) && a.PublishedAt.Equal(g.date)
	}
	switch {
	case g.id != "" && a.GUID == g.id:
		return true
	case g.title != "" && htmltext.Line(g.title) == a.Title:
		return true
	case g.title == "" && g.link != "":
		return weblink.Key(g.link) == a.LinkKey || strings.HasSuffix(a.Link, strings.TrimPrefix(g.link, "/"))
	case g.title == "" && g.summary != "":
		return strings.Contains(a.Body, htmltext.Plain(g.summary)) || strings.Contains(a.Summary, htmltext.Plain(g.summary))
	}
	return g.title == "" && g.link == "" && g.summary == ""
}

// loadGoldens returns the golden files of three projects, by the path of their feed.
// Other JSON files in the folder are feeds.
func loadGoldens(t *testing.T) map[string][]goldenItem {
	t.Helper()
	all := make(map[string][]goldenItem)
	each := func(pattern string, feedOf func(string) string, read func([]byte) ([]goldenItem, error)) {
		files, err := filepath.Glob(filepath.Join(realFeeds, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			items, err := read(src)
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			feed, _ := filepath.Rel(realFeeds, feedOf(file))
			if _, err := os.Stat(filepath.Join(realFeeds, feed)); err != nil {
				t.Logf("%s has no feed", file)
				continue
			}
			all[filepath.ToSlash(feed)] = items
		}
	}
	each("feed-rs+feed-rs/feed-rs/fixture/*/*.serde.json", func(file string) string {
		feed := strings.TrimSuffix(file, ".serde.json")
		if strings.Contains(file, "/jsonfeed/") {
			return feed + ".json"
		}
		return feed + ".xml"
	}, readFeedRS)
	each("rbren+rss-parser/test/output/*.json", func(file string) string {
		feed := strings.TrimSuffix(strings.Replace(file, "/output/", "/input/", 1), ".json")
		if _, err := os.Stat(feed + ".rss"); err != nil {
			return feed + ".atom"
		}
		return feed + ".rss"
	}, readRSSParser)
	each("freelawproject+juriscraper/tests/examples/pacer/rss_feeds/*.json", func(file string) string {
		return strings.TrimSuffix(file, ".json") + ".xml"
	}, readJuriscraper)
	return all
}

func readFeedRS(src []byte) ([]goldenItem, error) {
	type text struct{ Content string }
	var golden struct {
		Entries []struct {
			Title, Summary *text
			Links          []struct{ Href string }
		}
	}
	err := json.Unmarshal(src, &golden)
	var items []goldenItem
	for _, e := range golden.Entries {
		var g goldenItem // its ids are partly invented, so they are left out
		if e.Title != nil {
			g.title = e.Title.Content
		}
		if e.Summary != nil {
			g.summary = e.Summary.Content
		}
		if len(e.Links) > 0 {
			g.link = e.Links[0].Href
		}
		items = append(items, g)
	}
	return items, err
}

func readRSSParser(src []byte) ([]goldenItem, error) {
	var golden struct {
		Feed struct {
			Items []struct {
				ID, GUID, Link, ContentSnippet string
				Title                          any
			}
		}
	}
	if !utf8.Valid(src) { // one file is in ISO 8859-1
		src, _ = charmap.ISO8859_1.NewDecoder().Bytes(src)
	}
	err := json.Unmarshal(src, &golden)
	var items []goldenItem
	for _, i := range golden.Feed.Items {
		title, _ := i.Title.(string)
		items = append(items, goldenItem{id: cmp.Or(i.GUID, i.ID), title: title, link: i.Link, summary: i.ContentSnippet})
	}
	return items, err
}

func readJuriscraper(src []byte) ([]goldenItem, error) {
	var golden []struct {
		DocketNumber  string `json:"docket_number"`
		DocketEntries []struct {
			DateFiled time.Time `json:"date_filed"`
		} `json:"docket_entries"`
	}
	err := json.Unmarshal(src, &golden)
	var items []goldenItem
	for _, d := range golden {
		for _, e := range d.DocketEntries {
			items = append(items, goldenItem{title: d.DocketNumber, date: e.DateFiled})
		}
	}
	return items, err
}

func TestRealFeeds(t *testing.T) {
	if _, err := os.Stat(realFeeds); err != nil {
		t.Skip("the captured feeds are not available")
	}
	folders, err := os.ReadDir(realFeeds)
	if err != nil {
		t.Fatal(err)
	}
	client := NewClient(ClientOptions{})
	defer client.Close()
	got := make(map[string]models.Batch)
	files, failed := 0, 0
	for n, folder := range folders {
		address := fmt.Sprintf("127.0.0.%d", n+2)
		server := serveAt(t, address, http.FileServer(http.Dir(filepath.Join(realFeeds, folder.Name()))))
		root := os.DirFS(filepath.Join(realFeeds, folder.Name()))
		err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(name, ".serde.json") {
				return err
			}
			files++
			src := models.Source{ID: "real", Kind: KindFeed, URL: server.URL + "/" + (&url.URL{Path: name}).String(), AllowHosts: []string{address}}
			batch, err := Open(src, client).Fetch(t.Context(), models.Cursor{})
			if err != nil {
				failed++
				t.Logf("%s/%s: %v", folder.Name(), name, err)
			}
			got[path.Join(folder.Name(), name)] = batch
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	want, found := 0, 0
	for feed, items := range loadGoldens(t) {
		left := slices.Clone(got[feed].Articles)
		for _, g := range items {
			want++
			i := slices.IndexFunc(left, g.matches)
			if i < 0 {
				t.Logf("%s: not found: %+v", feed, g)
				continue
			}
			found++
			left = slices.Delete(left, i, i+1)
		}
	}
	articles, items := 0, 0
	for _, b := range got {
		articles += len(b.Articles)
		items += b.Items
	}
	t.Logf("%d files (%d are no feed): %d articles of %d item starts; %d of %d golden items found (%.2f %%)", files, failed, articles, items, found, want, 100*float64(found)/float64(want))
	if want == 0 || float64(found) < 0.98*float64(want) {
		t.Errorf("%d of %d golden items found; want at least 98 %%", found, want)
	}
}

// readBytes reads a feed as a reader reads a response.
func readBytes(body []byte, contentType string) (models.Batch, error) {
	r := Open(models.Source{ID: "s", Kind: KindFeed, URL: "http://feed.example/rss"}, nil)
	from, _ := url.Parse(r.src.URL)
	return r.buildBatch(context.Background(), feedKind{}, fetch.Response{URL: from, ContentType: contentType, Body: body}, models.Cursor{}, "")
}
