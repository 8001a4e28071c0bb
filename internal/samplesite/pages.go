package samplesite

import (
	"bytes"
	"fmt"
	"html/template"
	"slices"
	"time"
)

// A pageView is the data of templates/page.html.
type pageView struct {
	Outlet                       Feed
	Charset, Tagline             string
	Title, Summary, Author, Link string
	Timestamp, Date              string
	HTML                         template.HTML
	Related                      []related
	Boilerplate                  boilerplate
}

// boilerplate is the text around every article, in one language.
type boilerplate struct {
	Nav                                                 []string
	Cookies, Accept, Related, Share, Newsletter, Sample string
	DateLayout                                          string // for time.Format
}

func boilerplateIn(language string) boilerplate {
	switch language {
	case "zh-Hant":
		return boilerplate{
			Nav:     []string{"首頁", "財經", "監管", "國際", "專題", "訂閱"},
			Cookies: "本網站使用 Cookie 以改善閱讀體驗。", Accept: "接受",
			Related: "你可能感興趣", Share: "分享", Newsletter: "訂閱電子報",
			Sample:     "示範文章：內容、機構及人物均屬虛構，並非真實新聞。",
			DateLayout: "2006年1月2日 15:04",
		}
	case "zh-Hans":
		return boilerplate{
			Nav:     []string{"首页", "财经", "监管", "国际", "专题", "订阅"},
			Cookies: "本网站使用 Cookie 以改善阅读体验。", Accept: "接受",
			Related: "相关阅读", Share: "分享", Newsletter: "订阅电子报",
			Sample:     "示范文章：内容、机构及人物均属虚构，并非真实新闻。",
			DateLayout: "2006年1月2日 15:04",
		}
	}
	return boilerplate{
		Nav:     []string{"Home", "Markets", "Policy", "Technology", "Opinion", "Subscribe"},
		Cookies: "We use cookies to remember what you have read.", Accept: "Accept",
		Related: "You may also like", Share: "Share this article", Newsletter: "Get our newsletter",
		Sample:     "Sample text: the events, firms and persons on this page are invented. This is not news.",
		DateLayout: "2 January 2006, 15:04",
	}
}

// renderPage returns the page of an article in the encoding of its outlet. If the
// article has no related headlines, the page lists those of latest.
func (o outlet) renderPage(base string, a sampleArticle, latest []sampleArticle) ([]byte, error) {
	texts := boilerplateIn(o.Language)
	at := a.at.In(hongKong())
	view := pageView{
		Outlet: o.Feed, Charset: o.charset, Tagline: o.tagline,
		Title: a.title, Summary: a.summary, Author: a.author, Link: base + a.link,
		Timestamp: at.Format(time.RFC3339), Date: at.Format(texts.DateLayout),
		HTML:        template.HTML(paragraphsHTML(a.text)), // paragraphsHTML escapes it
		Related:     slices.Clone(a.related),
		Boilerplate: texts,
	}
	if len(view.Related) == 0 {
		for _, other := range latest {
			if other.slug != a.slug && len(view.Related) < 3 {
				view.Related = append(view.Related, related{other.title, other.summary})
			}
		}
	}
	out, err := renderHTML("page.html", view)
	if err != nil || o.encoding == nil {
		return out, err
	}
	encoded, err := o.encoding.NewEncoder().Bytes(out)
	if err != nil {
		return nil, fmt.Errorf("write %s in %s: %w", a.slug, o.charset, err)
	}
	return encoded, nil
}

func renderHTML(name string, view any) ([]byte, error) {
	t, err := template.ParseFS(templateFiles, "templates/"+name)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, view); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
