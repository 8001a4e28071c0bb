package sources

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"regwatch/models"
)

const prose = "<p>The Authority said on Monday that issuers of stablecoins must hold a licence before they offer their coins to the public, and set out how reserves are to be kept.</p><p>Comments may be sent by post or by the form on this site until the end of the period.</p>"

const hanProse = "<p>为规范稳定币发行活动，保护持有人合法权益，防范金融风险，根据有关法律法规，制定本办法。稳定币发行人应当取得许可，并将储备资产存放于独立账户，每日估值，按月披露，接受检查。</p>"

func TestPage(t *testing.T) {
	tests := []struct {
		name, url, zone, contentType, page        string
		title, published, by, canonical, language string
		has, hasNot                               string
	}{
		{
			name: "JSON-LD", url: "https://www.authority.example/press/7?utm_source=x",
			page:  `<html lang="en"><head><title>Licences for issuers | Authority</title><link rel="canonical" href="/press/7"><meta name="date" content="2020-01-01"><script type="application/ld+json">{"@graph":[{"@type":"WebPage","datePublished":"2019-01-01"},{"@type":"NewsArticle","datePublished":"2026-03-02T09:00:00+08:00"}]}</script></head><body><h1>Licences for issuers</h1>` + prose + `</body></html>`,
			title: "Licences for issuers", published: "2026-03-02T01:00:00Z", by: "JSON-LD", canonical: "https://www.authority.example/press/7", language: "en", has: "must hold a licence",
		},
		{
			name: "a ministry's page in GB2312 without a header", url: "http://www.ministry.example/goutong/index.html", zone: "Asia/Shanghai",
			page:  gbk(`<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><meta name="ArticleTitle" content="稳定币管理办法"><meta name="PubDate" content="2026-03-02 17:30"><title>稳定币管理办法_某部</title></head><body><div class="nav">首页 新闻 政策法规 信息公开 办事服务</div><div id="zoom">` + hanProse + `</div></body></html>`),
			title: "稳定币管理办法", published: "2026-03-02T09:30:00Z", by: "meta", language: "zh-Hans", has: "储备资产存放于独立账户", hasNot: "办事服务",
		},
		{
			name: "a time element, and another's in a list", url: "https://authority.example/7",
			page:  `<html lang="en"><head><title>Notice</title></head><body><div class="related-articles"><time datetime="2020-01-01">then</time><a href="/1">One</a></div><h1>Notice to issuers</h1><time datetime="2026-03-02">2 March</time>` + prose + `</body></html>`,
			title: "Notice to issuers", published: "2026-03-02T00:00:00Z", by: "time", language: "en", has: "must hold a licence",
		},
		{
			name: "a date below the heading", url: "https://authority.example/7", zone: "Asia/Hong_Kong",
			page:  `<html lang="en"><head><title>Authority - Notice to issuers</title></head><body><h1>Notice to issuers</h1><p>Monday, 2 March 2026</p>` + prose + `</body></html>`,
			title: "Notice to issuers", published: "2026-03-01T16:00:00Z", by: "text", language: "en",
		},
		{
			name: "a date that is marked, with a label", url: "http://www.ministry.example/c/1.html", zone: "Asia/Shanghai",
			page:  `<html><head><title>通知</title></head><body><h2>关于稳定币的通知</h2><div class="hui12">发布时间：2026年3月2日 来源：某部 字号：大 中 小</div><div class="TRS_Editor">` + hanProse + `</div></body></html>`,
			title: "通知", published: "2026-03-01T16:00:00Z", by: "text", language: "zh-Hans",
		},
		{
			name: "a future date is not the date of the page", url: "https://authority.example/7",
			page:  `<html lang="en"><head><title>Consultation</title><link rel="canonical" href="https://elsewhere.example/7"></head><body><h1>Consultation</h1><p>Deadline: 2 May 2026</p>` + prose + `</body></html>`,
			title: "Consultation", language: "en",
		},
		{
			name: "a canonical address that is the front page", url: "https://authority.example/7",
			page:  `<html lang="en"><head><title>Consultation</title><link rel="canonical" href="/"></head><body><h1>Consultation</h1>` + prose + `</body></html>`,
			title: "Consultation", language: "en",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := Open(models.Source{ID: "s", URL: tt.url, Zone: tt.zone}, nil)
			p, err := r.Page(t.Context(), []byte(tt.page), http.Header{"Content-Type": {tt.contentType}})
			if err != nil {
				t.Fatal(err)
			}
			published := ""
			if !p.Published.IsZero() {
				published = p.Published.Format(time.RFC3339)
			}
			for what, pair := range map[string][2]string{
				"title": {p.Title, tt.title}, "published": {published, tt.published}, "by": {p.PublishedBy, tt.by},
				"canonical": {p.Canonical, tt.canonical}, "language": {p.Language, tt.language},
			} {
				if pair[0] != pair[1] {
					t.Errorf("%s is %q, want %q", what, pair[0], pair[1])
				}
			}
			if !strings.Contains(p.Text, tt.has) || tt.hasNot != "" && strings.Contains(p.Text, tt.hasNot) {
				t.Errorf("text %q; want %q in it and %q not", p.Text, tt.has, tt.hasNot)
			}
		})
	}
}
