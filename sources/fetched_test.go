package sources

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/redact"
	"regwatch/models"
	"regwatch/sources/fetch"
	"regwatch/sources/page"
)

const twoPages = `<html><head><title>Rules</title></head><body><ul><li><a href="%s">%s</a></li></ul></body></html>`

// Each text comes with the headers of the response that gave it.
func TestArticleHasTheResponseOfItsText(t *testing.T) {
	long := "<p>" + strings.Repeat("The authority grants the licence to the bank today. ", 20) + "</p>"
	mux := http.NewServeMux()
	say := func(path, etag, kind, text string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			h := w.Header()
			h.Set("Date", "Mon, 30 Nov 2026 02:00:00 GMT")
			h.Set("Last-Modified", "Sun, 29 Nov 2026 10:00:00 GMT")
			h.Set("ETag", etag)
			h.Set("Content-Type", kind)
			h.Set("Content-Language", "en-HK")
			_, _ = fmt.Fprint(w, text)
		})
	}
	feed := func(text string) string {
		return `<rss version="2.0"><channel><title>T</title><item><title>One</title><link>/page</link><description><![CDATA[` + text + `]]></description></item></channel></rss>`
	}
	mux.Handle("/old", http.RedirectHandler("/feed", http.StatusFound))
	mux.Handle("/page", http.RedirectHandler("/final", http.StatusFound))
	say("/feed", `"feed"`, "application/rss+xml", feed("A licence."))
	say("/fullfeed", `"fullfeed"`, "application/rss+xml", feed(long))
	say("/final", `W/"page"`, "text/html; charset=utf-8", "<html><body><article>"+long+"</article></body></html>")
	say("/list", `"list"`, "text/html", fmt.Sprintf(twoPages, "/a", "A first notice"))
	say("/list2", `"list2"`, "text/html", fmt.Sprintf(twoPages, "/b", "A second notice"))
	say("/index.xml", `"index"`, "application/xml", `<sitemapindex><sitemap><loc>/map.xml</loc></sitemap></sitemapindex>`)
	say("/map.xml", `"map"`, "application/xml", `<urlset><url><loc>/c</loc></url></urlset>`)
	server := serveAt(t, "127.0.0.1", mux)
	client := NewClient(ClientOptions{})
	defer client.Close()
	fetch := func(src models.Source) []models.Article {
		t.Helper()
		batch, err := Open(src, client).Fetch(t.Context(), models.Cursor{})
		if err != nil {
			t.Fatal(err)
		}
		return batch.Articles
	}
	complete := func(path string, policy models.PagePolicy) *models.Fetched {
		t.Helper()
		src := loopback(server.URL + path)
		src.Pages = policy
		full, err := Open(src, client).Complete(t.Context(), fetch(src)[0])
		if err != nil {
			t.Fatal(err)
		}
		return full.Fetched
	}
	list := loopback(server.URL + "/list")
	list.Kind = KindListing
	list.Listing = models.Listing{Articles: "li", Title: models.Extractor{Select: "a"}, Paging: models.Paging{Address: "/list{page}", First: 1, Step: 1, Pages: 2}}
	listed := fetch(list)
	index := loopback(server.URL + "/index.xml")
	index.Kind = KindSitemap
	if len(listed) != 2 {
		t.Fatalf("the list has %d articles; want one of each page", len(listed))
	}
	response := func(path, etag, kind string) *models.Fetched {
		return &models.Fetched{
			URL: server.URL + path, Status: 200, Date: "Mon, 30 Nov 2026 02:00:00 GMT", LastModified: "Sun, 29 Nov 2026 10:00:00 GMT",
			ETag: etag, ContentType: kind, ContentLanguage: "en-HK",
			Extraction: page.Version,
		}
	}
	for _, tt := range []struct {
		name      string
		got, want *models.Fetched
	}{
		{"a feed after a redirect", fetch(loopback(server.URL + "/old"))[0].Fetched, response("/feed", `"feed"`, "application/rss+xml")},
		{"a page after a redirect", complete("/feed", models.PagesAuto), response("/final", `W/"page"`, "text/html; charset=utf-8")},
		{"a page that says no more than the feed", complete("/fullfeed", models.PagesAlways), response("/fullfeed", `"fullfeed"`, "application/rss+xml")},
		{"the first page of a list", listed[0].Fetched, response("/list", `"list"`, "text/html")},
		{"the second page of a list", listed[1].Fetched, response("/list2", `"list2"`, "text/html")},
		{"a sitemap of an index", fetch(index)[0].Fetched, response("/map.xml", `"map"`, "application/xml")},
	} {
		if diff := cmp.Diff(tt.want, tt.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	batch, err := Open(loopback(server.URL+"/feed"), client).Read(t.Context(), []byte(smallFeed), http.Header{"Content-Type": {"application/rss+xml"}})
	if err != nil || batch.Articles[0].Fetched != nil {
		t.Errorf("what no server sent has the response %+v, %v", batch.Articles[0].Fetched, err)
	}
}

// What is stored of a response is short, printable and without secrets, whatever the server sends.
func TestResponsesAreStoredShortAndWithoutSecrets(t *testing.T) {
	const hostile = "<\"\\\t\u009b2J\xff\u202e令牌>" // the HTTP client refuses other control characters
	said := "key " + urlSecret + " " + headerSecret + " " + programSecret + " "
	mux := http.NewServeMux()
	for path, value := range map[string]string{"/secret": said, "/hostile": hostile, "/long": strings.Repeat("<&\"é令", 1000), "/both": said + strings.Repeat(hostile, 50)} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("page") == "" {
				http.Redirect(w, r, path+"?page=1&api_key="+url.QueryEscape(urlSecret)+"&x="+strings.Repeat("%22%3C", 300), http.StatusFound)
				return
			}
			for _, name := range []string{"Date", "Last-Modified", "ETag", "Content-Language"} {
				w.Header()[name] = []string{value}
			}
			w.Header()["Content-Type"] = []string{"text/xml; x=" + value}
			_, _ = fmt.Fprint(w, smallFeed)
		})
	}
	server := serveAt(t, "127.0.0.1", mux)
	client := NewClient(ClientOptions{Options: fetch.Options{Secret: func(string) (string, error) { return headerSecret, nil }, Secrets: redact.New(programSecret)}})
	defer client.Close()
	for _, path := range []string{"/secret", "/hostile", "/long", "/both"} {
		src := loopback(server.URL + path + "?api_key=" + url.QueryEscape(urlSecret))
		src.Headers = map[string]string{"X-Feed-Pass": "env:PASS"}
		fallback := src
		fallback.URL = server.URL + path
		src.Fallback = []models.Source{fallback}
		for _, address := range []string{src.URL, server.URL + "/none?api_key=" + url.QueryEscape(urlSecret)} {
			src.URL = address // the second is read by its fallback
			batch, err := Open(src, client).Fetch(t.Context(), models.Cursor{})
			if err != nil {
				t.Errorf("%s: %v", path, err)
				continue
			}
			f := batch.Articles[0].Fetched
			stored, err := json.Marshal(f)
			if err != nil || len(stored) > 1000 {
				t.Errorf("%s: %d bytes, %v; want at most 1,000: %s", path, len(stored), err, stored)
			}
			text := fmt.Sprint(*f)
			if leak := leaks(text); leak != "" {
				t.Errorf("%s leaks %q: %s", path, leak, text)
			}
			if i := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
				t.Errorf("%s: %q is not printable", path, text[i:])
			}
			if f.Status != 200 || f.ETag == "" || !strings.HasPrefix(f.URL, server.URL+path+"?page=1") {
				t.Errorf("%s: %+v; want the status, the ETag and the final address", path, f)
			}
		}
	}
}
