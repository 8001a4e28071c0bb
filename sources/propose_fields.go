package sources

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regwatch/models"
)

// A slot is a place within the articles of a group, by a selector that holds in
// each of them, and what stands there.
type slot struct {
	selector string
	regex    string // of the line behind a label
	beside   string // the line beside the element instead of what is in it
	depth    int
	sample   *html.Node
	texts    []string // of the articles that have one
	lines    []string // the same with line breaks
	names    []string // title attributes
	links    []string
	stamps   []string // of its datetime or content attribute
	stamp    string   // which of them
	first    map[int]bool
}

// A slotted group are the slots of a group in the order of its first article.
type slotted struct {
	n     float64 // articles
	slots []*slot
}

// slots collects what stands in the articles of a group, by place. Of several
// elements in one place the first counts.
func (s *surveyed) slots(g group) slotted {
	elements := g.elements
	if len(elements) > maxSample {
		elements = elements[:maxSample]
	}
	found := make(map[string]*slot)
	all := slotted{}
	every := make(map[*html.Node]bool)
	for _, article := range g.elements {
		every[article] = false
	}
	loose := []*slot{{beside: textBefore, first: make(map[int]bool)}, {beside: textAfter, first: make(map[int]bool)}}
	for i, article := range elements {
		if s.of[article].links == 0 {
			continue // the heading of a table
		}
		all.n++
		for j, where := range []string{textBefore, textAfter} {
			if s.leads(article) {
				loose[j].hold(i, article, beside(article, where, every))
			}
		}
		nodes := 0
		depths := map[*html.Node]int{}
		walk(article, func(n *html.Node) bool {
			if nodes++; nodes > 400 || n.Type == html.ElementNode && s.of[n] == nil {
				return false
			}
			if n.Type != html.ElementNode {
				return true
			}
			depths[n] = depths[n.Parent] + 1
			for _, selector := range selectorsOf(article, n) {
				at := found[selector]
				if at == nil {
					if len(found) > 300 {
						break
					}
					at = &slot{selector: selector, depth: depths[n], sample: n, first: make(map[int]bool)}
					found[selector] = at
					all.slots = append(all.slots, at)
				}
				if at.first[i] {
					continue
				}
				lines := plainOf(n, nil)
				text := strings.Join(strings.Fields(lines), " ")
				href := ""
				if s.leads(n) {
					href = strings.TrimSpace(attr(n, "href"))
				}
				stamp := first(attr(n, "datetime"), attr(n, "content"))
				if text == "" && href == "" && stamp == "" {
					continue
				}
				at.first[i] = true
				at.texts = append(at.texts, text)
				at.lines = append(at.lines, lines)
				if name := strings.TrimSpace(attr(n, "title")); name != "" {
					at.names = append(at.names, name)
				}
				if href != "" {
					at.links = append(at.links, href)
				}
				if stamp != "" {
					at.stamps = append(at.stamps, stamp)
					at.stamp = "content"
					if attr(n, "datetime") != "" {
						at.stamp = "datetime"
					}
				}
			}
			return true
		})
	}
	for _, at := range loose {
		if len(at.texts) > 0 {
			all.slots = append(all.slots, at)
		}
	}
	for _, at := range all.slots {
		all.slots = append(all.slots, at.labelled(all.n)...)
	}
	return all
}

// hold takes the line beside an article.
func (at *slot) hold(i int, article *html.Node, line string) {
	if line == "" {
		return
	}
	if at.sample == nil {
		at.sample = article
	}
	at.first[i] = true
	at.texts = append(at.texts, line)
	at.lines = append(at.lines, line)
}

// leadingDate is what stands before a title on the same line.
const leadingDate = `^(?:\d[\d/.-]*\s+)?(\S.*)$`

// behindDate returns what cuts a date in numbers off the beginning of lines that
// mostly have one.
func (at *slot) behindDate() string {
	dated := 0
	for _, text := range at.texts {
		if head, _, ok := strings.Cut(text, " "); ok && len(head) >= 6 && strings.Trim(head, "0123456789/.-") == "" {
			dated++
		}
	}
	if at.beside == "" || dated*2 < len(at.texts) {
		return ""
	}
	return leadingDate
}

// label is a line that says what it holds.
var label = regexp.MustCompile(`(?m)^([\pL][\pL #./]{0,30}?)\s*[:：]\s*(\S.*)$`)

// labelled are the lines of a slot that have the same label in most articles,
// each as a slot of its own.
func (at *slot) labelled(n float64) []*slot {
	found := make(map[string]*slot)
	var list []*slot
	for i, lines := range at.lines {
		for _, m := range label.FindAllStringSubmatch(lines, 20) {
			name := m[1]
			if found[name] == nil {
				found[name] = &slot{
					selector: at.selector, beside: at.beside, depth: at.depth, sample: at.sample, first: make(map[int]bool),
					regex: `(?m)^` + regexp.QuoteMeta(name) + `\s*[:：]\s*(\S.*)$`,
				}
				list = append(list, found[name])
			}
			if l := found[name]; !l.first[i] {
				l.first[i] = true
				l.texts = append(l.texts, m[2])
			}
		}
	}
	return slices.DeleteFunc(list, func(l *slot) bool { return float64(len(l.texts)) < 0.6*n })
}

// selectorsOf returns the selectors by which an element may be told within an
// article, the plainest first.
func selectorsOf(article, n *html.Node) []string {
	if n == article {
		return []string{""}
	}
	var list []string
	tag := n.Data
	for _, c := range classes(n) {
		list = append(list, tag+"."+c)
	}
	for _, key := range []string{"itemprop", "property"} {
		if v := attr(n, key); className.MatchString(v) {
			list = append(list, tag+"["+key+"="+v+"]")
		}
	}
	cell := ""
	for p := n; p != nil && p != article; p = p.Parent {
		if p.DataAtom == atom.Td || p.DataAtom == atom.Th {
			cell = p.Data + ":nth-child(" + strconv.Itoa(indexOf(p)) + ")"
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
			for _, c := range classes(p) {
				list = append(list, p.Data+"."+c+" > "+tag)
			}
			if n.DataAtom == atom.Span || n.DataAtom == atom.Div || n.DataAtom == atom.P || n.DataAtom == atom.A {
				list = append(list, tag+":nth-child("+strconv.Itoa(indexOf(n))+")")
			}
		}
	} else {
		list = append(list, tag)
	}
	return list
}

// listing chooses the fields of a group; not ok if it has no title or cannot be
// told by a selector.
func (s *surveyed) listing(g group) (l models.Listing, ok bool) {
	all := s.slots(g)
	if all.n < fewest {
		return l, false
	}
	title := all.best(func(at *slot) float64 { return s.likeTitle(at, all.n) })
	if title == nil {
		return l, false
	}
	if l.Articles, ok = s.selectorFor(g.elements); !ok {
		return l, false
	}
	l.Title = title.pick(l.Articles)
	l.Title.Regex = first(title.regex, title.behindDate())
	if title.shortened() {
		l.Title.Attr = "title"
	}
	if link := all.best(func(at *slot) float64 { return likeLink(at, title, all.n) }); link != nil {
		l.Link = link.pick(l.Articles)
		l.Date = s.dateOf(all, link, l.Articles)
	} else {
		l.Date = s.dateOf(all, nil, l.Articles)
	}
	if l.Date == (models.Pick{}) {
		l.Date = s.dateAbove(g)
	}
	if summary := all.best(func(at *slot) float64 { return s.likeSummary(at, title, all.n) }); summary != nil {
		l.Summary = summary.pick(l.Articles)
	}
	return l, true
}

// pick tells what stands in a slot. The article itself is told by its own selector.
func (at *slot) pick(article string) models.Pick {
	p := models.Pick{Select: at.selector, Text: at.beside}
	if at.selector == "" && at.beside == "" {
		p.Select = article
	}
	return p
}

// best returns the slot of the highest worth, the deepest of equals; nil if all
// are worth nothing.
func (all slotted) best(worth func(*slot) float64) *slot {
	var best *slot
	most := 0.0
	for _, at := range all.slots {
		w := worth(at)
		if w > most*1.001 || best != nil && w > most*0.999 && w > 0 && at.depth > best.depth {
			best, most = at, w
		}
	}
	return best
}

var (
	headingTag = regexp.MustCompile(`^(?:h[1-6])\b| > h[1-6]$|^dt`)
	titleName  = regexp.MustCompile(`(?i)title|caption|headline|subject|heading|name\b`)
	generic    = regexp.MustCompile(`(?i)^\W*(?:pdf|docx?|html?|xlsx?|zip|download|view|open|read|more|details?|link|here|click here|read more|learn more|view (?:more|details?|all|pdf)|full text|minutes|agenda|video|audio|file|document|原文|查看|详情|詳情|详细|更多|全文|下载|下載|附件)\W*$`)
)

// likeTitle says how much what stands in a slot looks like titles.
func (s *surveyed) likeTitle(at *slot, n float64) float64 {
	if len(at.texts) == 0 {
		return 0
	}
	ids, dated, dates, width := 0.0, 0.0, 0.0, 0.0
	for _, text := range at.texts {
		switch {
		case s.dates.only(text):
			dates++
		case s.dates.in(text):
			dated++
		}
		if likeID(text) || generic.MatchString(text) {
			ids++
		}
		width += widthOf(text)
	}
	of := float64(len(at.texts))
	cover := of / n
	w := cover * cover * (0.2 + 0.8*distinct(at.texts)) * ofLength(width/of) * (1 - 0.85*ids/of) * (1 - dates/of) * (1 - 0.2*dated/of)
	if at.regex == "" && at.beside == "" && (len(at.links) > 0 || at.sample.Parent != nil && at.sample.Parent.DataAtom == atom.A || at.selector == "" && s.leads(at.sample)) {
		w *= 1.5
	}
	if s.of[at.sample].links > 1 {
		w *= 0.7
	}
	if headingTag.MatchString(at.selector) {
		w *= 1.4
	}
	if titleName.MatchString(at.selector) || titleName.MatchString(at.regex) {
		w *= 1.3
	}
	return w
}

// ofLength is the worth of a title by its width: neither a label nor a text.
func ofLength(width float64) float64 {
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

// shortened reports whether texts are cut with an ellipsis where an attribute has
// the whole of them.
func (at *slot) shortened() bool {
	if at.regex != "" || len(at.names) < len(at.texts) {
		return false
	}
	return slices.ContainsFunc(at.texts, func(text string) bool {
		return strings.HasSuffix(text, "…") || strings.HasSuffix(text, "...")
	})
}

// likeID reports whether a text is a number, a code or the name of a file's kind,
// and says nothing: it has no word, or fewer letters than digits.
func likeID(text string) bool {
	letters, digits, words := 0, 0, 0
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		numbered := strings.ContainsFunc(word, unicode.IsDigit)
		if !numbered && generic.MatchString(word) {
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
		if !numbered && (utf8.RuneCountInString(word) >= 3 || wide([]rune(word)[0])) {
			words++
		}
	}
	return words == 0 || words < 2 && digits > letters
}

func distinct(texts []string) float64 {
	sorted := slices.Sorted(slices.Values(texts))
	return float64(len(slices.Compact(sorted))) / float64(max(len(texts), 1))
}

// likeLink says how much the links of a slot look like those of the articles:
// there in each, different, and with the title as their text.
func likeLink(at, title *slot, n float64) float64 {
	if len(at.links) == 0 {
		return 0
	}
	same := 0.0
	for i, text := range at.texts {
		if i < len(title.texts) && text != "" && (text == title.texts[i] || strings.Contains(title.texts[i], text)) {
			same++
		}
	}
	cover := float64(len(at.links)) / n
	w := cover * distinct(at.links) * (1 + same/float64(max(len(at.texts), 1)))
	if at.selector == title.selector {
		w *= 1.2
	}
	// Of links that are as good as each other the first counts.
	return w / (1 + 0.01*float64(min(at.depth, 20)))
}

// dateOf returns where the date of an article stands: in a slot, or in the
// address of its link.
func (s *surveyed) dateOf(all slotted, link *slot, article string) models.Pick {
	var best models.Pick
	most := 0.0
	for _, slot := range all.slots {
		if slot.regex != "" {
			continue
		}
		width := 0.0
		held := 0
		for _, text := range slot.texts {
			width += widthOf(text)
			if s.dates.in(text) {
				held++
			}
		}
		tight := 1 / (1 + width/float64(max(len(slot.texts), 1))/400)
		if len(slot.stamps) > 0 {
			if _, share, _ := s.dates.bestForm(slot.stamps, s.dates.text[:1]); share*float64(len(slot.stamps))/all.n > 0.5 {
				w := 1.1 * share * float64(len(slot.stamps)) / all.n
				if w > most {
					best, most = slot.pick(article), w
					best.Attr = slot.stamp
				}
			}
		}
		if float64(held) < 0.4*all.n {
			continue
		}
		form, share, cut := s.dates.bestForm(slot.texts, s.dates.text)
		if w := tight * share * float64(len(slot.texts)) / all.n; w > most && share > 0 {
			best, most = slot.pick(article), w
			if cut {
				best.Regex, best.Template = form.regex.String(), form.order
			}
		}
	}
	if most >= 0.4 || link == nil {
		return best
	}
	if form, share, _ := s.dates.bestForm(link.links, s.dates.path); share > 0.7 {
		best = link.pick(article)
		best.Attr, best.Regex, best.Template = "href", form.regex.String(), form.order
	}
	return best
}

// likeSummary says how much a slot looks like summaries: longer than the titles
// and without them.
func (s *surveyed) likeSummary(at, title *slot, n float64) float64 {
	if at.selector == "" || at == title || at.regex != "" || len(at.texts) == 0 {
		return 0
	}
	width, with := 0.0, 0.0
	for i, text := range at.texts {
		width += widthOf(text)
		if i < len(title.texts) && title.texts[i] != "" && (strings.Contains(text, title.texts[i]) || strings.Contains(title.texts[i], text)) {
			with++
		}
	}
	of := float64(len(at.texts))
	if width/of < 60 || of/n < 0.4 || with/of > 0.2 || distinct(at.texts) < 0.7 {
		return 0
	}
	return of / n * min(width/of, 300)
}
