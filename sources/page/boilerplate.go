package page

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"regwatch/internal/lazyregexp"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regwatch/internal/htmltext"
)

// boilerplateName matches the class and id names that sites give to what surrounds an
// article. Some sites give them to the article itself, so removeBoilerplate also looks
// at the text.
var boilerplateName = lazyregexp.New(`(?i)(?:^|[\s_-])(?:related(?:posts?|articles?|stories|news|content)?|recommend(?:ed|ation|ations|s)?|(?:you)?-?may-?(?:also-?)?like|also-?like|more-?(?:stories|news|articles|from|in|on)|most-?(?:read|popular|viewed)|read-?(?:next|more|also)|up-?next|trending|popular|latest-?(?:news|stories)|outbrain|taboola|newsletter|subscribe|subscription|paywall|cookies?|consent|gdpr|share|sharing|social|addthis|breadcrumbs?|sidebar|side-?bar|promo|advert(?:isement)?s?|ads?|banner|sponsor(?:ed)?|comments?|disqus|tags?|pagination|pager|footer|site-?header|masthead|nav|navbar|nav-?bar|navigation|top-?bar|menu|skip-?link|back-?to-?top|print-?only|modal|popup)(?:[\s_-]|$)`)

// relatedHeading matches a whole heading above links to other articles.
var relatedHeading = lazyregexp.New(`(?i)^[\W_]*(?:` + strings.Join([]string{
	`you (?:may|might|could) (?:also )?(?:like|enjoy|be interested in)(?: these| this| reading)?`,
	`(?:related|recommended|suggested|similar|popular|trending|top|latest|more|other|further|recent)(?: (?:articles?|stories|posts?|news|reading|reads|content|topics|links?|coverage|headlines|press releases|for you|to read|like this|on this))+`,
	`related|more|recommended(?: for you)?|most (?:read|popular|viewed)|trending(?: now)?|read (?:next|also|more|this next)|see also|also read|up next|what to read next|don['’]t miss|more (?:from|in|on|about)\b.{0,40}|keep reading|from our partners|editors?['’]? picks?|sponsored(?: content)?`,
	`(?:更多)?(?:相關|相关|延伸|推薦|推荐|熱門|热门|最新|更多|其他|其它|同類|同类)(?:的)?(?:文章|報道|报道|報導|报导|新聞|新闻|閱讀|阅读|內容|内容|資訊|资讯|鏈接|链接|連結|連接|故事|話題|话题|稿件|信息)`,
	`相關|相关|延伸|推薦閱讀|推荐阅读|猜你喜歡|猜你喜欢|你可能(?:也|还|還)?(?:喜歡|喜欢|感興趣|感兴趣|想看)(?:的?(?:文章|內容|内容))?|您可能(?:也|还|還)?(?:喜歡|喜欢|感興趣|感兴趣)(?:的?(?:文章|內容|内容))?|為你推薦|为你推荐|為您推薦|为您推荐|看更多|熱門排行|热门排行|點擊排行|点击排行|大家都在看|下一篇|上一篇`,
}, "|") + `)[\s:：…▼↓>»]*$`)

// isRelatedHeading reports whether a text is a heading above links to other articles.
func isRelatedHeading(text string) bool {
	return text != "" && utf8.RuneCountInString(text) <= 60 && relatedHeading.MatchString(strings.Join(strings.Fields(text), " "))
}

// maxRelatedHeadings is how many headings of related lists are handled in a page. A
// page has one or two; thousands are an attack, and each costs a pass over its
// siblings.
const maxRelatedHeadings = 50

// removeBoilerplate removes everything from a page that its markup shows is not the
// article.
func removeBoilerplate(doc *html.Node) {
	sizes := measureTree(doc)
	total := sizes[doc].text
	var remove, headings []*html.Node
	htmltext.Walk(doc, func(n *html.Node) bool {
		if n.Type != html.ElementNode {
			return true
		}
		if isBoilerplate(n, sizes[n]) && sizes[n].text*2 < max(total, 1) {
			if !holdsArticle(n, sizes[n], sizes[doc].prose) {
				remove = append(remove, n)
				return false
			}
			dropName(n) // readability knows such names too
		}
		if canBeHeading(n.DataAtom) && sizes[n].text <= 240 && isRelatedHeading(ShortText(n)) {
			headings = append(headings, n)
		}
		return true
	})
	for _, n := range remove {
		htmltext.Remove(n)
	}
	sizes = measureTree(doc)
	for _, n := range headings[:min(len(headings), maxRelatedHeadings)] {
		if n.Parent != nil {
			removeRelatedList(n, sizes)
		}
	}
}

func isBoilerplate(n *html.Node, size textSize) bool {
	switch n.DataAtom {
	case atom.Html, atom.Head, atom.Body, atom.Main, atom.Article, atom.H1:
		return false
	case atom.Nav, atom.Aside, atom.Footer, atom.Figcaption, atom.Form, atom.Dialog, atom.Script, atom.Style, atom.Noscript, atom.Iframe, atom.Template, atom.Button, atom.Select:
		return true
	}
	switch htmltext.Attr(n, "role") {
	case "navigation", "complementary", "contentinfo", "search", "banner", "dialog", "alertdialog", "menu":
		return true
	}
	if htmltext.Attr(n, "aria-hidden") == "true" || hasAttr(n, "hidden") {
		return true
	}
	if !boilerplateName.MatchString(htmltext.Attr(n, "class")) && !boilerplateName.MatchString(htmltext.Attr(n, "id")) {
		return false
	}
	// A block with a lot of prose under such a name is the article after all, unless
	// most of the prose is in links.
	return size.prose < 600 || size.linked*3 > size.text
}

// noticeName matches the names of parts that are no article, even if they have most of the prose of a page.
var noticeName = lazyregexp.New(`(?i)cookie|consent|gdpr|newsletter|subscri|paywall|comment|disqus|related|recommend`)

// holdsArticle reports whether an element that has the name or the role of boilerplate holds
// the heading of the page or most of its prose. Sites name the wrapper of an article after its
// tags and after what stands beside it.
func holdsArticle(n *html.Node, size textSize, prose int) bool {
	switch n.DataAtom {
	case atom.Nav, atom.Aside, atom.Footer, atom.Figcaption, atom.Dialog, atom.Script, atom.Style, atom.Noscript, atom.Iframe, atom.Template, atom.Button, atom.Select:
		return false
	}
	if size.prose == 0 || size.linked*2 > size.text || htmltext.Attr(n, "aria-hidden") == "true" || hasAttr(n, "hidden") {
		return false
	}
	if size.prose*2 > prose && !noticeName.MatchString(htmltext.Attr(n, "class")+" "+htmltext.Attr(n, "id")) {
		return true
	}
	if size.prose*10 < prose {
		return false // a banner with a sentence, above the article
	}
	headed := false
	htmltext.Walk(n, func(m *html.Node) bool {
		headed = headed || m.DataAtom == atom.H1 && ShortText(m) != ""
		return !headed
	})
	return headed
}

// dropName removes the class and the id of an element, unless they name an article.
func dropName(n *html.Node) {
	name := htmltext.Attr(n, "id") + " " + htmltext.Attr(n, "class")
	if articleClass.MatchString(name) || ministryClass.MatchString(name) {
		return
	}
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "class" || a.Key == "id" })
}

func hasAttr(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

func canBeHeading(a atom.Atom) bool {
	switch a {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.P, atom.Div, atom.Span, atom.Strong, atom.B, atom.Dt, atom.Header, atom.Legend, atom.Summary, atom.Li:
		return true
	}
	return false
}

// removeRelatedList removes a heading and the list below it: all that follows it
// within its parent, up to where the article continues.
func removeRelatedList(heading *html.Node, sizes map[*html.Node]textSize) {
	for heading.Parent != nil && heading.Parent.Type == html.ElementNode && heading.Parent.DataAtom != atom.Body &&
		sizes[heading.Parent].text == sizes[heading].text {
		heading = heading.Parent
	}
	before := 0
	for s := heading.PrevSibling; s != nil; s = s.PrevSibling {
		before += sizes[s].prose
	}
	after := 0
	for s := heading.NextSibling; s != nil; s = s.NextSibling {
		after += sizes[s].prose
	}
	// A list below the article runs to the end; a list inside the article ends at the
	// next paragraph of prose.
	atEnd := before >= after
	for s := heading.NextSibling; s != nil; {
		next := s.NextSibling
		if !atEnd && sizes[s].prose >= 200 {
			break
		}
		htmltext.Remove(s)
		s = next
	}
	htmltext.Remove(heading)
}

// A textSize is how much text a tree contains, in bytes.
type textSize struct {
	text   int // all readable text
	prose  int // of that, in runs as long as sentences and outside links
	linked int // of that, in links
}

// measureTree returns the text size of every node of a page, in one pass.
func measureTree(doc *html.Node) map[*html.Node]textSize {
	sizes := make(map[*html.Node]textSize)
	var inLink int
	htmltext.Traverse(doc, func(n *html.Node) bool {
		if n.Type == html.ElementNode && htmltext.IsNotText(n.DataAtom) {
			return n.DataAtom == atom.Head
		}
		if n.Type == html.ElementNode && n.DataAtom == atom.A {
			inLink++
		}
		return true
	}, func(n *html.Node) {
		var m textSize
		if n.Type == html.TextNode {
			m.text = len(strings.TrimSpace(n.Data))
			switch {
			case inLink > 0:
				m.linked = m.text
			case m.text >= 40:
				m.prose = m.text
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			m.text += sizes[c].text
			m.prose += sizes[c].prose
			m.linked += sizes[c].linked
		}
		sizes[n] = m
		if n.Type == html.ElementNode && n.DataAtom == atom.A {
			inLink--
		}
	})
	return sizes
}

// ShortText returns the text of a tree, or nothing if it is longer than a heading.
func ShortText(root *html.Node) string {
	const longest, most = 240, 100 // bytes and nodes
	var b strings.Builder
	visited := 0
	var add func(n *html.Node) bool
	add = func(n *html.Node) bool {
		if visited++; visited > most {
			return false
		}
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil && b.Len() <= longest; c = c.NextSibling {
			if !add(c) {
				return false
			}
		}
		return b.Len() <= longest
	}
	if !add(root) {
		return ""
	}
	return strings.TrimFunc(b.String(), unicode.IsSpace)
}

// cutRelatedArticles cuts a text at a paragraph that introduces a list of other
// articles, unless most of the text comes after it.
func cutRelatedArticles(text string) string {
	paragraphs := strings.Split(text, "\n\n")
	seen := 0
	for i, p := range paragraphs {
		if isRelatedHeading(p) && seen*2 >= len(text) {
			return strings.Join(paragraphs[:i], "\n\n")
		}
		seen += len(p)
	}
	return text
}
