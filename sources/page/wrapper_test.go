package page

import (
	"fmt"
	"strings"
	"testing"
)

const articleOfStablecoins = `<h1>Stablecoin rules begin</h1>
<p>The Authority granted the first licence on Monday.</p><p>The issuer must hold reserve assets of the same value, it said.</p>`

// A page never loses the element that holds its heading or most of its sentences, whatever that
// element is called.
func TestWrapperOfTheArticleIsNoBoilerplate(t *testing.T) {
	for _, class := range []string{
		"post hentry tag-stablecoin", "with-sidebar", "modal-enabled", "no-share", "left-navigation_page-wrapper",
		"layout has-banner", "promo-free content", "content-ads-off",
	} {
		page := fmt.Sprintf(`<html><head><title>Stablecoin rules begin</title></head><body>
<div class="menu"><a href="/a">Markets</a> <a href="/b">Banks</a></div>
<div class="%s">%s<div class="share">Share this on every network</div></div>
<ul class="links">%s</ul></body></html>`, class, articleOfStablecoins, strings.Repeat(`<li><a href="/x">Some other headline of the day</a></li>`, 30))
		for name, text := range map[string]string{"Read": Text(t.Context(), page, nil), "Whole": mustReadWhole(t, page).Text} {
			for _, want := range []string{"granted the first licence", "reserve assets"} {
				if !strings.Contains(text, want) {
					t.Errorf("class %q: %s lost %q: %.300q", class, name, want, text)
				}
			}
			if strings.Contains(text, "Share this") {
				t.Errorf("class %q: %s has the share button", class, name)
			}
		}
	}
}

// A sidebar with a teaser stays boilerplate, even if it has more text than links.
func TestSidebarIsBoilerplate(t *testing.T) {
	page := `<html><body><article>` + strings.Repeat(`<p>The Authority granted the licence to the first issuer on Monday, it said.</p>`, 5) + `</article>
<div class="sidebar"><h1 class="logo"></h1><p>Subscribe to hear more about our conference in spring.</p></div></body></html>`
	if text := Text(t.Context(), page, nil); strings.Contains(text, "conference") {
		t.Errorf("the sidebar is in %q", text)
	}
}

func TestShortChineseParagraphIsKept(t *testing.T) {
	const long = "金融管理局今日宣布，首批穩定幣發行人牌照將於明年初發出，申請人須證明其儲備資產足以應付全部贖回要求，並定期由獨立核數師核實。"
	body := "<div>" + strings.Repeat("<p>"+long+"</p>", 4) + "</div>"
	for name, page := range map[string]string{
		"lead":     "<p>穩定幣條例今日生效。</p>" + body,
		"tail":     body + "<p>違者可處監禁五年。</p>",
		"middle":   body + "<p>無牌發行屬刑事罪行。</p>" + body,
		"question": body + "<p>散戶可否買賣？</p>",
		"bracket":  "<p>「條例今日生效。」</p>" + body,
		"long":     "<p>監管機構表示申請人須於六個月內提交完整的業務計劃以及風險管理框架和審計報告作為審批依據同時亦須繳付費用</p>" + body,
	} {
		want := page[strings.Index(page, "<p>")+3:]
		if name != "lead" && name != "bracket" && name != "long" {
			want = page[strings.Index(page, "</div><p>")+9:]
		}
		want, _, _ = strings.Cut(want, "</p>")
		text := Text(t.Context(), `<html lang="zh-HK"><body><section>`+page+"</section></body></html>", nil)
		if !strings.Contains(text, want) {
			t.Errorf("%s: %q is not in %q", name, want, text)
		}
	}
}

func TestShortChineseArticleBesideATicker(t *testing.T) {
	const article = "<p>國務院常務會議今日審議通過關於加強虛擬貨幣監管的意見，要求各部門依法查處非法活動。</p><p>會議指出，穩定幣不得在境內發行和流通。</p>"
	ticker := "<table>" + strings.Repeat("<tr><td>0005.HK</td><td>匯豐控股</td><td>88.15</td><td>+1.20%</td></tr>", 80) + "</table>"
	for name, page := range map[string]string{
		"table": `<div class="content">` + article + "</div><div>" + ticker + "</div>",
		"list":  "<div><ul>" + strings.Repeat("<li>騰訊 412.20 +0.8%</li>", 120) + `</ul></div><div class="box"><div id="c">` + article + "</div></div>",
		"lines": `<div id="c">` + article + "</div><div>" + strings.Repeat("<div>恒生指數 24,110.22 +88.1</div>", 100) + "</div>",
	} {
		text := Text(t.Context(), `<html lang="zh"><body><h1>加強監管</h1>`+page+"</body></html>", nil)
		if !strings.Contains(text, "不得在境內發行") || len(text) > 600 {
			t.Errorf("%s: %d bytes: %.300q", name, len(text), text)
		}
	}
}

func TestArticleInsideNoscript(t *testing.T) {
	const article = "<p>The Authority granted the first licence to an issuer of a stablecoin on Monday, and it begins in March.</p><p>The issuer must hold reserve assets of the same value at all times, the Authority said in a notice.</p>"
	for name, page := range map[string]string{
		"body":   `<html><body><div id="app"></div><noscript><article><h1>Licence</h1>` + article + `</article></noscript><script>x</script></body></html>`,
		"nested": `<html><body><main><h1>Licence</h1><div class="content"><noscript>` + article + `</noscript></div></main></body></html>`,
		"lazy":   `<html><body><noscript><img src="/pixel"></noscript><div><noscript><div>` + article + `</div></noscript></div></body></html>`,
	} {
		for kind, text := range map[string]string{"Read": Text(t.Context(), page, nil), "Whole": mustReadWhole(t, page).Text} {
			if !strings.Contains(text, "granted the first licence") || strings.Contains(text, "<p>") {
				t.Errorf("%s of %s: %q", kind, name, text)
			}
		}
	}
	page := "<html><body><noscript><p>Please enable JavaScript in your browser to use all features of this site, thank you very much.</p></noscript><article>" + strings.Repeat(article, 3) + "</article></body></html>"
	if text := Text(t.Context(), page, nil); strings.Contains(text, "JavaScript") {
		t.Errorf("the note about scripts is in %q", text)
	}
}
