package sources

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
	"regwatch/sources/propose"
)

// TestPropose has lists as different sites build them, among menus and side lists.
func TestPropose(t *testing.T) {
	const menu = `<nav class="menu"><ul><li><a href="/about">About the authority</a></li><li><a href="/law">Laws and regulations</a></li><li><a href="/press">Press releases and speeches</a></li><li><a href="/contact">Contact the authority</a></li></ul></nav>`
	const foot = `<footer><ul><li><a href="/privacy">Privacy policy of this site</a></li><li><a href="/terms">Terms of use of this site</a></li><li><a href="/map">Map of the site</a></li></ul></footer>`
	tests := []struct {
		name, page string
		want       []string
	}{
		{
			"a list with dates after the links",
			`<div class="content"><ul class="news"><li><a href="/n/1.html">Regulator consults on stablecoin custody</a><span class="date">2026-03-02</span></li><li class="last"><a href="/n/2.html">Fine for a broker</a><span class="date">2026-03-01</span></li></ul></div>`,
			[]string{"2026-03-02 Regulator consults on stablecoin custody /n/1.html", "2026-03-01 Fine for a broker /n/2.html"},
		},
		{
			"shortened titles, and dates whose year is in the address",
			`<table><tr><td class="td1"><a title="关于防范虚拟货币交易炒作风险的公告" href="./202603/t20260302_812345.html">关于防范虚拟货币交易…</a></td><td>[03-02]</td></tr><tr><td class="td1"><a title="关于支付机构管理的通知" href="./202602/t20260227_812001.html">关于支付机构管理的通知</a></td><td>[02-27]</td></tr><tr><td class="td1"><a title="外汇收支数据" href="./202602/t20260226_811990.html">外汇收支数据</a></td><td>[02-26]</td></tr></table>`,
			[]string{"2026-03-02 关于防范虚拟货币交易炒作风险的公告 /press/202603/t20260302_812345.html", "2026-02-27 关于支付机构管理的通知 /press/202602/t20260227_812001.html", "2026-02-26 外汇收支数据 /press/202602/t20260226_811990.html"},
		},
		{
			"cards that are links",
			`<main><a class="card" href="/media/a"><h3>Guidance on tokenised deposits</h3><p>The authority sets out how banks may issue deposits as tokens, and what they must tell their customers.</p><time datetime="2026-03-02T08:00:00+08:00">2 Mar</time></a><a class="card" href="/media/b"><h3>Speech at the forum</h3><p>The chair spoke of the year ahead and of what supervisors will look at in the firms they visit.</p><time datetime="2026-02-20T08:00:00+08:00">20 Feb</time></a></main>`,
			[]string{"2026-03-02 Guidance on tokenised deposits /media/a", "2026-02-20 Speech at the forum /media/b"},
		},
		{
			"rows whose links say only PDF, day first",
			`<table class="circulars"><thead><tr><th>Date</th><th>No</th><th>Subject</th><th></th></tr></thead><tbody><tr class="odd"><td>03/02/2026</td><td>26EC7</td><td>Circular to licensed platforms on staking</td><td><a href="f/7.pdf">PDF</a> <a href="f/7.docx">DOC</a></td></tr><tr class="even"><td>28/01/2026</td><td>26EC6</td><td>Circular on returns</td><td><a href="f/6.pdf">PDF</a> <a href="f/6.docx">DOC</a></td></tr></tbody></table>`,
			[]string{"2026-02-03 Circular to licensed platforms on staking /press/f/7.pdf", "2026-01-28 Circular on returns /press/f/6.pdf"},
		},
		{
			"dates in headings, month first",
			`<div id="list"><h3>3/9/2026</h3><ul><li><a href="/r/9a">Order against an unlicensed exchange</a></li><li><a href="/r/9b">Comment period extended to June</a></li></ul><h3>2/27/2026</h3><ul><li><a href="/r/27">Report on enforcement in the past year</a></li></ul></div>`,
			[]string{"2026-03-09 Order against an unlicensed exchange /r/9a", "2026-03-09 Comment period extended to June /r/9b", "2026-02-27 Report on enforcement in the past year /r/27"},
		},
		{
			"headings with bylines",
			`<section class="posts"><article class="post-101"><h2 class="entry-title"><a href="/2026/03/coin/">Final rules for coin issuers</a></h2><div class="meta">Posted on March 2, 2026 by <a href="/author/press">Press office</a></div><div class="excerpt"><p>The rules take effect in June and apply to all who issue coins to the public here.</p><a href="/2026/03/coin/">Read more</a></div></article><article class="post-99"><h2 class="entry-title"><a href="/2026/02/board/">Board appointments</a></h2><div class="meta">Posted on February 9, 2026 by <a href="/author/press">Press office</a></div><div class="excerpt"><p>Two members join the board for three years; one of them will chair the audit committee.</p><a href="/2026/02/board/">Read more</a></div></article></section>`,
			[]string{"2026-03-02 Final rules for coin issuers /2026/03/coin/", "2026-02-09 Board appointments /2026/02/board/"},
		},
		{
			"loose links between lines",
			`<h2>Circulars</h2>Issued 2 March 2026, No. 7<br><a href="7.pdf">Custody of client assets by platforms</a><br>Supervision<br><br>Issued 20 February 2026, No. 6<br><a href="6.pdf">Returns of licensed platforms for the year</a><br>Policy<br><br>Issued 5 February 2026, No. 5<br><a href="5.pdf">Staking services offered to retail investors</a><br>Policy<br>`,
			[]string{"2026-03-02 Custody of client assets by platforms /press/7.pdf", "2026-02-20 Returns of licensed platforms for the year /press/6.pdf", "2026-02-05 Staking services offered to retail investors /press/5.pdf"},
		},
		{
			"loose links named by their files",
			"<pre>\n<a href='/o/241.pdf'>241.pdf</a>  03/13/2026  Order against an unlicensed exchange\n   No: 24-241\n\n<a href='/o/240.pdf'>240.pdf</a>  03/12/2026  Order against a broker and its directors\n   No: 24-240\n\n<a href='/o/239.pdf'>239.pdf</a>  03/09/2026  Order on the custody of coins\n   No: 24-239\n</pre>",
			[]string{"2026-03-13 Order against an unlicensed exchange /o/241.pdf", "2026-03-12 Order against a broker and its directors /o/240.pdf", "2026-03-09 Order on the custody of coins /o/239.pdf"},
		},
		{
			"lines with labels",
			`<table class="results"><tr><td class="l">No. <a href="/d/77">77</a></td><td class="r"><b>Date Posted:</b> 4/23/2026<br><b>Subject:</b> Licence of Example Bank withdrawn<br></td></tr><tr><td class="l">No. <a href="/d/76">76</a></td><td class="r"><b>Date Posted:</b> 4/22/2026<br><b>Subject:</b> Warning about a clone firm<br></td></tr></table>`,
			[]string{"2026-04-23 Licence of Example Bank withdrawn /d/77", "2026-04-22 Warning about a clone firm /d/76"},
		},
		{
			"dates without a year, and a time of day that could be one",
			`<table><tr><td>30 Nov 19:22 HKT</td><td><a href="/n/1">Regulator consults on stablecoin custody</a></td></tr><tr><td>30 Nov 11 pm</td><td><a href="/n/2">Fine for a broker and its directors</a></td></tr><tr><td>29 Nov 20 : 15 HKT</td><td><a href="/n/3">Order on the custody of coins</a></td></tr></table>`,
			[]string{"0001-01-01 Regulator consults on stablecoin custody /n/1", "0001-01-01 Fine for a broker and its directors /n/2", "0001-01-01 Order on the custody of coins /n/3"},
		},
		{
			"dates with a year of two digits and a time of day",
			`<table><tr><td>30 Nov 25 19:22 HKT</td><td><a href="/n/1">Regulator consults on stablecoin custody</a></td></tr><tr><td>29 Nov 25 20:15 HKT</td><td><a href="/n/3">Order on the custody of coins</a></td></tr></table>`,
			[]string{"2025-11-30 Regulator consults on stablecoin custody /n/1", "2025-11-29 Order on the custody of coins /n/3"},
		},
	}
	base, _ := url.Parse("https://site.example/press/index.html")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			page := "<html><body>" + menu + tt.page + foot + "</body></html>"
			proposals := Propose(t.Context(), []byte(page), "text/html; charset=utf-8", base, time.Time{})
			if len(proposals) == 0 {
				t.Fatal("nothing proposed")
			}
			var got []string
			for _, a := range proposals[0].Articles {
				got = append(got, fmt.Sprintf("%s %s %s", a.PublishedAt.Format("2006-01-02"), a.Title, strings.TrimPrefix(a.Link, "https://site.example")))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("articles (-want +got):\n%s\nby\n%s", diff, proposals[0].Settings())
			}
			src := "sources:\n  - id: a\n    name: A\n    url: https://a.example/\n    role: press\n"
			for line := range strings.Lines(proposals[0].Settings()) {
				src += "    " + line
			}
			list, problems := Parse("f.yaml", []byte(src))
			if problems.Err() != nil {
				t.Fatalf("the proposal cannot be parsed: %v\n%s", problems, src)
			}
			if proposals[0].Listing.Paging == (models.Paging{}) {
				list[0].Listing.Paging = models.Paging{}
			}
			if diff := cmp.Diff(proposals[0].Listing, list[0].Listing); diff != "" {
				t.Errorf("parsed settings differ from the proposal (-proposed +parsed):\n%s", diff)
			}
		})
	}
}

func TestProposePaging(t *testing.T) {
	base, _ := url.Parse("https://site.example/press/index.html")
	const list = `<ul class="news"><li><a href="/1">Guidance on tokenised deposits</a> 2 March 2026</li><li><a href="/2">Next steps of the consultation on custody</a> 1 March 2026</li><li><a href="/3">Speech at the forum of the banks</a> 27 February 2026</li></ul>`
	for _, tt := range []struct{ name, links, want string }{
		{"by its relation", `<a href="?page=2" rel="nofollow next">2</a>`, `{next: 'a[rel~="next"]', pages: 2}`},
		{"in the head", `<link rel="next" href="/press/index.html?page=2">`, `{next: 'link[rel~="next"]', pages: 2}`},
		{"by its class", `<a class="page" href="?p=1">1</a><a class="page pager-next" href="?p=2">&gt;</a>`, `{next: 'a.pager-next', pages: 2}`},
		{"by the class around it", `<ul><li class="next"><a href="?p=2">&gt;</a></li></ul>`, `{next: 'li.next > a', pages: 2}`},
		{"by its text", `<a href="?p=0">Previous</a> <a href="?p=2">下一页</a>`, `{next: 'a:contains("下一页")', pages: 2}`},
		{"not the next article", `<a href="?p=2">Next »</a>`, ""},
		{"not another site", `<a class="next" href="https://other.example/?p=2">Next</a>`, ""},
		{"not the page itself", `<a class="next" href="index.html#top">Next</a>`, ""},
		{"none", `<a href="?p=1">1</a>`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			proposals := Propose(t.Context(), []byte("<html><body>"+list+tt.links+"</body></html>"), "text/html", base, time.Time{})
			if len(proposals) == 0 {
				t.Fatal("nothing proposed")
			}
			_, got, _ := strings.Cut(proposals[0].Settings(), "  paging: ")
			if got = strings.TrimSpace(got); got != tt.want {
				t.Errorf("paging of %s:\ngot  %s\nwant %s", tt.links, got, tt.want)
			}
		})
	}
}

func TestSniff(t *testing.T) {
	base, _ := url.Parse("https://site.example/")
	prose := strings.Repeat("<p>The authority has today published the rules that will apply to issuers of coins from June onwards, after it heard those who commented.</p>", 8)
	for _, tt := range []struct {
		text, label string
		want        propose.Format
	}{
		{rssOf("<title>One</title>"), "text/html", propose.FormatFeed},
		{`<feed xmlns="http://www.w3.org/2005/Atom"><entry/></feed>`, "", propose.FormatFeed},
		{`{"version": "https://jsonfeed.org/version/1.1", "items": []}`, "text/plain", propose.FormatJSONFeed},
		{`{"result": {"records": []}}`, "text/html", propose.FormatJSON},
		{`[1, 2`, "application/json", propose.FormatUnknown},
		{"%PDF-1.7 ...", "text/html", propose.FormatPDF},
		{sitemapHead + "</urlset>", "text/html", propose.FormatSitemap},
		{"<html><head><title>Just a moment...</title></head><body></body></html>", "text/html", propose.FormatChallenge},
		{"<html><body><ul><li><a href=/1>First piece of news here</a> 2026-03-02</li><li><a href=/2>Second piece of news here</a> 2026-03-01</li><li><a href=/3>Third piece of news here</a> 2026-02-28</li></ul></body></html>", "", propose.FormatListing},
		{"<html><body><article><h1>Rules</h1>" + prose + "</article><ul><li><a href=/1>About us all</a><li><a href=/2>Contact</a></ul></body></html>", "text/html", propose.FormatArticle},
		{"plain words", "text/plain", propose.FormatUnknown},
	} {
		if got := Sniff(t.Context(), []byte(tt.text), tt.label, base); got != tt.want {
			t.Errorf("Sniff(%.60q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}
