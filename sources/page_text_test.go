package sources

import (
	"context"
	"html"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"regwatch/internal/htmltext"
	"regwatch/models"
	"regwatch/sources/feed"
	"regwatch/sources/fetch"
)

// A page as news sites build them: boilerplate with typical names, and a related list
// without one.
const newsPage = `<!DOCTYPE html><html><head><title>Bank weighs token - The Harbour Times</title>
<script>var x = "stablecoin";</script></head><body class="has-sidebar single">
<div class="cookie-banner"><p>We use cookies to make this site work and to measure how it is read. Accept all cookies?</p></div>
<header class="site-header"><nav><a href="/">Home</a> <a href="/markets">Markets</a></nav></header>
<main><article class="post post-related-77"><h1>Bank weighs token</h1>
<p>The bank said on Tuesday that it was studying whether tokens pegged to the local currency could settle trade between firms, a first for the city and a change from the caution that it showed last year.</p>
<p>Two officials who asked not to be named said that a paper would be published before the summer. It would ask for views on reserves, on redemption at par, and on who may hold the tokens.</p>
<div class="related-posts"><h3>Related</h3><ul><li><a href="/1">Exchange fined over crypto ban</a></li></ul></div>
<p>“We will not hurry,” one of them said. The paper is expected to leave the question of interest open, because the law that would settle it has not been passed by the council.</p>
<p>Lawyers expect the first licences a year after that, at the earliest.</p>
<h2>You may also like</h2>
<div><a href="/2">Fund buys bitcoin</a><p>Why a manager moved a large sum of bitcoin and ether in one morning, and what the order books showed while it did.</p></div>
<div><a href="/3">Ordinance passes</a><p>The Stablecoins Ordinance passed its third reading; what it means for issuers that are already here and those that are not.</p></div>
</article></main>
<aside><h4>Trending</h4><a href="/4">Ban on mining</a></aside>
<footer>© The Harbour Times. All rights reserved.</footer></body></html>`

func TestExtract(t *testing.T) {
	got := extractText(t.Context(), newsPage, nil)
	for _, own := range []string{"studying whether tokens", "redemption at par", "We will not hurry", "Lawyers expect the first licences"} {
		if !strings.Contains(got, own) {
			t.Errorf("the article's own words %q are missing from:\n%s", own, got)
		}
	}
	for _, alien := range []string{"cookies", "Exchange fined", "Fund buys bitcoin", "order books", "third reading", "Ban on mining", "Markets", "All rights", "var x", "You may also like"} {
		if strings.Contains(got, alien) {
			t.Errorf("boilerplate %q is in:\n%s", alien, got)
		}
	}
	if n := strings.Count(dropTitle(got, "Bank weighs token"), "\n\n"); n != 3 {
		t.Errorf("%d paragraph breaks, want 3, in:\n%s", n, got)
	}
}

func TestExtractChinese(t *testing.T) {
	page := `<html><head><meta charset="utf-8"><title>公告</title></head><body><div class="nav">首页 新闻 政策 解读 互动</div>
<div id="zoom">　　中国人民银行近日召开会议，研究跨境支付和数字货币有关工作，强调要防范虚拟货币交易炒作风险。<br>　　会议指出，稳定币目前处于发展早期，在客户身份识别、反洗钱等方面无法有效满足要求，存在被用于洗钱的风险。<br><br>会议要求各单位深化协同配合，完善监管政策和法律依据，聚焦信息流和资金流等重点环节。</div>
<div><h3>相关阅读</h3><ul><li><a href="a">多部门约谈平台企业</a></li><li><a href="b">关于防范比特币风险的通知</a></li></ul></div></body></html>`
	got := extractText(t.Context(), page, nil)
	want := "中国人民银行近日召开会议，研究跨境支付和数字货币有关工作，强调要防范虚拟货币交易炒作风险。\n\n会议指出，稳定币目前处于发展早期，在客户身份识别、反洗钱等方面无法有效满足要求，存在被用于洗钱的风险。\n\n会议要求各单位深化协同配合，完善监管政策和法律依据，聚焦信息流和资金流等重点环节。"
	if got != want {
		t.Errorf("extractText =\n%s\nwant\n%s", got, want)
	}
}

func TestRelatedHeadings(t *testing.T) {
	for text, want := range map[string]bool{
		"You may also like": true, "You May Also Like:": true, "Related": true, "Related articles": true, "RELATED STORIES": true, "Read more": true,
		"More from Harbour Times": true, "Recommended for you": true, "相關文章": true, "相关阅读": true, "延伸閱讀": true, "相關新聞：": true, "推荐阅读": true,
		"猜你喜欢": true, "Most read": true, "Latest news": true,
		"Related parties must disclose their holdings": false, "More banks join the scheme": false, "Recommended practice": false,
		"相關條例將於八月生效": false, "See also section 4 of the Ordinance": false, "Latest": false, "": false,
	} {
		if got := isRelatedHeading(text); got != want {
			t.Errorf("isRelatedHeading(%q) = %v, want %v", text, got, want)
		}
	}
}

// asPage writes plain lines as a page: the lines before the heading of the related
// list as paragraphs, and the rest as that list.
func asPage(lines []string, heading string) string {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html><head><meta charset="utf-8"><title>` + html.EscapeString(lines[0]) + `</title></head><body><div id="app"><div class="nav-bar"><a href="/">Home</a><a href="/news">News</a></div><div class="detail">`)
	b.WriteString("<h1>" + html.EscapeString(lines[0]) + "</h1>")
	below := false
	for _, line := range lines[1:] {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case line == heading:
			below = true
			b.WriteString(`</div><div class="list"><h2>` + heading + `</h2>`)
		case below:
			b.WriteString(`<a href="/other"><h4>` + html.EscapeString(line) + `</h4></a>`)
		default:
			b.WriteString("<p>" + html.EscapeString(line) + "</p>")
		}
	}
	b.WriteString(`</div></div><div class="footer"><a href="/about">About</a></div></body></html>`)
	return b.String()
}

func TestSeedPage(t *testing.T) {
	src, err := os.ReadFile("../../shared/seed/article.txt")
	if err != nil {
		t.Skip("the seed article is not available")
	}
	const heading = "You may also like"
	lines := strings.Split(string(src), "\n")
	own, related, _ := strings.Cut(string(src), heading)
	got := dropTitle(extractText(t.Context(), asPage(lines, heading), nil), lines[0])
	for _, line := range strings.Split(own, "\n")[1:] {
		if line = htmltext.Line(strings.TrimPrefix(line, "- ")); line != "" && !strings.Contains(strings.Join(strings.Fields(got), " "), line) {
			t.Errorf("missing from the text: %s", line)
		}
	}
	for _, line := range strings.Split(related, "\n") {
		if line = strings.TrimSpace(line); line != "" && strings.Contains(got, line) {
			t.Errorf("from the related list: %s", line)
		}
	}
}

// A sitemap has no titles, so its articles get their links as titles until their pages
// are read.
func TestCompleteFillsMissingTitle(t *testing.T) {
	server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(newsPage))
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
		before, _ := r.article(record{Item: feed.Item{Links: []string{tt.path}, Title: tt.title}}, "", u)
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
		"/news":    {"text/html", newsPage},
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
	news := strings.Replace(newsPage, "“We will not hurry,”", "The Monetary Authority granted the first licences to stablecoin issuers on Friday, among them two banks of the city. “We will not hurry,”", 1)
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
		{"the title again", "Bank weighs token", newsPage, false},
		{"a label", "Markets", newsPage, false},
		{"no summary", "", newsPage, false},
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

// Cloudflare puts a script for bot detection into ordinary pages.
func TestIsChallengePage(t *testing.T) {
	const script = `<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>`
	short := "<html><head><title>Notice</title></head><body><p>The register of issuers was updated.</p>%</body></html>"
	challenge := `<html><head><title>Wait</title></head><body><script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script>%</body></html>`
	prose := "<p>" + strings.Repeat("The council heard how the px-captcha and the awswaf.com guards work in the field. ", 10) + "</p>"
	for _, tt := range []struct {
		name, page string
		want       bool
	}{
		{"the ordinary script", strings.ReplaceAll(short, "%", script), false},
		{"the ordinary script, older form", strings.ReplaceAll(short, "%", `<script src="/cdn-cgi/challenge-platform/h/g/scripts/invisible.js"></script>`), false},
		{"a class with its name", strings.ReplaceAll(short, "%", `<div class="cf-chl-widget"></div>`), false},
		{"a challenge", strings.ReplaceAll(challenge, "%", ""), true},
		{"an article with the challenge script", strings.ReplaceAll(challenge, "%", prose), false},
		{"Just a moment", "<title>Just a moment...</title>", true},
		{"an article about bot protection", "<html><body>" + prose + "</body></html>", false},
	} {
		if got := isChallengePage(tt.page); got != tt.want {
			t.Errorf("%s: isChallengePage = %v, want %v", tt.name, got, tt.want)
		}
	}
	if h := (http.Header{"Cf-Mitigated": {"challenge"}}); !fetch.IsChallenge(nil, h) {
		t.Error("Cf-Mitigated: challenge is not a challenge")
	}
}

func TestHugePageFallsBackToPlainText(t *testing.T) {
	nav := `<nav><a href="/">Home of the paper</a></nav>`
	got := extractText(t.Context(), "<html><body>"+nav+"<article><p>The council met.</p></article>"+strings.Repeat("<i></i>", htmltext.MaxNodes)+"</body></html>", nil)
	if want := "Home of the paper\n\nThe council met."; got != want {
		t.Errorf("extractText = %.200q, want %q", got, want)
	}
}

func TestExtractTextStopsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := extractText(ctx, newsPage, nil); got != "" {
		t.Errorf("extractText with a canceled context = %q", got)
	}
	if _, err := Open(loopback("http://feed.example/"), nil).buildBatch(ctx, feedKind{}, fetch.Response{URL: &url.URL{Host: "feed.example"}, Body: []byte(smallFeed)}, models.Cursor{}, ""); err == nil || !strings.Contains(err.Error(), "was stopped") {
		t.Errorf("buildBatch with a canceled context: %v", err)
	}
}

// A crashing parser costs one page.
func TestRecoverPanic(t *testing.T) {
	if htmltext.Safely(func() { panic("at a stranger's page") }) {
		t.Error("recoverPanic reports success after a panic")
	}
	if !htmltext.Safely(func() {}) {
		t.Error("recoverPanic reports a panic after success")
	}
}

func FuzzExtract(f *testing.F) {
	f.Add(newsPage)
	f.Add("<p>a<table><tr><td><h2>Related</h2><select><b>")
	f.Add(strings.Repeat("<div>", 600))
	from, _ := url.Parse("http://a.example/b")
	f.Fuzz(func(t *testing.T, page string) {
		text := extractText(t.Context(), page, from)
		if strings.ContainsAny(text, string(htmltext.ParagraphBreak)+string(htmltext.LineBreak)) || strings.Contains(text, "\n\n\n") {
			t.Errorf("extractText leaves marks or empty paragraphs: %q", text)
		}
	})
}
