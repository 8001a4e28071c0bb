package sources

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestProposeKinds has lists in markup of the kinds that proposals once failed on.
func TestProposeKinds(t *testing.T) {
	const plainMenu = `<table><tr><td><ul><li><a href="/about">About the Authority and its work</a></li><li><a href="/about/board">Members of the board of the Authority</a></li><li><a href="/law">Laws, regulations and other instruments</a></li><li><a href="/fees">Schedule of fees and charges for firms</a></li><li><a href="/forms">Forms for applicants and licence holders</a></li><li><a href="/careers">Careers and internships at the Authority</a></li><li><a href="/contact">Contact the Authority or visit its office</a></li><li><a href="/faq">Questions that are asked most frequently</a></li><li><a href="/links">Links to other authorities and to courts</a></li></ul></td><td>%s</td></tr></table>`
	for _, tt := range []struct {
		name, page string
		want       []string
	}{
		{
			"tables whose classes differ by a number",
			`<div class="App1"><table><tr><td>3 March 2026</td><td><a href="/o/11.pdf">Lantern Bank v. Commissioner of Banking</a></td></tr><tr><td>2 March 2026</td><td><a href="/o/12.pdf">In the matter of Orchid Payments Limited</a></td></tr></table></div>
			 <div class="App2"><table><tr><td>3 March 2026</td><td><a href="/o/21.pdf">Harbour Trust v. Securities Commission</a></td></tr></table></div>
			 <div class="App3"><table><tr><td>27 February 2026</td><td><a href="/o/31.pdf">In the matter of the Bluebell Exchange</a></td></tr></table></div>`,
			[]string{"2026-03-03 Lantern Bank v. Commissioner of Banking /o/11.pdf", "2026-03-02 In the matter of Orchid Payments Limited /o/12.pdf", "2026-03-03 Harbour Trust v. Securities Commission /o/21.pdf", "2026-02-27 In the matter of the Bluebell Exchange /o/31.pdf"},
		},
		{
			"entries whose ids and inner classes differ by a number",
			`<div id="dept1" class="dept1"><p class="case1"><a class="lnk1" href="/n/a1">Licence granted to Lantern Bank today</a> <i class="d1">2026-03-03</i></p></div><div id="dept2" class="dept2"><p class="case2"><a class="lnk2" href="/n/a2">Fine for the directors of Orchid Payments</a> <i class="d2">2026-03-02</i></p></div><div id="dept3" class="dept3"><p class="case3"><a class="lnk3" href="/n/a3">Consultation on custody is extended</a> <i class="d3">2026-03-01</i></p></div>`,
			[]string{"2026-03-03 Licence granted to Lantern Bank today /n/a1", "2026-03-02 Fine for the directors of Orchid Payments /n/a2", "2026-03-01 Consultation on custody is extended /n/a3"},
		},
		{
			"a menu without names beside a table without dates",
			fmt.Sprintf(plainMenu, `<h2>Circulars</h2><table><tr><td><a href="/doc/26-14.pdf">Custody of client assets by platforms</a></td><td>26/14</td></tr><tr><td><a href="/doc/26-13.pdf">Returns of licensed platforms</a></td><td>26/13</td></tr><tr><td><a href="/doc/26-12.pdf">Staking services for retail clients</a></td><td>26/12</td></tr></table>`),
			[]string{"0001-01-01 Custody of client assets by platforms /doc/26-14.pdf", "0001-01-01 Returns of licensed platforms /doc/26-13.pdf", "0001-01-01 Staking services for retail clients /doc/26-12.pdf"},
		},
		{
			"a menu without names beside a short list with dates",
			fmt.Sprintf(plainMenu, `<p>3 March 2026: <a href="/news/licence">Licence granted to Lantern</a></p><p>2 March 2026: <a href="/news/fine">Fine for Orchid Payments</a></p>`),
			[]string{"2026-03-03 Licence granted to Lantern /news/licence", "2026-03-02 Fine for Orchid Payments /news/fine"},
		},
		{
			"links that say that they open a window",
			`<div class="list"><div class="row"><a href="/d/7.pdf" title="Opens in a new window">Circular on the custody of coins…<span class="sr-only">Opens in a new window</span></a><span>3 Mar 2026</span></div><div class="row"><a href="/d/6.pdf" title="Opens in a new window">Circular on returns of platforms…<span class="sr-only">Opens in a new window</span></a><span>2 Mar 2026</span></div><div class="row"><a href="/d/5.pdf" title="Opens in a new window">Circular on staking by clients…<span class="sr-only">Opens in a new window</span></a><span>1 Mar 2026</span></div></div>`,
			[]string{"2026-03-03 Circular on the custody of coins… /d/7.pdf", "2026-03-02 Circular on returns of platforms… /d/6.pdf", "2026-03-01 Circular on staking by clients… /d/5.pdf"},
		},
		{
			"links that name a file and its size",
			`<ul class="docs"><li><span>Circular on the custody of coins</span> <a href="/d/7.pdf">(PDF, 200 KB)</a> <em>3 Mar 2026</em></li><li><span>Circular on returns of platforms</span> <a href="/d/6.pdf">(PDF, 1.4 MB)</a> <em>2 Mar 2026</em></li><li><span>Circular on staking</span> <a href="/d/5.pdf">(PDF, 93 KB)</a> <em>1 Mar 2026</em></li></ul>`,
			[]string{"2026-03-03 Circular on the custody of coins /d/7.pdf", "2026-03-02 Circular on returns of platforms /d/6.pdf", "2026-03-01 Circular on staking /d/5.pdf"},
		},
		{
			"items within a font",
			`<ul class="r"><li>3 Mar 2026 <a href="/d/7.pdf">Order against an unlicensed exchange</a></li><font size="2"><li>2 Mar 2026 <a href="/d/6.pdf">Order against a broker and its directors</a></li><li>1 Mar 2026 <a href="/d/5.pdf">Order on the custody of coins</a></li></font></ul>`,
			[]string{"2026-03-03 Order against an unlicensed exchange /d/7.pdf", "2026-03-02 Order against a broker and its directors /d/6.pdf", "2026-03-01 Order on the custody of coins /d/5.pdf"},
		},
		{
			"terms with dates and descriptions with links",
			`<dl class="n"><dt>3 March 2026</dt><dd><a href="/n/3">Licence granted to Lantern Bank</a></dd><dd><a href="/n/2">Fine for Orchid Payments and its owner</a></dd><dt>1 March 2026</dt><dd><a href="/n/1">Consultation on custody is extended</a></dd></dl>`,
			[]string{"2026-03-03 Licence granted to Lantern Bank /n/3", "2026-03-03 Fine for Orchid Payments and its owner /n/2", "2026-03-01 Consultation on custody is extended /n/1"},
		},
		{
			"terms with links and descriptions with dates",
			`<dl><dt><a href="/n/3">Licence granted to Lantern Bank</a></dt><dd>Press release of 3 March 2026</dd><dt><a href="/n/2">Fine for Orchid Payments and its owner</a></dt><dd>Press release of 2 March 2026</dd><dt><a href="/n/1">Consultation on custody is extended</a></dt><dd>Press release of 1 March 2026</dd></dl>`,
			[]string{"2026-03-03 Licence granted to Lantern Bank /n/3", "2026-03-02 Fine for Orchid Payments and its owner /n/2", "2026-03-01 Consultation on custody is extended /n/1"},
		},
		{
			"dates in rows of their own",
			`<table class="t"><tr><td colspan="2"><b>March 3, 2026</b></td></tr><tr><td>26-14</td><td><a href="/o/14.pdf">Lantern Bank v. Commissioner of Banking</a></td></tr><tr><td>26-13</td><td><a href="/o/13.pdf">In the matter of Orchid Payments Limited</a></td></tr><tr><td colspan="2"><b>February 27, 2026</b></td></tr><tr><td>26-12</td><td><a href="/o/12.pdf">Harbour Trust v. Securities Commission</a></td></tr></table>`,
			[]string{"2026-03-03 Lantern Bank v. Commissioner of Banking /o/14.pdf", "2026-03-03 In the matter of Orchid Payments Limited /o/13.pdf", "2026-02-27 Harbour Trust v. Securities Commission /o/12.pdf"},
		},
		{
			"dates within headings",
			`<h3>Decisions filed on March 3, 2026</h3><ul><li><a href="/o/14.pdf">Lantern Bank v. Commissioner of Banking</a></li><li><a href="/o/13.pdf">In the matter of Orchid Payments Limited</a></li></ul><h3>Decisions filed on February 27, 2026</h3><ul><li><a href="/o/12.pdf">Harbour Trust v. Securities Commission</a></li></ul>`,
			[]string{"2026-03-03 Lantern Bank v. Commissioner of Banking /o/14.pdf", "2026-03-03 In the matter of Orchid Payments Limited /o/13.pdf", "2026-02-27 Harbour Trust v. Securities Commission /o/12.pdf"},
		},
		{
			"one heading for all",
			`<h2>Opinions released on March 3, 2026</h2><ul><li><a href="/o/14.pdf">Lantern Bank v. Commissioner of Banking</a></li><li><a href="/o/13.pdf">In the matter of Orchid Payments Limited</a></li><li><a href="/o/12.pdf">Harbour Trust v. Securities Commission</a></li></ul><p>Page last updated March 9, 2026</p>`,
			[]string{"2026-03-03 Lantern Bank v. Commissioner of Banking /o/14.pdf", "2026-03-03 In the matter of Orchid Payments Limited /o/13.pdf", "2026-03-03 Harbour Trust v. Securities Commission /o/12.pdf"},
		},
		{
			"lists whose classes differ by a number",
			`<ul class="app1"><li><a href="/o/11.pdf">Lantern Bank v. Commissioner of Banking</a>, filed 3/13/2026</li></ul><ul class="app2"><li><a href="/o/12.pdf">In the matter of Orchid Payments Limited</a>, filed 3/12/2026</li></ul><ul class="app3"><li><a href="/o/21.pdf">Harbour Trust v. Securities Commission</a>, filed 3/11/2026</li><li><a href="/o/31.pdf">In the matter of the Bluebell Exchange</a>, filed 3/10/2026</li></ul>`,
			[]string{"2026-03-13 Lantern Bank v. Commissioner of Banking /o/11.pdf", "2026-03-12 In the matter of Orchid Payments Limited /o/12.pdf", "2026-03-11 Harbour Trust v. Securities Commission /o/21.pdf", "2026-03-10 In the matter of the Bluebell Exchange /o/31.pdf"},
		},
		{
			"columns whose classes differ by a number",
			`<table class="x"><tr class="r1"><td class="c1"><a href="/o/11.pdf">Lantern Bank v. Commissioner of Banking</a></td><td class="c2">2026-03-03</td><td class="c3">Banking</td></tr><tr class="r2"><td class="c1"><a href="/o/12.pdf">In the matter of Orchid Payments Limited</a></td><td class="c2">2026-03-02</td><td class="c3">Payments</td></tr></table>`,
			[]string{"2026-03-03 Lantern Bank v. Commissioner of Banking /o/11.pdf", "2026-03-02 In the matter of Orchid Payments Limited /o/12.pdf"},
		},
		{
			"a menu without names beside a list of Chinese notices",
			fmt.Sprintf(plainMenu, `<p><a href="/gg/2026/t20260303_91.html">关于加强虚拟货币监管的通知</a></p><p><a href="/gg/2026/t20260302_90.html">关于支付机构备付金的公告</a></p><p><a href="/gg/2026/t20260227_88.html">关于公开征求意见的函</a></p>`),
			[]string{"2026-03-03 关于加强虚拟货币监管的通知 /gg/2026/t20260303_91.html", "2026-03-02 关于支付机构备付金的公告 /gg/2026/t20260302_90.html", "2026-02-27 关于公开征求意见的函 /gg/2026/t20260227_88.html"},
		},
		{
			"titles with the type and size of their file",
			`<table class="d"><tr><td>3 Mar 2026</td><td><a href="/d/7.pdf">Circular on the custody of coins (PDF, 200 KB)</a></td></tr><tr><td>2 Mar 2026</td><td><a href="/d/6.pdf">Circular on returns of platforms [PDF 1.4MB] (opens in new tab)</a></td></tr><tr><td>1 Mar 2026</td><td><a href="/d/5">Statement on staking</a></td></tr></table>`,
			[]string{"2026-03-03 Circular on the custody of coins /d/7.pdf", "2026-03-02 Circular on returns of platforms /d/6.pdf", "2026-03-01 Statement on staking /d/5"},
		},
		{
			"icons that say in Chinese that they open a window",
			`<ul class="l"><li><a href="/d/7.pdf">穩定幣發行人發牌制度的指引<span class="i">另開新視窗</span></a><b>2026年3月3日</b></li><li><a href="/d/6.pdf">虛擬資產平台託管通函<span class="i">另開新視窗</span></a><b>2026年3月2日</b></li></ul>`,
			[]string{"2026-03-03 穩定幣發行人發牌制度的指引 /d/7.pdf", "2026-03-02 虛擬資產平台託管通函 /d/6.pdf"},
		},
		{
			"rows partly within bold and small type",
			`<div class="box"><b><p>3 Mar 2026 <a href="/d/7.pdf">Order against an unlicensed exchange</a></p></b><p>2 Mar 2026 <a href="/d/6.pdf">Order against a broker and its directors</a></p><small><p>1 Mar 2026 <a href="/d/5.pdf">Order on the custody of coins</a></p></small></div>`,
			[]string{"2026-03-03 Order against an unlicensed exchange /d/7.pdf", "2026-03-02 Order against a broker and its directors /d/6.pdf", "2026-03-01 Order on the custody of coins /d/5.pdf"},
		},
		{
			"headings with links and lines with dates",
			`<div class="rel"><h4 class="t"><a href="/n/3">Licence granted to Lantern Bank</a></h4><p class="d">Issued 3 March 2026 in London</p><h4 class="t"><a href="/n/2">Fine for Orchid Payments and its owner</a></h4><p class="d">Issued 2 March 2026 in London</p></div>`,
			[]string{"2026-03-03 Licence granted to Lantern Bank /n/3", "2026-03-02 Fine for Orchid Payments and its owner /n/2"},
		},
		{
			"dates in rows of their own without a span",
			`<table><tr><td><strong>Opinions of March 3, 2026</strong></td></tr><tr><td><a href="/o/14.pdf">Lantern Bank v. Commissioner of Banking</a></td></tr><tr><td><a href="/o/13.pdf">In the matter of Orchid Payments Limited</a></td></tr><tr><td><strong>Opinions of February 27, 2026</strong></td></tr><tr><td><a href="/o/12.pdf">Harbour Trust v. Securities Commission</a></td></tr></table>`,
			[]string{"2026-03-03 Lantern Bank v. Commissioner of Banking /o/14.pdf", "2026-03-03 In the matter of Orchid Payments Limited /o/13.pdf", "2026-02-27 Harbour Trust v. Securities Commission /o/12.pdf"},
		},
		{
			"paragraphs that say when what follows was published",
			`<p>Published in the Law Journal of 3/17/2026:</p><ul><li>SC 211 <a href="/o/14.pdf">Lantern Bank v. Commissioner of Banking</a></li><li>SC 212 <a href="/o/13.pdf">In the matter of Orchid Payments Limited</a></li></ul><p>Published in the Law Journal of 3/10/2026:</p><ul><li>SC 209 <a href="/o/12.pdf">Harbour Trust v. Securities Commission</a></li></ul>`,
			[]string{"2026-03-17 Lantern Bank v. Commissioner of Banking /o/14.pdf", "2026-03-17 In the matter of Orchid Payments Limited /o/13.pdf", "2026-03-10 Harbour Trust v. Securities Commission /o/12.pdf"},
		},
		{
			"a date that is only of the page",
			`<h2>Guidance</h2><p>Page last updated: March 3, 2026</p><ul class="g"><li><a href="/g/custody-of-client-assets">Custody of client assets by platforms</a></li><li><a href="/g/returns-of-platforms">Returns of licensed platforms</a></li><li><a href="/g/staking-for-retail">Staking services for retail clients</a></li></ul>`,
			[]string{"0001-01-01 Custody of client assets by platforms /g/custody-of-client-assets", "0001-01-01 Returns of licensed platforms /g/returns-of-platforms", "0001-01-01 Staking services for retail clients /g/staking-for-retail"},
		},
		{
			"dates without spaces",
			`<table><tr><td>Lantern</td><td><a href="/o/26-306.pdf">26-306</a></td><td>3Mar26</td></tr><tr><td>Orchid Payments</td><td><a href="/o/26-305.pdf">26-305</a></td><td>27FEB26</td></tr><tr><td>Harbour Trust</td><td><a href="/o/26-304.pdf">26-304</a></td><td>26Feb26</td></tr></table>`,
			[]string{"2026-03-03 Lantern /o/26-306.pdf", "2026-02-27 Orchid Payments /o/26-305.pdf", "2026-02-26 Harbour Trust /o/26-304.pdf"},
		},
		{
			"dates without a year and relative ones",
			`<ul class="news"><li><a href="/n/3">Licence granted to Lantern Bank today</a><span class="when">2 hours ago</span></li><li><a href="/n/2">Fine for Orchid Payments and its owner</a><span class="when">yesterday</span></li><li><a href="/n/1">Consultation on custody is extended</a><span class="when">Feb 27</span></li></ul>`,
			[]string{"2026-03-04 Licence granted to Lantern Bank today /n/3", "2026-03-03 Fine for Orchid Payments and its owner /n/2", "2026-02-27 Consultation on custody is extended /n/1"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			base, _ := url.Parse("https://site.example/press/index.html")
			now := time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
			proposals := Propose(t.Context(), []byte("<html><body>"+tt.page+"</body></html>"), "text/html; charset=utf-8", base, now)
			if len(proposals) == 0 {
				t.Fatal("nothing proposed")
			}
			var got []string
			for _, a := range proposals[0].Articles {
				got = append(got, fmt.Sprintf("%s %s %s", a.PublishedAt.Format(time.DateOnly), a.Title, strings.TrimPrefix(a.Link, "https://site.example")))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("articles (-want +got):\n%s\nby\n%s", diff, proposals[0].Settings())
			}
		})
	}
}
