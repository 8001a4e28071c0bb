package rules

import (
	"slices"
	"strings"
	"unicode"

	"regwatch/internal/phrases"
	"regwatch/internal/text"
	"regwatch/models"
)

// Boilerplate is text of a page that does not belong to the article: related stories, disclaimers, notes about the
// author, cookie notices and tags. It gets into the body of feeds and pages, is full of words that rules look for, and
// hits in it do not count. The markers below recognize the common kinds on any site, at first sight. What a site
// has besides is learned from what it repeats; the article brings that along.

// A marker is a phrase by which boilerplate is recognized. Markers are found in the same pass as the phrases of rules.
type marker struct {
	phrase phrases.Phrase
	kind   markerKind
}

// A markerKind tells where a marker must stand.
type markerKind uint8

const (
	sectionHead    markerKind = iota // is the whole heading of a list of other stories, which ends where the article's own text continues
	sourceHead                       // begins such a heading, and a name follows
	lineHead                         // begins a line, and a colon follows
	noticeHead                       // begins a disclaimer, a note about the author, a cookie notice or a call to subscribe
	noticeWord                       // stands anywhere in a short paragraph of that kind
	noticeSentence                   // stands only in sentences of that kind; many pages give their whole text as one paragraph
)

// A markerHit is the tokens [start, end) of a document in which a marker stands.
type markerHit struct {
	kind       markerKind
	start, end int
}

// boilerplateMarkers returns all markers.
func boilerplateMarkers() []marker {
	var all []marker
	for kind, list := range [...]string{sectionHead: sectionHeads, sourceHead: sourceHeads, lineHead: lineHeads, noticeHead: noticeHeads, noticeWord: noticeWords, noticeSentence: noticeSentences} {
		for s := range strings.SplitSeq(list, "|") {
			all = append(all, marker{phrases.Words(s), markerKind(kind)})
		}
	}
	return all
}

// The markers of each kind. Traditional characters stand for both scripts.
const (
	sectionHeads = "You may also like|You might also like|You may be interested in|Related|Related stories|Related articles|" +
		"Related news|Related posts|Related reading|Related content|Related topics|Related coverage|Read more|Read next|" +
		"Read also|Also read|More stories|More news|More articles|More from|More on this story|More on this topic|" +
		"More like this|See also|Further reading|Recommended|Recommended for you|Recommended reading|" +
		"Recommended articles|Recommended stories|Suggested reading|Trending|Trending now|Trending stories|Trending news|" +
		"Most read|Most popular|Most viewed|Popular stories|Popular news|Popular articles|Popular posts|Latest news|" +
		"Latest stories|Latest articles|Latest posts|Top stories|Top news|In other news|What to read next|Up next|" +
		"Don't miss|Editor's picks|Editors' picks|Other stories|Other news|Keep reading|Similar articles|Similar stories|" +
		"Previous article|Next article|Sponsored|Sponsored stories|From the web|Around the web|" +
		"相關文章|相關新聞|相關閱讀|相關報道|相關報導|相關內容|相關推薦|相關話題|延伸閱讀|推薦閱讀|推薦文章|推薦新聞|為你推薦|為您推薦|猜你喜歡|你可能也喜歡|您可能也喜歡|你可能感興趣|您可能感興趣|更多新聞|" +
		"更多文章|更多報道|更多精彩|熱門文章|熱門新聞|熱門推薦|熱門閱讀|最新文章|最新新聞|最新消息|編輯推薦|編輯精選|大家都在看|其他人也在看|往期回顧|上一篇|下一篇|看更多|閱讀更多|今日熱點|精選文章|人氣文章|" +
		"同場加映|下一則|上一則"

	sourceHeads = "More from"

	lineHeads = "Related|Related article|Related story|Read more|Read next|Also read|Read also|See also|More on|Recommended|" +
		"Don't miss|Tags|Tag|Topics|Keywords|Filed under|Categories|Category|Image|Image source|Photo|Featured image|" +
		"Share this article|Magazine|" +
		"相關文章|相關閱讀|相關新聞|相關報道|延伸閱讀|推薦閱讀|閱讀更多|標籤|關鍵詞|關鍵字|分類|話題|圖片來源|圖源|封面圖|上一篇|下一篇"

	noticeHeads = "Disclaimer|Disclosure|Legal disclaimer|Editorial disclaimer|Important notice|The content of this article|" +
		"The information provided|This article is for informational purposes|" +
		"This article does not contain investment advice|This article is not intended|The views expressed|" +
		"The opinions expressed|Nothing in this article|About the author|About author|Author bio|Written by|Subscribe to|" +
		"Sign up for|Sign up to|Join our|Follow us|Join us|Get the latest|Get your daily|Download our app|" +
		"Listen to article|Listen to this article|Advertisement|Copyright|All rights reserved|Your privacy|" +
		"We use cookies|This site uses cookies|This website uses cookies|We and our partners|We process your data|" +
		"Accept all cookies|Cookie policy|Cookie settings|By clicking accept|By continuing to use|Share this article|" +
		"Skip to content|Image credit|Photo by|Photo credit|" +
		"免責聲明|免責條款|風險提示|風險警示|聲明|版權聲明|版權所有|特別聲明|披露|本文不構成|本文僅供參考|以上內容不構成|作者簡介|關於作者|作者介紹|訂閱我們|歡迎訂閱|歡迎加入|掃碼關注|關注我們|本網站使用|" +
		"我們使用 cookie|我們使用 cookies|文章來源於網絡|投資有風險|以上觀點僅代表"

	noticeWords = "our newsletter|your newsletter|our newsletters|your newsletters|all rights reserved|accept cookies|use cookies|" +
		"cookie policy|privacy policy|not investment advice|not financial advice|does not constitute investment advice|" +
		"do your own research|is a reporter at|is a journalist at|is a senior reporter|is a staff writer|is a writer at|" +
		"is a reporter for|is a news reporter|reporter covering|holds bitcoin|holds bitcoins|owns bitcoin|owns bitcoins|" +
		"affiliate links|" +
		"不構成投資建議|不構成任何投資建議|僅代表作者|不代表本平台|不代表本站|聯盟鏈接"

	noticeSentences = "not constitute investment advice|not constitute financial advice|not financial advice|not investment advice|" +
		"for informational purposes only|information and educational purposes|do your own research|" +
		"enable JavaScript and cookies|these cookies|cookies are necessary|vendors listed in this notice|IAB Vendors|" +
		"Transparency and Consent Framework|store and or access information on a device|manage your consent|" +
		"cookie preferences|privacy preferences|by continuing to browse|affiliate commission|" +
		"is a reporter at|is a journalist at|is a senior reporter|is a staff writer|is a news reporter|" +
		"is a freelance journalist|is a freelance writer|is a crypto journalist|is an editor at|reporter covering|" +
		"journalist covering|writes about crypto|has been covering crypto|is the author of|" +
		"holds positions in|has a position in|no positions in|" +
		"不構成投資建議|不構成任何投資|不構成個人投資建議|不構成財務|不構成任何要約|不構成任何財務|不構成買賣|不構成與|內容僅供參考|本文僅供參考|僅供參考與教育|僅用於信息分享|" +
		"僅用於資訊分享|本網站內容|本站內容|本站所發布|本平台僅提供|據此操作|據此投資|僅代表作者|只代表作者|不代表本平台|不代表本站|" +
		"遵守所在地區|遵守所在地法律|所在國家或地區的相關法律|不對任何經營與投資行為|不參與任何非法金融行為|不做推廣與背書|" +
		"禁止進行轉載|禁止轉載|嚴禁轉載|不得轉載|轉載請註明|版權歸作者|如有侵權|免責聲明|廣告聲明|" +
		"接受所有 cookie|使用 cookie|隱私偏好|繼續瀏覽即表示|作者簡介|關於作者|自由撰稿人|特約撰稿|專欄作家，專注|撰稿人，專注"
)

const (
	// After a list of other stories, the article's own text continues with a paragraph of this size.
	minOwnTokens, minOwnSentences = 60, 3
	// In the first part of the body, a list is likely to stand in the middle of the article. There, two smaller
	// paragraphs in a row are enough.
	minEarlyTokens = 35
	earlyShare     = 0.6 // of the body's tokens

	maxNoticeTokens  = 90
	maxPointerTokens = 40
)

// Boilerplate returns the ranges of an article's body, in bytes, that are not its own text.
func (s *Set) Boilerplate(a models.Article) [][2]int {
	b, ok := s.buffers.Get().(*Buffer)
	if !ok {
		b = new(Buffer)
	}
	defer s.buffers.Put(b)
	b.scan(s, a)
	d := &b.load(a).document
	var ranges [][2]int
	for i := d.titleEnd; i < len(d.tokens); i++ {
		if !d.boilerplate[i] {
			continue
		}
		start, end := int(d.tokens[i].Start), int(d.tokens[i].End)
		if n := len(ranges); n > 0 && i > d.titleEnd && d.boilerplate[i-1] {
			ranges[n-1][1] = end
		} else {
			ranges = append(ranges, [2]int{start, end})
		}
	}
	return ranges
}

// A paragraph is a paragraph of the body.
type paragraph struct {
	start, end int // tokens
	sentences  int
	source     string // as written, with all that follows up to the next paragraph
	offset     int    // of source in the body
	markers    []markerHit
}

func (d *document) paragraphs() []paragraph {
	ps := d.paragraphBuf[:0]
	markers := d.markers
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
		for n < len(markers) && markers[n].start < j {
			n++
		}
		p.markers, markers = markers[:n], markers[n:]
		p.markers = slices.DeleteFunc(p.markers, func(m markerHit) bool { return m.end > j })
		ps = append(ps, p)
		i = j
	}
	d.paragraphBuf = ps
	return ps
}

// lineStart returns the start of the line that contains an offset of the body.
func (d *document) lineStart(offset int) int { return strings.LastIndexByte(d.body[:offset], '\n') + 1 }

// markBoilerplate marks the tokens of the body that are boilerplate.
func (d *document) markBoilerplate() {
	ps := d.paragraphs()
	early := d.titleEnd + int(earlyShare*float64(len(d.tokens)-d.titleEnd))
	inList, listStart := false, 0
	for i, p := range ps {
		switch {
		case p.isSectionHead():
			inList, listStart = true, p.start
			d.mark(p)
		case d.isNoticeHead(p):
			d.mark(p)
			if i+1 < len(ps) && p.is(noticeHead) {
				d.mark(ps[i+1]) // the notice is in the next paragraph
			}
		case inList && !continuesArticle(ps[i:], listStart < early):
			d.mark(p)
		case d.isPointer(p) || len(ps) > 1 && p.isNotice(i >= len(ps)-3):
			inList = false
			d.mark(p)
		default:
			inList = false
		}
	}
	for _, m := range d.markers {
		if m.kind == noticeSentence && m.start >= d.titleEnd {
			d.markSentence(m.start)
		}
	}
}

// markLearned marks the tokens of the body that the site of the article is known to repeat for certain.
func (d *document) markLearned(learned []models.Boilerplate) {
	for _, b := range learned {
		for i := d.tokenAt(b.Start); b.Sure && i < len(d.tokens) && int(d.tokens[i].End) <= b.End; i++ {
			d.boilerplate[i] = true
		}
	}
}

// markSentence marks the sentence that contains token i.
func (d *document) markSentence(i int) {
	start, end := i, i
	for start > d.titleEnd && d.sentence[start-1] == d.sentence[i] {
		start--
	}
	for end < len(d.tokens) && d.sentence[end] == d.sentence[i] {
		end++
	}
	for j := start; j < end; j++ {
		d.boilerplate[j] = true
	}
}

func (d *document) mark(p paragraph) {
	for i := p.start; i < p.end; i++ {
		d.boilerplate[i] = true
	}
}

// continuesArticle reports whether the article's own text continues with the first of some paragraphs.
func continuesArticle(ps []paragraph, early bool) bool {
	p := ps[0]
	if p.end-p.start >= minOwnTokens && p.sentences >= minOwnSentences {
		return true
	}
	return early && len(ps) > 1 && p.isProse() && ps[1].isProse()
}

// isProse reports whether p is running text and not a title or a teaser.
func (p paragraph) isProse() bool {
	return p.end-p.start >= minEarlyTokens && strings.ContainsAny(p.source[len(p.source)-min(len(p.source), 6):], ".。!！?？")
}

// is reports whether p is a marker of a kind, without other words.
func (p paragraph) is(kind markerKind) bool {
	return slices.ContainsFunc(p.markers, func(m markerHit) bool { return m.kind == kind && m.start == p.start && m.end == p.end })
}

// beginsWith reports whether p begins with a marker of a kind that satisfies f.
func (p paragraph) beginsWith(kind markerKind, f func(m markerHit) bool) bool {
	return slices.ContainsFunc(p.markers, func(m markerHit) bool { return m.kind == kind && m.start == p.start && f(m) })
}

func (p paragraph) isSectionHead() bool {
	isShort := func(markerHit) bool { return p.end-p.start <= 6 && !strings.Contains(p.source, ".") }
	return p.is(sectionHead) || p.beginsWith(sourceHead, isShort)
}

// isPointer reports whether p refers to another story, or lists tags.
func (d *document) isPointer(p paragraph) bool {
	beforeColon := func(m markerHit) bool {
		i := strings.IndexAny(p.source, ":：")
		if i < 0 || strings.Trim(p.source[i:], ":：") == "" {
			return false
		}
		colon := int32(p.offset + i)
		return d.tokens[m.end-1].End <= colon && (m.end == p.end || d.tokens[m.end].Start > colon)
	}
	if p.end-p.start <= maxPointerTokens && p.beginsWith(lineHead, beforeColon) {
		return true
	}
	return p.isTags()
}

// isTags reports whether p consists of at least two hashtags.
func (p paragraph) isTags() bool {
	n := 0
	for word := range strings.FieldsSeq(p.source) {
		if !strings.HasPrefix(word, "#") {
			return false
		}
		n++
	}
	return n > 1
}

// isNoticeHead reports whether p begins a notice. A short marker must stand alone or before a colon, so that an article
// that begins with "Disclosure rules for …" is not one.
func (d *document) isNoticeHead(p paragraph) bool {
	return p.beginsWith(noticeHead, func(m markerHit) bool {
		words := m.end - m.start
		if words > 2 || words == 2 && !text.HasCJK(d.body[d.tokens[m.start].Start:d.tokens[m.start].End]) {
			return true
		}
		return m.end == p.end || hasLabel(p.source)
	})
}

// hasLabel reports whether s begins with a word or two and a colon, or with emphasis.
func hasLabel(s string) bool {
	i := strings.IndexAny(s, ":：*_")
	return i > 0 && i <= 40 && !strings.ContainsAny(s[:i], ".。,，")
}

// isNotice reports whether p is a notice that is recognized by a marker within it. At the end of the body it may be
// longer.
func (p paragraph) isNotice(atEnd bool) bool {
	return p.end-p.start <= maxNoticeTokens && (atEnd || p.sentences <= 3) &&
		slices.ContainsFunc(p.markers, func(m markerHit) bool { return m.kind == noticeWord })
}
