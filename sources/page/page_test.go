package page

import (
	"context"
	"html"
	"net/url"
	"os"
	"strings"
	"testing"

	"regwatch/internal/dates"
	"regwatch/internal/htmltext"
)

// newsPage returns a page with an article among menus and teasers.
func newsPage(t testing.TB) string {
	t.Helper()
	page, err := os.ReadFile("testdata/news.html")
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

func TestExtract(t *testing.T) {
	got := Text(t.Context(), newsPage(t), nil)
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
	if n := strings.Count(DropTitle(got, "Bank weighs token"), "\n\n"); n != 3 {
		t.Errorf("%d paragraph breaks, want 3, in:\n%s", n, got)
	}
}

func TestExtractChinese(t *testing.T) {
	page := `<html><head><meta charset="utf-8"><title>公告</title></head><body><div class="nav">首页 新闻 政策 解读 互动</div>
<div id="zoom">　　中国人民银行近日召开会议，研究跨境支付和数字货币有关工作，强调要防范虚拟货币交易炒作风险。<br>　　会议指出，稳定币目前处于发展早期，在客户身份识别、反洗钱等方面无法有效满足要求，存在被用于洗钱的风险。<br><br>会议要求各单位深化协同配合，完善监管政策和法律依据，聚焦信息流和资金流等重点环节。</div>
<div><h3>相关阅读</h3><ul><li><a href="a">多部门约谈平台企业</a></li><li><a href="b">关于防范比特币风险的通知</a></li></ul></div></body></html>`
	got := Text(t.Context(), page, nil)
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

func TestSeedPage(t *testing.T) {
	src, err := os.ReadFile("../../shared/seed/article.txt")
	if err != nil {
		t.Skip("the seed article is not available")
	}
	const heading = "You may also like"
	lines := strings.Split(string(src), "\n")
	own, related, _ := strings.Cut(string(src), heading)
	got := DropTitle(Text(t.Context(), asPage(lines, heading), nil), lines[0])
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
		if got := IsChallenge(t.Context(), tt.page); got != tt.want {
			t.Errorf("%s: isChallengePage = %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestBeginningOfHugePageIsRead(t *testing.T) {
	nav := `<nav><a href="/">Home of the paper</a></nav>`
	for name, rest := range map[string]string{
		"elements":   strings.Repeat("<i></i>", htmltext.MaxParts),
		"attributes": strings.Repeat("<i a b c d e f g></i>", htmltext.MaxParts/8),
		"bytes":      "<p>" + strings.Repeat("word ", htmltext.MaxPage/5) + "</p>",
	} {
		page := "<html><body>" + nav + "<article><p>The council met." + strings.Repeat(" It decided on the plan.", 20) + "</p></article>" + rest + "<article><p>Not read.</p></article></body></html>"
		got := mustRead(t, page)
		if !strings.HasPrefix(got.Text, "The council met.") || strings.Contains(got.Text, "Not read.") || !got.Truncated {
			t.Errorf("%s: truncated %v, text %.200q", name, got.Truncated, got.Text)
		}
		whole := mustReadWhole(t, page)
		if !strings.HasPrefix(whole.Text, "The council met.") || strings.Contains(whole.Text, "Not read.") || !whole.Truncated {
			t.Errorf("%s: Whole: truncated %v, text %.200q", name, whole.Truncated, whole.Text)
		}
	}
}

func mustRead(t *testing.T, page string) Page {
	t.Helper()
	p, err := Read(t.Context(), page, nil, dates.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func mustReadWhole(t *testing.T, page string) Page {
	t.Helper()
	p, err := Whole(t.Context(), page, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func FuzzExtract(f *testing.F) {
	f.Add(newsPage(f))
	f.Add("<p>a<table><tr><td><h2>Related</h2><select><b>")
	f.Add(strings.Repeat("<div>", 600))
	from, _ := url.Parse("http://a.example/b")
	f.Fuzz(func(t *testing.T, page string) {
		text := Text(t.Context(), page, from)
		if strings.ContainsAny(text, string(htmltext.ParagraphBreak)+string(htmltext.LineBreak)) || strings.Contains(text, "\n\n\n") {
			t.Errorf("extractText leaves marks or empty paragraphs: %q", text)
		}
	})
}

func TestTextStopsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := Text(ctx, newsPage(t), nil); got != "" {
		t.Errorf("text with a canceled context = %q", got)
	}
}

func TestFootnoteMarksOfAPage(t *testing.T) {
	page := `<html><head><title>Rules</title></head><body><h1>Stablecoin<sup>1</sup> rules</h1><article>
<p>The Authority granted the first licence to a stablecoin<a href="#fn1">1</a> issuer, which must hold reserve assets of the same value at all times.</p>
<p>The second application was <del>refused</del><ins>granted</ins> on the same day, and the issuer of that token begins in March with two tokens.</p>
<p>發行<ruby>穩<rt>ㄨㄣˇ</rt>定<rt>ㄉㄧㄥˋ</rt>幣<rt>ㄅㄧˋ</rt></ruby>須持牌照，違者一經定罪，可處罰款及監禁，有關條文自八月一日起生效。</p></article></body></html>`
	read := mustRead(t, page)
	if read.Title != "Stablecoin¹ rules" {
		t.Errorf("title %q", read.Title)
	}
	whole := mustReadWhole(t, page).Text
	for kind, text := range map[string]string{"Read": read.Text, "Whole": whole} {
		for _, want := range []string{"a stablecoin¹ issuer", "application was granted on", "發行穩定幣須持牌照"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s has no %q in:\n%s", kind, want, text)
			}
		}
	}
}
