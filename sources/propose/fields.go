package propose

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"regwatch/internal/lazyregexp"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regwatch/internal/htmltext"
	"regwatch/models"
	"regwatch/sources/page"
)

// A fieldCandidate is a place that the articles of a group have in common, identified
// by a selector, and the values in that place.
type fieldCandidate struct {
	selector     string
	regex        string // cuts the value out of a labelled line
	sibling      string // takes the line before or after the element instead of its text
	depth        int
	sample       *html.Node
	texts        []string // of the articles that have one
	lines        []string // the texts with line breaks
	titles       []string // title attributes
	links        []string
	datetimes    []string // datetime or content attributes
	datetimeAttr string   // which of the two
	seen         map[int]bool
}

// fieldCandidates are the candidates of a group, in the order of its first article.
type fieldCandidates struct {
	n    float64 // number of articles
	list []*fieldCandidate
}

// fieldCandidates collects the candidates of a group. If an article has several
// elements in one place, the first counts.
func (s *domAnalysis) fieldCandidates(g group) fieldCandidates {
	elements := g.elements
	if len(elements) > maxSample {
		elements = elements[:maxSample]
	}
	found := make(map[string]*fieldCandidate)
	fields := fieldCandidates{}
	every := make(map[*html.Node]bool)
	for _, article := range g.elements {
		every[article] = false
	}
	loose := []*fieldCandidate{{sibling: page.Before, seen: make(map[int]bool)}, {sibling: page.After, seen: make(map[int]bool)}}
	for i, article := range elements {
		if s.stats[article].links == 0 {
			continue // the heading of a table
		}
		fields.n++
		for j, where := range []string{page.Before, page.After} {
			if s.isLink(article) {
				loose[j].addLine(i, article, page.SiblingText(article, where, every))
			}
		}
		nodes := 0
		depths := map[*html.Node]int{}
		htmltext.Walk(article, func(n *html.Node) bool {
			if nodes++; nodes > 400 || n.Type == html.ElementNode && s.stats[n] == nil {
				return false
			}
			if n.Type != html.ElementNode {
				return true
			}
			depths[n] = depths[n.Parent] + 1
			for _, selector := range s.relativeSelectors(article, n) {
				c := found[selector]
				if c == nil {
					if len(found) > 300 {
						break
					}
					c = &fieldCandidate{selector: selector, depth: depths[n], sample: n, seen: make(map[int]bool)}
					found[selector] = c
					fields.list = append(fields.list, c)
				}
				if c.seen[i] {
					continue
				}
				lines := page.ElementText(n, nil)
				text := strings.Join(strings.Fields(lines), " ")
				href := ""
				if s.isLink(n) {
					href = strings.TrimSpace(htmltext.Attr(n, "href"))
				}
				stamp := cmp.Or(htmltext.Attr(n, "datetime"), htmltext.Attr(n, "content"))
				if text == "" && href == "" && stamp == "" {
					continue
				}
				c.seen[i] = true
				c.texts = append(c.texts, text)
				c.lines = append(c.lines, lines)
				if name := strings.TrimSpace(htmltext.Attr(n, "title")); name != "" {
					c.titles = append(c.titles, name)
				}
				if href != "" {
					c.links = append(c.links, href)
				}
				if stamp != "" {
					c.datetimes = append(c.datetimes, stamp)
					c.datetimeAttr = "content"
					if htmltext.Attr(n, "datetime") != "" {
						c.datetimeAttr = "datetime"
					}
				}
			}
			return true
		})
	}
	for _, c := range loose {
		if len(c.texts) > 0 {
			fields.list = append(fields.list, c)
		}
	}
	for _, c := range fields.list {
		fields.list = append(fields.list, c.labelledLines(fields.n)...)
	}
	return fields
}

// addLine adds the line before or after article i.
func (c *fieldCandidate) addLine(i int, article *html.Node, line string) {
	if line == "" {
		return
	}
	if c.sample == nil {
		c.sample = article
	}
	c.seen[i] = true
	c.texts = append(c.texts, line)
	c.lines = append(c.lines, line)
}

// leadingDate matches a line and skips a numeric date at its start.
const leadingDate = `^(?:\d[\d/.-]*\s+)?(\S.*)$`

// skipDateRegex returns leadingDate if most lines start with a numeric date, and
// otherwise an empty string.
func (c *fieldCandidate) skipDateRegex() string {
	dated := 0
	for _, text := range c.texts {
		if head, _, ok := strings.Cut(text, " "); ok && len(head) >= 6 && strings.Trim(head, "0123456789/.-") == "" {
			dated++
		}
	}
	if c.sibling == "" || dated*2 < len(c.texts) {
		return ""
	}
	return leadingDate
}

// labelledLine matches a line with a label, such as "Subject: Licence withdrawn".
var labelledLine = lazyregexp.New(`(?m)^([\pL][\pL #./]{0,30}?)\s*[:：]\s*(\S.*)$`)

// labelledLines returns a candidate for each label that occurs in most articles.
func (c *fieldCandidate) labelledLines(n float64) []*fieldCandidate {
	found := make(map[string]*fieldCandidate)
	var list []*fieldCandidate
	for i, lines := range c.lines {
		for _, m := range labelledLine.FindAllStringSubmatch(lines, 20) {
			name := m[1]
			if found[name] == nil {
				found[name] = &fieldCandidate{
					selector: c.selector, sibling: c.sibling, depth: c.depth, sample: c.sample, seen: make(map[int]bool),
					regex: `(?m)^` + regexp.QuoteMeta(name) + `\s*[:：]\s*(\S.*)$`,
				}
				list = append(list, found[name])
			}
			if l := found[name]; !l.seen[i] {
				l.seen[i] = true
				l.texts = append(l.texts, m[2])
			}
		}
	}
	return slices.DeleteFunc(list, func(l *fieldCandidate) bool { return float64(len(l.texts)) < 0.6*n })
}

// relativeSelectors returns selectors for an element within its article, the simplest
// first.
func (s *domAnalysis) relativeSelectors(article, n *html.Node) []string {
	if n == article {
		return []string{""}
	}
	var list []string
	tag := n.Data
	for _, c := range s.classes(n) {
		list = append(list, tag+"."+c)
	}
	for _, key := range []string{"itemprop", "property"} {
		if v := htmltext.Attr(n, key); className.MatchString(v) {
			list = append(list, tag+"["+key+"="+v+"]")
		}
	}
	cell := ""
	for p := n; p != nil && p != article; p = p.Parent {
		if p.DataAtom == atom.Td || p.DataAtom == atom.Th {
			cell = p.Data + ":nth-child(" + strconv.Itoa(childIndex(p)) + ")"
			if p == n {
				list = append(list, cell)
			} else {
				list = append(list, cell+" "+tag)
			}
			break
		}
	}
	if cell == "" {
		list = append(list, tag)
		if p := n.Parent; p != article && p != nil {
			for _, c := range s.classes(p) {
				list = append(list, p.Data+"."+c+" > "+tag)
			}
			if n.DataAtom == atom.Span || n.DataAtom == atom.Div || n.DataAtom == atom.P || n.DataAtom == atom.A {
				list = append(list, tag+":nth-child("+strconv.Itoa(childIndex(n))+")")
			}
		}
	} else {
		list = append(list, tag)
	}
	return list
}

// listing chooses the fields of a group. Ok is false if the group has no title or no
// selector.
func (s *domAnalysis) listing(g group) (l models.Listing, ok bool) {
	fields := s.fieldCandidates(g)
	if fields.n < minElements {
		return l, false
	}
	title := fields.best(func(c *fieldCandidate) float64 { return s.titleScore(c, fields.n) })
	if title == nil {
		return l, false
	}
	if l.Articles, ok = s.selectorFor(g.elements); !ok {
		return l, false
	}
	l.Title = title.extractor(l.Articles)
	l.Title.Regex = cmp.Or(title.regex, title.skipDateRegex(), title.skipNoteRegex())
	if title.isTruncated() {
		l.Title.Attr, l.Title.Regex = "title", title.regex
	}
	if link := fields.best(func(c *fieldCandidate) float64 { return linkScore(c, title, fields.n) }); link != nil {
		l.Link = link.extractor(l.Articles)
		l.Date = s.dateExtractor(fields, link, l.Articles)
	} else {
		l.Date = s.dateExtractor(fields, nil, l.Articles)
	}
	if l.Date == (models.Extractor{}) {
		l.Date = s.dateHeading(g)
	}
	if summary := fields.best(func(c *fieldCandidate) float64 { return s.summaryScore(c, title, fields.n) }); summary != nil {
		l.Summary = summary.extractor(l.Articles)
	}
	return l, true
}

// extractor returns the settings of a candidate. The article itself is identified by
// its own selector.
func (c *fieldCandidate) extractor(article string) models.Extractor {
	p := models.Extractor{Select: c.selector, Text: c.sibling}
	if c.selector == "" && c.sibling == "" {
		p.Select = article
	}
	return p
}

// best returns the candidate with the highest score, the deepest of equals; nil if all
// scores are 0.
func (fields fieldCandidates) best(worth func(*fieldCandidate) float64) *fieldCandidate {
	var best *fieldCandidate
	most := 0.0
	for _, c := range fields.list {
		w := worth(c)
		if w > most*1.001 || best != nil && w > most*0.999 && w > 0 && c.depth > best.depth {
			best, most = c, w
		}
	}
	return best
}

var (
	headingTag  = lazyregexp.New(`^(?:h[1-6])\b| > h[1-6]$|^dt`)
	titleName   = lazyregexp.New(`(?i)title|caption|headline|subject|heading|name\b`)
	genericText = lazyregexp.New(`(?i)^\W*(?:pdf|docx?|html?|xlsx?|zip|download|view|open|read|more|details?|link|here|click here|read more|learn more|view (?:more|details?|all|pdf)|full text|minutes|agenda|video|audio|file|document|原文|查看|详情|詳情|详细|更多|全文|下载|下載|附件)\W*$`)
)

// titleScore returns how much a candidate looks like titles.
func (s *domAnalysis) titleScore(c *fieldCandidate, n float64) float64 {
	if len(c.texts) == 0 {
		return 0
	}
	ids, dated, dates, width := 0.0, 0.0, 0.0, 0.0
	for _, text := range c.texts {
		switch {
		case s.dates.isDate(text):
			dates++
		case s.dates.contains(text):
			dated++
		}
		if looksLikeID(text) || genericText.MatchString(text) || genericNote.MatchString(text) {
			ids++
		}
		width += displayWidth(text)
	}
	of := float64(len(c.texts))
	cover := of / n
	w := cover * cover * (0.2 + 0.8*distinctShare(c.texts)) * titleLengthScore(width/of) * (1 - 0.85*ids/of) * (1 - dates/of) * (1 - 0.2*dated/of)
	if c.regex == "" && c.sibling == "" && (len(c.links) > 0 || c.sample.Parent != nil && c.sample.Parent.DataAtom == atom.A || c.selector == "" && s.isLink(c.sample)) {
		w *= 1.5
	}
	if s.stats[c.sample].links > 1 {
		w *= 0.7
	}
	if c.sample.DataAtom == atom.Tr && c.regex == "" {
		w *= 0.3 // all cells of a row together
	}
	if headingTag.MatchString(c.selector) {
		w *= 1.4
	}
	if titleName.MatchString(c.selector) || titleName.MatchString(c.regex) {
		w *= 1.3
	}
	return w
}

// titleLengthScore returns the score of a title by its width: it should be neither a
// label nor a paragraph.
func titleLengthScore(width float64) float64 {
	switch {
	case width < 6:
		return 0.1
	case width < 15:
		return 0.5
	case width < 30:
		return 0.85
	case width < 160:
		return 1
	case width < 300:
		return 0.6
	}
	return 0.2
}

// isTruncated reports whether texts end in an ellipsis while a title attribute has the
// whole text.
func (c *fieldCandidate) isTruncated() bool {
	if c.regex != "" || len(c.titles) < len(c.texts) || distinctShare(c.titles) < distinctShare(c.texts) {
		return false
	}
	return slices.ContainsFunc(c.texts, func(text string) bool {
		return strings.HasSuffix(text, "…") || strings.HasSuffix(text, "...")
	}) && !slices.ContainsFunc(c.titles, genericNote.MatchString)
}

// looksLikeID reports whether a text is only a number, a code or a file type: it has
// no word, or fewer letters than digits.
func looksLikeID(text string) bool {
	letters, digits, words := 0, 0, 0
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		numbered := strings.ContainsFunc(word, unicode.IsDigit)
		if !numbered && genericText.MatchString(word) {
			continue
		}
		for _, r := range word {
			switch {
			case unicode.IsDigit(r):
				digits++
			case unicode.Is(unicode.Han, r):
				letters += 3
			default:
				letters++
			}
		}
		if !numbered && (utf8.RuneCountInString(word) >= 3 || htmltext.IsWide([]rune(word)[0])) {
			words++
		}
	}
	return words == 0 || words < 2 && digits > letters
}

func distinctShare(texts []string) float64 {
	sorted := slices.Sorted(slices.Values(texts))
	return float64(len(slices.Compact(sorted))) / float64(max(len(texts), 1))
}

// linkScore returns how much the links of a candidate look like those of the articles:
// each has one, they differ, and their text is the title.
func linkScore(c, title *fieldCandidate, n float64) float64 {
	if len(c.links) == 0 {
		return 0
	}
	same := 0.0
	for i, text := range c.texts {
		if i < len(title.texts) && text != "" && (text == title.texts[i] || strings.Contains(title.texts[i], text)) {
			same++
		}
	}
	cover := float64(len(c.links)) / n
	w := cover * distinctShare(c.links) * (1 + same/float64(max(len(c.texts), 1)))
	if c.selector == title.selector {
		w *= 1.2
	}
	// Of equally good links the first counts.
	return w / (1 + 0.01*float64(min(c.depth, 20)))
}

// dateExtractor returns where the date of an article is: in a candidate or in the
// address of its link.
func (s *domAnalysis) dateExtractor(fields fieldCandidates, link *fieldCandidate, article string) models.Extractor {
	var best models.Extractor
	most := 0.0
	for _, slot := range fields.list {
		if slot.regex != "" {
			continue
		}
		width := 0.0
		held := 0
		for _, text := range slot.texts {
			width += displayWidth(text)
			if s.dates.contains(text) {
				held++
			}
		}
		tight := 1 / (1 + width/float64(max(len(slot.texts), 1))/400)
		if len(slot.datetimes) > 0 {
			if _, share, _ := s.dates.best(slot.datetimes, s.dates.text[:1]); share*float64(len(slot.datetimes))/fields.n > 0.5 {
				w := 1.1 * share * float64(len(slot.datetimes)) / fields.n
				if w > most {
					best, most = slot.extractor(article), w
					best.Attr = slot.datetimeAttr
				}
			}
		}
		if float64(held) < 0.4*fields.n {
			continue
		}
		form, share, cut := s.dates.best(slot.texts, s.dates.text)
		if w := tight * share * float64(len(slot.texts)) / fields.n; w > most && share > 0 {
			best, most = slot.extractor(article), w
			if cut {
				best.Regex, best.Template = form.regex.String(), form.order
			}
		}
	}
	if most >= 0.4 || link == nil {
		return best
	}
	if form, share, _ := s.dates.best(link.links, s.dates.path); share > 0.7 {
		best = link.extractor(article)
		best.Attr, best.Regex, best.Template = "href", form.regex.String(), form.order
	}
	return best
}

// summaryScore returns how much a candidate looks like summaries: longer than the
// titles and without them.
func (s *domAnalysis) summaryScore(c, title *fieldCandidate, n float64) float64 {
	if c.selector == "" || c == title || c.regex != "" || len(c.texts) == 0 {
		return 0
	}
	width, with := 0.0, 0.0
	for i, text := range c.texts {
		width += displayWidth(text)
		if i < len(title.texts) && title.texts[i] != "" && (strings.Contains(text, title.texts[i]) || strings.Contains(title.texts[i], text)) {
			with++
		}
	}
	of := float64(len(c.texts))
	if width/of < 60 || of/n < 0.4 || with/of > 0.2 || distinctShare(c.texts) < 0.7 {
		return 0
	}
	return of / n * min(width/of, 300)
}
