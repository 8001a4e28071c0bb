package samplesite

import (
	"compress/gzip"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/mmcdole/gofeed"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// start is the time at which the clock of every test starts.
func start() time.Time { return time.Date(2026, 3, 10, 6, 30, 0, 0, time.UTC) }

func serve(t *testing.T, opts Options) (*Site, string) {
	t.Helper()
	if opts.Now == nil {
		opts.Now = start
	}
	site, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(site)
	t.Cleanup(srv.Close)
	return site, srv.URL
}

// get disables the compression that net/http would undo.
func get(t *testing.T, url string, head map[string]string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "identity")
	for key, value := range head {
		req.Header.Set(key, value)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("GET %s: %v", url, err)
	}
	return res, body
}

// An entry has the fields of an article that must survive parsing.
type entry struct {
	GUID, Link, Title string
	At                time.Time
}

func TestFeedsContainPublishedArticles(t *testing.T) {
	site, base := serve(t, Options{})
	for _, f := range site.Feeds() {
		if f.Broken != "" {
			continue
		}
		t.Run(f.ID, func(t *testing.T) {
			_, body := get(t, base+f.Path, nil)
			feed, err := gofeed.NewParser().ParseString(string(body))
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]entry{}
			for _, item := range site.Published() {
				if item.FeedID == f.ID {
					want[item.Title] = entry{item.GUID, base + item.Link, item.Title, item.At.UTC()}
				}
			}
			got := map[string]entry{}
			for _, item := range feed.Items {
				got[item.Title] = entry{item.GUID, item.Link, item.Title, published(t, item)}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s mismatch (-published +read):\n%s", f.Path, diff)
			}
			if len(want) < 7 {
				t.Errorf("%s shows %d articles; want at least 7", f.Path, len(want))
			}
			if !newestFirst(t, feed.Items) {
				t.Errorf("%s does not show the newest first", f.Path)
			}
		})
	}
}

func published(t *testing.T, item *gofeed.Item) time.Time {
	t.Helper()
	if item.PublishedParsed == nil {
		t.Fatalf("date %q of %q cannot be read", item.Published, item.Title)
	}
	return item.PublishedParsed.UTC()
}

func newestFirst(t *testing.T, items []*gofeed.Item) bool {
	t.Helper()
	for i := 1; i < len(items); i++ {
		if published(t, items[i]).After(published(t, items[i-1])) {
			return false
		}
	}
	return true
}

func TestDemoArticlesCoverExpectedCases(t *testing.T) {
	site, _ := serve(t, Options{})
	items := site.Published()
	kinds, topics, scripts := map[string]int{}, map[string]int{}, map[string]int{}
	alerts := map[string]int{}
	for _, item := range items {
		kind, _, _ := strings.Cut(item.Expect, ":")
		kinds[kind]++
		switch kind {
		case ExpectAlert:
			alerts[item.Story]++
			for _, topic := range item.Topics {
				topics[topic]++
				scripts[topic+" "+site.outlets[item.FeedID].Language]++
			}
		case "silent":
			if len(item.Topics) > 0 && start().Sub(item.At) < 24*time.Hour {
				t.Errorf("%q is recent and matches a rule; want an alert", item.Title)
			}
		}
	}
	for _, item := range items {
		if item.Expect == ExpectCopy && alerts[item.Story] != 1 {
			t.Errorf("copy %q: story %s has %d alerts; want 1", item.Title, item.Story, alerts[item.Story])
		}
	}
	if diff := cmp.Diff(map[string]int{"alert": 11, "copy": 4, "silent": 31}, kinds); diff != "" {
		t.Errorf("kinds of articles mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"stablecoin-ordinance": 5, "yuan-stablecoin": 3, "crypto-ban": 4}, topics); diff != "" {
		t.Errorf("topics of alerts mismatch (-want +got):\n%s", diff)
	}
	if got := scripts["yuan-stablecoin zh-Hant"] * scripts["yuan-stablecoin zh-Hans"] * scripts["yuan-stablecoin en"]; got == 0 {
		t.Errorf("yuan-stablecoin has no alert in some script: %v", scripts)
	}
}

func TestPublishShowsHeldArticles(t *testing.T) {
	now := start()
	site, base := serve(t, Options{Hold: 3, Now: func() time.Time { return now }})
	all := len(site.Published()) + 3
	ledger := base + "/strait-ledger/atom.xml"
	first, before := get(t, ledger, nil)

	now = now.Add(time.Hour)
	appeared := site.Publish(2)
	if len(appeared) != 2 || len(site.Published()) != all-1 {
		t.Fatalf("Publish(2) returned %d articles, and %d of %d are published", len(appeared), len(site.Published()), all)
	}
	for _, item := range appeared {
		if !item.At.Equal(now) {
			t.Errorf("%q is dated %v; want the time of publication, %v", item.Title, item.At, now)
		}
	}
	rest := site.Publish(5)
	if len(rest) != 1 || len(site.Publish(1)) != 0 {
		t.Fatalf("Publish(5) returned %d articles; want 1, and then none", len(rest))
	}

	second, after := get(t, ledger, map[string]string{"If-None-Match": first.Header.Get("ETag")})
	title := rest[0].Title
	if second.StatusCode != http.StatusOK || strings.Contains(string(before), title) || !strings.Contains(string(after), title) {
		t.Errorf("feed: status %s; want new article %q", second.Status, title)
	}
	if res, page := get(t, base+rest[0].Link, nil); res.StatusCode != http.StatusOK || !strings.Contains(string(page), title) {
		t.Errorf("page of %q: status %s, without its title", title, res.Status)
	}
}

func TestHeldArticleHasNoPage(t *testing.T) {
	_, base := serve(t, Options{Hold: 1})
	if res, _ := get(t, base+"/strait-ledger/bitcoin-steadies.html", nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("page of a held article: status %s; want 404", res.Status)
	}
}

func TestUnchangedFeedReturnsNotModified(t *testing.T) {
	_, base := serve(t, Options{})
	url := base + "/hk-notices-en/rss.xml"
	first, _ := get(t, url, nil)
	for _, name := range []string{"ETag", "Last-Modified"} {
		asked := map[string]string{"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}[name]
		for _, packing := range []string{"identity", "gzip"} {
			res, body := get(t, url, map[string]string{asked: first.Header.Get(name), "Accept-Encoding": packing})
			if res.StatusCode != http.StatusNotModified || len(body) != 0 {
				t.Errorf("with %s, %s: %s and %d bytes; want 304 and none", asked, packing, res.Status, len(body))
			}
		}
	}
}

func TestGzipFeedDecompressesToSameBytes(t *testing.T) {
	_, base := serve(t, Options{})
	url := base + "/blocktide/feed.json"
	_, plain := get(t, url, nil)
	res, packed := get(t, url, map[string]string{"Accept-Encoding": "gzip"})
	if res.Header.Get("Content-Encoding") != "gzip" || len(packed) >= len(plain) {
		t.Fatalf("Content-Encoding %q, %d bytes of %d; want gzip and fewer", res.Header.Get("Content-Encoding"), len(packed), len(plain))
	}
	z, err := gzip.NewReader(strings.NewReader(string(packed)))
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(plain), string(unpacked)); diff != "" {
		t.Errorf("decompressed mismatch (-plain +decompressed):\n%s", diff)
	}
}

func TestPujiangWireUsesGBK(t *testing.T) {
	site, base := serve(t, Options{})
	for _, path := range []string{"/pujiang-wire/feed.xml", "/pujiang-wire/payment-ban-notice.html"} {
		_, body := get(t, base+path, nil)
		if utf8.Valid(body) {
			t.Errorf("%s is valid UTF-8; want GBK", path)
		}
		text, err := simplifiedchinese.GBK.NewDecoder().Bytes(body)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "严禁为虚拟货币交易提供支付结算服务") || strings.ContainsRune(string(text), utf8.RuneError) {
			t.Errorf("%s is not GBK:\n%.300s", path, text)
		}
	}
	// A page fails if it has a character that GBK lacks.
	for _, item := range site.Published() {
		if res, body := get(t, base+item.Link, nil); res.StatusCode != http.StatusOK {
			t.Errorf("%s: %s: %s", item.Link, res.Status, body)
		}
	}
}

func TestStraitLedgerHasTextOnlyOnPages(t *testing.T) {
	_, base := serve(t, Options{})
	_, feed := get(t, base+"/strait-ledger/atom.xml", nil)
	_, page := get(t, base+"/strait-ledger/offshore-yuan-coin-path.html", nil)
	text := "offshore renminbi-backed stablecoin"
	if strings.Contains(string(feed), text) || !strings.Contains(string(page), text) {
		t.Errorf("%q is in the feed: %t, on the page: %t; want it only on the page", text,
			strings.Contains(string(feed), text), strings.Contains(string(page), text))
	}
}

// The twin of a matching page names the topics only in its list of related
// articles.
func TestTwinNamesTopicsOnlyInRelatedList(t *testing.T) {
	_, base := serve(t, Options{})
	_, body := get(t, base+"/strait-ledger/delta-ai-summit.html", nil)
	own, list, ok := strings.Cut(string(body), "You may also like")
	if !ok {
		t.Fatal("the page has no related list")
	}
	for _, word := range []string{"Yuan Stablecoin", "Stablecoins Ordinance", "Ban on Crypto"} {
		if strings.Contains(own, word) || !strings.Contains(list, word) {
			t.Errorf("%q is in the text: %t, in the list: %t; want it only in the list", word, strings.Contains(own, word), strings.Contains(list, word))
		}
	}
}

func TestLinkToOtherOutletFindsPage(t *testing.T) {
	site, base := serve(t, Options{})
	for _, item := range site.Published() {
		if item.FeedID != "blocktide" || !strings.HasPrefix(item.Link, "/strait-ledger/") {
			continue
		}
		if _, page := get(t, base+item.Link, nil); !strings.Contains(string(page), "Shared Path for an Offshore Yuan Stablecoin") {
			t.Errorf("%s is not the page of the Strait Ledger", item.Link)
		}
		return
	}
	t.Error("Blocktide has no link to a page of the Strait Ledger")
}

func TestBrokenFeedReturnsLoginPage(t *testing.T) {
	_, base := serve(t, Options{})
	res, body := get(t, base+"/broken/feed.xml", nil)
	if got := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || !strings.HasPrefix(got, "text/html") {
		t.Errorf("status %s, %s; want 200 and HTML", res.Status, got)
	}
	if !strings.Contains(string(body), "<title>Sign in") {
		t.Errorf("body is not a login page:\n%s", body)
	}
}

func TestFrontPageListsEveryFeed(t *testing.T) {
	site, base := serve(t, Options{})
	_, body := get(t, base+"/", nil)
	for _, f := range site.Feeds() {
		if !strings.Contains(string(body), f.Path) {
			t.Errorf("front page does not name %s", f.Path)
		}
	}
}

func TestOnlyGetAndHeadAreAllowed(t *testing.T) {
	site, _ := serve(t, Options{})
	res := httptest.NewRecorder()
	site.ServeHTTP(res, httptest.NewRequest(http.MethodPost, "/blocktide/feed.json", nil))
	if res.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: status %d; want 405", res.Code)
	}
}

func TestExpandDates(t *testing.T) {
	tests := []struct {
		name, src string
		chinese   bool
		want      string
	}{
		{"English", "by {day+30}.", false, "by 9 April 2026."},
		{"Chinese", "在{day-1}前", true, "在2026年3月9日前"},
		{"none", "by {day}", false, "by {day}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := expandDates(tt.src, start(), tt.chinese); got != tt.want {
				t.Errorf("datesIn(%q) = %q; want %q", tt.src, got, tt.want)
			}
		})
	}
}

func TestParseArticleErrors(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"no age", "Title: x\n\ntext", "needs a Title and an Age"},
		{"unknown key", "Titel: x\n\ntext", `unknown key "Titel"`},
		{"no key", "just text\n\ntext", "is not of the form"},
		{"bad age", "Title: x\nAge: old\n\ntext", `invalid duration "old"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parseArticle("f", "s", tt.src, start())
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("parseArticle(%q) = %v; want %q", tt.src, err, tt.want)
			}
		})
	}
}

func TestCDATAEscapesEndMarker(t *testing.T) {
	var got string
	if err := xml.Unmarshal([]byte("<a>"+cdata("x]]>y<b>")+"</a>"), &got); err != nil || got != "x]]>y<b>" {
		t.Errorf("cdata reads back as %q, %v", got, err)
	}
}
