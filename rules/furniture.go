package rules

import (
	"slices"
	"strings"
	"unicode"

	"regwatch/internal/phrases"
)

// Page furniture is the text of a page that is not the article's own: related
// stories, disclaimers, the author's life, cookie and tag lines. It reaches us in
// the body of a feed or a page, full of words that rules look for, and hits in
// it do not count.

// A sign is a phrase that tells furniture. Signs are found in the same pass as the
// phrases of rules; where they have to stand says their kind.
type sign struct {
	phrase phrases.Phrase
	kind   signKind
}

type signKind uint8

const (
	sectionHead signKind = iota // is the whole of a line that heads a list of other stories, which runs on until own text comes back
	sourceHead                  // begins such a line, and a name follows
	lineHead                    // begins a line, and a colon follows
	noticeHead                  // begins a disclaimer, an author's life, a cookie line or a call to subscribe
	noticeWord                  // stands anywhere in a short paragraph of that sort
)

// A standing is tokens of a document, [start, end), that are a sign.
type standing struct {
	kind       signKind
	start, end int
}

// signs is every sign.
var signs = func() (all []sign) {
	for kind, lines := range [...][]string{sectionHead: sectionHeads, sourceHead: sourceHeads, lineHead: lineHeads, noticeHead: noticeHeads, noticeWord: noticeWords} {
		for _, l := range lines {
			all = append(all, sign{phrases.Words(l), signKind(kind)})
		}
	}
	return all
}()

var sectionHeads = []string{
	"You may also like", "You might also like", "You may be interested in", "Related", "Related stories", "Related articles", "Related news",
	"Related posts", "Related reading", "Related content", "Related topics", "Related coverage", "Read more", "Read next", "Read also", "Also read", "More stories",
	"More news", "More articles", "More from", "More on this story", "More on this topic", "More like this", "See also", "Further reading", "Recommended", "Recommended for you", "Recommended reading",
	"Recommended articles", "Recommended stories", "Suggested reading", "Trending", "Trending now", "Trending stories", "Trending news", "Most read", "Most popular", "Most viewed", "Popular stories", "Popular news",
	"Popular articles", "Popular posts", "Latest news", "Latest stories", "Latest articles", "Latest posts", "Top stories", "Top news", "In other news", "What to read next", "Up next", "Don't miss", "Editor's picks", "Editors' picks",
	"Other stories", "Other news", "Keep reading", "Similar articles", "Similar stories", "Previous article", "Next article", "Sponsored", "Sponsored stories", "From the web", "Around the web",
	"相關文章", "相關新聞", "相關閱讀", "相關報道", "相關報導", "相關內容", "相關推薦", "相關話題", "延伸閱讀", "推薦閱讀", "推薦文章", "推薦新聞", "為你推薦", "為您推薦", "猜你喜歡",
	"你可能也喜歡", "您可能也喜歡", "你可能感興趣", "您可能感興趣", "更多新聞", "更多文章", "更多報道", "更多精彩", "熱門文章", "熱門新聞", "熱門推薦", "熱門閱讀", "最新文章", "最新新聞", "最新消息",
	"編輯推薦", "編輯精選", "大家都在看", "其他人也在看", "往期回顧", "上一篇", "下一篇", "看更多", "閱讀更多", "今日熱點", "精選文章", "人氣文章", "同場加映", "下一則", "上一則",
}

var sourceHeads = []string{"More from"}

var lineHeads = []string{
	"Related", "Related article", "Related story", "Read more", "Read next", "Also read", "Read also", "See also", "More on", "Recommended", "Don't miss",
	"Tags", "Tag", "Topics", "Keywords", "Filed under", "Categories", "Category", "Image", "Image source", "Photo", "Featured image", "Share this article", "Magazine",
	"相關文章", "相關閱讀", "相關新聞", "相關報道", "延伸閱讀", "推薦閱讀", "閱讀更多", "標籤", "關鍵詞", "關鍵字", "分類", "話題", "圖片來源", "圖源", "封面圖", "上一篇", "下一篇",
}

var noticeHeads = []string{
	"Disclaimer", "Disclosure", "Legal disclaimer", "Editorial disclaimer", "Important notice", "The content of this article", "The information provided", "This article is for informational purposes",
	"This article does not contain investment advice", "This article is not intended", "The views expressed", "The opinions expressed", "Nothing in this article", "About the author", "About author", "Author bio", "Written by",
	"Subscribe to", "Sign up for", "Sign up to", "Join our", "Follow us", "Join us", "Get the latest", "Get your daily", "Download our app", "Listen to article", "Listen to this article", "Advertisement",
	"Copyright", "All rights reserved", "Your privacy", "We use cookies", "This site uses cookies", "This website uses cookies", "We and our partners", "We process your data", "Accept all cookies", "Cookie policy", "Cookie settings", "By clicking accept",
	"By continuing to use", "Share this article", "Skip to content", "Image credit", "Photo by", "Photo credit",
	"免責聲明", "免責條款", "風險提示", "風險警示", "聲明", "版權聲明", "版權所有", "特別聲明", "披露", "本文不構成", "本文僅供參考", "以上內容不構成", "作者簡介", "關於作者", "作者介紹", "訂閱我們", "歡迎訂閱", "歡迎加入", "掃碼關注", "關注我們",
	"本網站使用", "我們使用 cookie", "我們使用 cookies", "文章來源於網絡", "投資有風險", "以上觀點僅代表",
}

var noticeWords = []string{
	"our newsletter", "your newsletter", "our newsletters", "your newsletters", "all rights reserved", "accept cookies", "use cookies", "cookie policy", "privacy policy", "not investment advice", "not financial advice", "does not constitute investment advice",
	"do your own research", "is a reporter at", "is a journalist at", "is a senior reporter", "is a staff writer", "is a writer at", "is a reporter for", "is a news reporter", "reporter covering", "holds bitcoin", "holds bitcoins", "owns bitcoin", "owns bitcoins", "affiliate links",
	"不構成投資建議", "不構成任何投資建議", "僅代表作者", "不代表本平台", "不代表本站", "聯盟鏈接",
}

// ownText decides when the article's own text comes back behind a list of other
// stories: paragraphs of this many tokens and sentences. Early in the body two
// lesser paragraphs in a row do, since a list there stands amid the text.
const (
	ownTokens, ownSentences      = 60, 3
	earlyTokens                  = 35
	earlyPart                    = 0.6 // of the body's tokens
	noticeTokens, longestTagLine = 90, 40
)

// A paragraph is a run of body tokens.
type paragraph struct {
	start, end int
	sentences  int
	source     string // as written, with what follows up to the next paragraph
	offset     int    // of source in the body
	signs      []standing
}

func (d *document) paragraphs() []paragraph {
	ps := d.rows[:0]
	signs := d.signs
	for i := d.titleEnd; i < len(d.tokens); {
		j := i
		for j < len(d.tokens) && d.paragraph[j] == d.paragraph[i] {
			j++
		}
		p := paragraph{start: i, end: j, sentences: int(d.sentence[j-1]-d.sentence[i]) + 1}
		end := len(d.body)
		if j < len(d.tokens) {
			end = d.lineStart(int(d.tokens[j].Start))
		}
		line := d.body[min(d.lineStart(int(d.tokens[i].Start)), end):end]
		p.source = strings.TrimSpace(line)
		p.offset = end - len(strings.TrimLeftFunc(line, unicode.IsSpace))
		n := 0
		for n < len(signs) && signs[n].start < j {
			n++
		}
		p.signs, signs = signs[:n], signs[n:]
		p.signs = slices.DeleteFunc(p.signs, func(s standing) bool { return s.end > j })
		ps = append(ps, p)
		i = j
	}
	d.rows = ps
	return ps
}

// lineStart returns where the line that holds an offset of the body begins.
func (d *document) lineStart(offset int) int { return strings.LastIndexByte(d.body[:offset], '\n') + 1 }

// markFurniture marks the tokens of the body that are not the article's own.
func (d *document) markFurniture() {
	ps := d.paragraphs()
	early := d.titleEnd + int(earlyPart*float64(len(d.tokens)-d.titleEnd))
	listed, headed := false, 0
	for i, p := range ps {
		switch {
		case p.isSectionHead():
			// A page whose body begins with such a line is all list; one whose
			// body is only that line has nothing to lose.
			listed, headed = true, p.start
			d.mark(p)
		case d.isNoticeHead(p):
			d.mark(p)
			if i+1 < len(ps) && p.is(noticeHead) {
				d.mark(ps[i+1]) // the head stands alone; its text is the next paragraph
			}
		case listed && !ownTextAgain(ps[i:], headed < early):
			d.mark(p)
		case d.isLine(p) || p.isNotice(i >= len(ps)-3):
			listed = false
			d.mark(p)
		default:
			listed = false
		}
	}
}

func (d *document) mark(p paragraph) {
	for i := p.start; i < p.end; i++ {
		d.furniture[i] = true
	}
}

func ownTextAgain(ps []paragraph, early bool) bool {
	p := ps[0]
	if p.end-p.start >= ownTokens && p.sentences >= ownSentences {
		return true
	}
	return early && len(ps) > 1 && p.running() && ps[1].running()
}

// running reports whether p reads as text and not as a title or a teaser.
func (p paragraph) running() bool {
	return p.end-p.start >= earlyTokens && strings.ContainsAny(p.source[len(p.source)-min(len(p.source), 6):], ".。!！?？")
}

// is reports whether p is a sign of the kind, and has no other words.
func (p paragraph) is(kind signKind) bool {
	return slices.ContainsFunc(p.signs, func(s standing) bool { return s.kind == kind && s.start == p.start && s.end == p.end })
}

// begins reports whether p begins with a sign of the kind that is as wanted.
func (p paragraph) begins(kind signKind, wanted func(s standing) bool) bool {
	return slices.ContainsFunc(p.signs, func(s standing) bool { return s.kind == kind && s.start == p.start && wanted(s) })
}

func (p paragraph) isSectionHead() bool {
	short := func(standing) bool { return p.end-p.start <= 6 && !strings.Contains(p.source, ".") }
	return p.is(sectionHead) || p.begins(sourceHead, short)
}

// isLine reports whether p is a pointer to another story or a list of tags.
func (d *document) isLine(p paragraph) bool {
	setOff := func(s standing) bool {
		i := strings.IndexAny(p.source, ":：")
		if i < 0 || strings.Trim(p.source[i:], ":：") == "" {
			return false
		}
		colon := int32(p.offset + i)
		return d.tokens[s.end-1].End <= colon && (s.end == p.end || d.tokens[s.end].Start > colon)
	}
	if p.end-p.start <= longestTagLine && p.begins(lineHead, setOff) {
		return true
	}
	if !strings.HasPrefix(p.source, "#") {
		return false
	}
	words := strings.Fields(p.source)
	for _, w := range words {
		if !strings.HasPrefix(w, "#") {
			return false
		}
	}
	return len(words) > 1
}

// isNoticeHead tells a notice from an article that begins "Disclosure rules for
// …": a notice's head stands alone, is set off, or begins a sentence about the page.
func (d *document) isNoticeHead(p paragraph) bool {
	return p.begins(noticeHead, func(s standing) bool {
		words := s.end - s.start
		if words > 2 || words == 2 && !hanText(d.body[d.tokens[s.start].Start:d.tokens[s.start].End]) {
			return true
		}
		return s.end == p.end || setOff(p.source)
	})
}

// setOff reports whether the first word or two of s end in a colon.
func setOff(s string) bool {
	i := strings.IndexAny(s, ":：*_")
	return i > 0 && i <= 40 && !strings.ContainsAny(s[:i], ".。,，")
}

func (p paragraph) isNotice(last bool) bool {
	return p.end-p.start <= noticeTokens && (last || p.sentences <= 3) &&
		slices.ContainsFunc(p.signs, func(s standing) bool { return s.kind == noticeWord })
}
