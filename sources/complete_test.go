package sources

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"regwatch/models"
	"regwatch/sources/feed"
	"regwatch/sources/fetch"
)

// A page as news sites build them: boilerplate with typical names, and a related list
// without one.
// harbourPage returns a page with an article among menus and teasers.
func harbourPage(t testing.TB) string {
	t.Helper()
	page, err := os.ReadFile("page/testdata/news.html")
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// A sitemap has no titles, so its articles get their links as titles until their pages
// are read.
func TestCompleteFillsMissingTitle(t *testing.T) {
	server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(harbourPage(t)))
	}))
	client := NewClient(ClientOptions{})
	defer client.Close()
	src := models.Source{ID: "s", Kind: KindSitemap, URL: server.URL + "/sitemap.xml", AllowHosts: []string{"127.0.0.1"}}
	for _, tt := range []struct{ path, title, want string }{
		{"/doc/1.html", "", "Bank weighs token"},
		{"/press/2026-token-at-bank", "", "Bank weighs token"},
		{"/doc/1.html", "What the feed calls it", "What the feed calls it"},
	} {
		r := Open(src, client)
		u, _, err := r.openKind(src.URL)
		if err != nil {
			t.Fatal(err)
		}
		rec := record{Item: feed.Item{Links: []string{tt.path}, Title: tt.title}}
		before, _ := r.article(rec, u)
		r.addTexts(&before, rec, "")
		got, err := r.Complete(t.Context(), before)
		if err != nil {
			t.Fatal(err)
		}
		if got.Title != tt.want {
			t.Errorf("Complete(%s, title %q): title %q, want %q", tt.path, tt.title, got.Title, tt.want)
		}
		if got.Identity != before.Identity {
			t.Errorf("Complete(%s, title %q) changed the identity", tt.path, tt.title)
		}
	}
}

func TestComplete(t *testing.T) {
	long := strings.Repeat("A summary that says more than its page does. ", 40)
	pages := map[string]struct{ contentType, body string }{
		"/news":    {"text/html", harbourPage(t)},
		"/gbk":     {"text/html", "<html><head><meta charset=gb2312></head><body><div id=zoom><p>" + gbk(strings.Repeat("稳定币条例草案公开征求意见。", 10)) + "</p></div></body></html>"},
		"/big5":    {"text/html; charset=big5", "<html><body><article><p>" + big5(strings.Repeat("穩定幣條例草案公開諮詢。", 10)) + "</p></article></body></html>"},
		"/pdf":     {"application/pdf", "%PDF-1.7"},
		"/pdf2":    {"text/html", "%PDF-1.7 mislabelled"},
		"/app":     {"text/html", `<html><body><div id="root"></div><script src="app.js"></script></body></html>`},
		"/image":   {"image/png", "\x89PNG"},
		"/teaser":  {"text/html", "<html><body><article><p>" + strings.Repeat("Short and not all of it. ", 8) + "</p></article></body></html>"},
		"/guarded": {"text/html", "<html><head><title>Just a moment...</title></head></html>"},
	}
	server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", p.contentType)
		_, _ = w.Write([]byte(p.body))
	}))
	client := NewClient(ClientOptions{})
	defer client.Close()
	r := Open(models.Source{ID: "s", Kind: KindFeed, URL: server.URL + "/feed", AllowHosts: []string{"127.0.0.1"}}, client)
	tests := []struct{ path, summary, body, language, fails string }{
		{path: "/news", summary: "A bank.", body: "We will not hurry", language: "en"},
		{path: "/gbk", body: "稳定币条例草案公开征求意见。稳定币", language: "zh-Hans"},
		{path: "/big5", body: "穩定幣條例草案公開諮詢。穩定幣", language: "zh-Hant"},
		{path: "/teaser", summary: long, body: "says more than its page"},
		{path: "/pdf", summary: "A", body: "A", fails: "is a PDF, and PDFs cannot be read here"},
		{path: "/pdf2", summary: "A", body: "A", fails: "is a PDF, and PDFs cannot be read here"},
		{path: "/app", summary: "A", body: "A", fails: "has no readable text: scripts may build it"},
		{path: "/image", fails: "is not a web page (image/png)"},
		{path: "/guarded", fails: "challenge page"},
		{path: "/gone", fails: "404 Not Found"},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			before := models.Article{Title: "Bank weighs token", Link: server.URL + tt.path, Summary: tt.summary, Body: tt.summary, BodyState: models.BodyWanted}
			got, err := r.Complete(t.Context(), before)
			if tt.fails != "" {
				if err == nil || !strings.Contains(err.Error(), tt.fails) {
					t.Errorf("Complete(%s): %v; want it to say %q", tt.path, err, tt.fails)
				}
				if got.Body != before.Body || got.BodyState != models.BodyWanted {
					t.Errorf("Complete(%s) returned an error and changed the article: %+v", tt.path, got)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(got.Body, tt.body) || got.BodyState != models.BodyFull {
				t.Errorf("Complete(%s): state %s, body %q; want full, and %q in it", tt.path, got.BodyState, got.Body, tt.body)
			}
			if tt.language != "" && got.Language != tt.language {
				t.Errorf("Complete(%s): language %q, want %q", tt.path, got.Language, tt.language)
			}
		})
	}
}

// A page without anything of the summary is not the article but a paywall, a notice or
// a login.
func TestCompleteKeepsSummaryOfUnrelatedPage(t *testing.T) {
	wall := "<html><body><article><p>" + strings.Repeat("You have reached your limit of free articles. Subscribe now to go on reading without interruption. ", 6) + "</p></article></body></html>"
	const summary = "The Monetary Authority granted the first stablecoin issuer licences on Friday to two banks of the city."
	const chinese = "香港金融管理局周五向兩家銀行發出首批穩定幣發行人牌照，並公布監管指引。"
	news := strings.Replace(harbourPage(t), "“We will not hurry,”", "The Monetary Authority granted the first licences to stablecoin issuers on Friday, among them two banks of the city. “We will not hurry,”", 1)
	page := ""
	server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(page))
	}))
	client := NewClient(ClientOptions{})
	defer client.Close()
	tests := []struct {
		name, summary, page string
		kept                bool // as the first paragraph
	}{
		{"a paywall", summary, wall, true},
		{"a paywall for a Chinese summary", chinese, wall, true},
		{"a Chinese paywall", chinese, strings.Replace(wall, "You have", strings.Repeat("您尚未訂閱，請登入後繼續閱讀本站的全部內容。", 5)+"You have", 1), true},
		{"the article, in other words", "The Monetary Authority granted the first licences to stablecoin issuers on Friday, our reporter says.", news, false},
		{"the article in the other script", "香港金融管理局周五向兩家銀行發出首批穩定幣發行人牌照。", "<html><body><article><p>" + strings.Repeat("香港金融管理局周五向两家银行发出首批稳定币发行人牌照，并公布监管指引。", 5) + "</p></article></body></html>", false},
		{"the title again", "Bank weighs token", harbourPage(t), false},
		{"a label", "Markets", harbourPage(t), false},
		{"no summary", "", harbourPage(t), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			page = tt.page
			src := loopback(server.URL)
			before := models.Article{Title: "Bank weighs token", Link: server.URL, Summary: tt.summary, Body: tt.summary, BodyState: models.BodyWanted}
			got, err := Open(src, client).Complete(t.Context(), before)
			if err != nil {
				t.Fatal(err)
			}
			if kept := tt.summary != "" && strings.HasPrefix(got.Body, tt.summary+"\n\n"); kept != tt.kept || len(got.Body) < 200 {
				t.Errorf("the summary is kept = %v, want %v, in:\n%s", kept, tt.kept, got.Body)
			}
		})
	}
}

func TestBuildBatchStopsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(loopback("http://feed.example/"), nil).buildBatch(ctx, feedKind{}, fetch.Response{URL: &url.URL{Host: "feed.example"}, Body: []byte(smallFeed)}, models.Cursor{}, ""); err == nil || !strings.Contains(err.Error(), "was stopped") {
		t.Errorf("buildBatch with a canceled context: %v", err)
	}
}
