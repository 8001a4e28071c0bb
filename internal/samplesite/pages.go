package samplesite

import (
	"bytes"
	"fmt"
	"html/template"
	"slices"
	"time"
)

// A pageView is what templates/page.html sees.
type pageView struct {
	Outlet                       Feed
	Charset, Tagline             string
	Title, Summary, Author, Link string
	Stamp, Date                  string
	HTML                         template.HTML
	Related                      []related
	Words                        furniture
}

// furniture is what stands around every article of a language.
type furniture struct {
	Nav                                             []string
	Cookies, Accept, Related, Share, Letter, Sample string
	Date                                            string // its layout
}

func furnitureIn(language string) furniture {
	switch language {
	case "zh-Hant":
		return furniture{
			Nav:     []string{"首頁", "財經", "監管", "國際", "專題", "訂閱"},
			Cookies: "本網站使用 Cookie 以改善閱讀體驗。", Accept: "接受",
			Related: "你可能感興趣", Share: "分享", Letter: "訂閱電子報",
			Sample: "示範文章：內容、機構及人物均屬虛構，並非真實新聞。",
			Date:   "2006年1月2日 15:04",
		}
	case "zh-Hans":
		return furniture{
			Nav:     []string{"首页", "财经", "监管", "国际", "专题", "订阅"},
			Cookies: "本网站使用 Cookie 以改善阅读体验。", Accept: "接受",
			Related: "相关阅读", Share: "分享", Letter: "订阅电子报",
			Sample: "示范文章：内容、机构及人物均属虚构，并非真实新闻。",
			Date:   "2006年1月2日 15:04",
		}
	}
	return furniture{
		Nav:     []string{"Home", "Markets", "Policy", "Technology", "Opinion", "Subscribe"},
		Cookies: "We use cookies to remember what you have read.", Accept: "Accept",
		Related: "You may also like", Share: "Share this article", Letter: "Get our newsletter",
		Sample: "Sample text: the events, firms and persons on this page are invented. This is not news.",
		Date:   "2 January 2006, 15:04",
	}
}

// renderPage writes the page of an article in its outlet's encoding. Where the
// article lists no related headlines, those of latest stand there.
func (o outlet) renderPage(base string, a article, latest []article) ([]byte, error) {
	words := furnitureIn(o.Language)
	at := a.at.In(hongKong())
	view := pageView{
		Outlet: o.Feed, Charset: o.charset, Tagline: o.tagline,
		Title: a.title, Summary: a.summary, Author: a.author, Link: base + a.link,
		Stamp: at.Format(time.RFC3339), Date: at.Format(words.Date),
		HTML:    template.HTML(textHTML(a.text)), // escaped there
		Related: slices.Clone(a.related),
		Words:   words,
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
