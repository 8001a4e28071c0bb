package rules

import (
	"iter"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"regwatch/internal/text"
)

// A roundup is an article that is a list of unrelated reports: a morning briefing, a week in review, a list of
// circulars. Its reports are matched one by one, so that the words of two do not add up.
//
// Splitting an ordinary article would hide what its parts say together. So an article is a roundup only if there is
// evidence, and in case of doubt it is not. Either its title says so, and its lines are formatted as a list of at least
// three reports; or it has at least four sections with headings, and no word of the title or the headings runs through
// the sections, as the subject of a single article would. An interview is not a roundup, and neither is a list that
// takes up only a small part of the text.
const (
	minSections       = 3
	minHeadedSections = 4
	maxSections       = 200 // the rest of the body belongs to the last one

	minCoverage      = 0.6 // the share of the body that the sections take up
	sharedSubject    = 0.5 // the share of the sections in which a common subject is named
	maxQuestionShare = 0.3 // the share of the headings that are questions

	maxHeadingWidth  = 100 // in characters; a Chinese character counts as two
	minSectionTokens = 6   // below a heading
)

// A section is one report of a roundup, as offsets of the body. The heading is body[start:head], without its number or
// bullet; it may be empty. The report ends at end.
type section struct{ start, head, end int }

// An itemStyle is a format of the lines that begin a report. If a text has several, the first one of this list counts: a
// report with a heading may contain a list.
type itemStyle int

const (
	bracketed  itemStyle = iota // 【heading】 text
	numbered                    // 1. heading
	headed                      // a short line without a full stop, above text
	dated                       // 21 August 2026: text
	prefixed                    // Hong Kong: text, or Hong Kong. Text
	bulleted                    // ● text
	itemStyles                  // how many there are
)

// roundupTitle finds what the titles of roundups say. Words that are also verbs or name other things count only in a
// phrase or at the end: markets digest news, a regulator holds a press briefing, 聯合早報 is a newspaper.
var roundupTitle = regexp.MustCompile(`(?i)` + strings.Join([]string{
	`\b(morning|evening|daily|weekly|weekend|monthly|midday|afternoon|lunchtime|fortnightly|overnight)\s+(news\s+)?(briefing|briefs?|digest|round-?up|wrap(-?up)?|recap|bulletin|newsletter|highlights|news|headlines)\b`,
	`\b(news|regulatory|regulation|policy|compliance|crypto|markets?|legal|industry|week|weekend|world|asia|press)('s)?\s+(round-?up|wrap-?up|recap|bulletin|briefs|headlines)\b`,
	`\b(news|regulatory|policy|compliance|legal|industry)\s+digest\b`,
	`\b(round-?up|wrap-?up|digest|newsletter|recap)\s*($|[:|–—(,-]|of\b|for\b|\d)`,
	`\b(news|world|asia|markets?|business|week|crypto|regulation) (in brief|at a glance|in review)\b`,
	`\b(this|last|the) week in [a-z]+\s*($|[:|–—(,-])`,
	`\bwhat happened in [a-z ]+ this week\b`,
	`\b(top|biggest|main|key)( [a-z]+){0,2} (stories|headlines|news)\b`,
	`(\+|\band) more( news| headlines| stories)?\s*$`,
	`^(latest |list of |recent )?(circulars|press releases|announcements|notices|publications|news)( (issued|published|released|of|in|for)\b.*)?$`,
	`(每日|每周|每週|一周|一週|本周|本週|上周|上週|本月|上月|今日|昨日|早間|早间|晚間|晚间|隔夜|[0-9一二三四五六七八九十]+月)[^，。：:|｜]{0,8}(精選|精选|要聞|要闻|新聞匯總|新闻汇总|回顧|回顾|速覽|速览|簡報|简报|大事|盤點|盘点|資訊|资讯|快訊|快讯|匯總|汇总|摘要)`,
	`(要聞|要闻|新聞|新闻|資訊|资讯|政策|監管|监管|法規|法规|大事)(速覽|速览|匯總|汇总|回顧|回顾|精選|精选|盤點|盘点|一覽|一览|摘要|簡報|简报|集錦|集锦)`,
	`(^|[【\[])[^，。：:|｜]{0,6}(早報|早报|晚報|晚报|日報|日报|周報|周报|週報|晨報|晨报|簡報|简报|簡訊|简讯)([】\]:：|｜ ]|$)`,
	`(收市|開市|开市|收盤|收盘|開盤|开盘)(快訊|快讯)|十大[^，。：:]{0,6}(新聞|新闻|事件)|分類文章|分类文章|通函列表|通告一覽|通告一览`,
}, "|"))

var (
	itemNumber = regexp.MustCompile(`^(?:[(（]?(\d{1,3})(?:[.．、)）]\s*|\s*[:：]\s*)|([一二三四五六七八九十]{1,3})、\s*)`)
	// A date, or a time of day.
	itemDate = regexp.MustCompile(`^(?:\d{1,2}[ /.-](?:\d{1,2}|[A-Z][a-z]{2,8})[ /.-]\d{4}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|(?:\d{4}年)?\d{1,2}月\d{1,2}日|[A-Z][a-z]{2,8} \d{1,2}, \d{4}|\d{1,2}:\d{2})[\s:：|,，–—-]*`)
	// How the lines of an interview begin.
	questionOrAnswer = regexp.MustCompile(`^(?:[QA]\d*[.:：]|Question\b|Answer\b|[問问答][：:])`)
)

const (
	months      = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
	maxPrefix   = 42 // bytes of a name before a colon
	bulletSigns = "●•▪■◆◇►▶★※"
)

// splitRoundup returns the reports of a roundup, and nil for any other article.
func splitRoundup(title, body string) []section {
	candidates := countStyles(body)
	if slices.Max(candidates[:]) < minSections {
		return nil
	}
	lines := slices.Collect(linesOf(body))
	for style := range itemStyles {
		if candidates[style] < minSections {
			continue
		}
		found := splitByStyle(style, body, lines)
		if len(found) < minSections || !coverBody(found, body) {
			continue
		}
		// Bullets, and names before a colon, occur in ordinary articles too. Here most lines must have them.
		if style >= prefixed && float64(len(found)) < minCoverage*float64(len(lines)) {
			continue
		}
		if isInterview(body, found) {
			return nil
		}
		if roundupTitle.MatchString(title) || areUnrelated(style, title, body, found) {
			return found
		}
	}
	return nil
}

// A line is one line of a body, as offsets without the space around it.
type line struct{ start, end int }

// linesOf returns the lines that are not blank.
func linesOf(body string) iter.Seq[line] {
	return func(yield func(line) bool) {
		for start := 0; start < len(body); {
			end := start + strings.IndexByte(body[start:], '\n')
			if end < start {
				end = len(body)
			}
			s := strings.TrimLeft(body[start:end], " \t\r\u3000")
			l := line{end - len(s), end - len(s) + len(strings.TrimRight(s, " \t\r\u3000"))}
			if l.start < l.end && !yield(l) {
				return
			}
			start = end + 1
		}
	}
}

// countStyles returns, for each style, how many lines may have it. It is cheap, and enough to rule out most articles.
func countStyles(body string) (counts [itemStyles]int) {
	count := func(style itemStyle, is bool) {
		if is {
			counts[style]++
		}
	}
	for l := range linesOf(body) {
		s := body[l.start:l.end]
		isDigit := '0' <= s[0] && s[0] <= '9'
		isASCII := s[0] < utf8.RuneSelf
		count(bracketed, strings.HasPrefix(s, "【"))
		count(numbered, isDigit || s[0] == '(' || !isASCII)
		count(headed, len(s) <= 2*maxHeadingWidth)
		count(dated, isDigit || isASCII && len(s) > 3 && strings.Contains(months, s[:3]))
		count(prefixed, hasColonOrStop(s[:min(len(s), maxPrefix)]))
		count(bulleted, !isASCII)
	}
	return counts
}

func hasColonOrStop(s string) bool {
	return strings.IndexByte(s, ':') >= 0 || strings.IndexByte(s, '.') >= 0 || strings.Contains(s, "：")
}

// splitByStyle splits a body at the lines that have a style. It returns nil if their numbers are not those of one list.
func splitByStyle(style itemStyle, body string, lines []line) []section {
	var found []section
	number := 0
	for i, l := range lines {
		s := body[l.start:l.end]
		next := ""
		if i+1 < len(lines) {
			next = body[lines[i+1].start:lines[i+1].end]
		}
		item, ok := parseItem(style, s, next)
		if !ok {
			continue
		}
		if style == numbered {
			if item.number <= number || number == 0 && item.number != 1 {
				return nil // a list within something else, or several lists
			}
			number = item.number
		}
		if len(found) == maxSections {
			break
		}
		if n := len(found); n > 0 {
			found[n-1].end = l.start
		}
		found = append(found, section{l.start + item.start, l.start + max(item.start, item.head), len(body)})
	}
	return found
}

// An item is a line that begins a report, as offsets of the line.
type item struct {
	start  int // after the number, date or bullet
	head   int // the end of the heading
	number int // of the style numbered
}

// parseItem reads a line in a style, given with the line after it.
func parseItem(style itemStyle, s, next string) (item, bool) {
	switch style {
	case bracketed:
		start, head, ok := parseBracket(s)
		return item{start: start, head: head}, ok
	case numbered:
		start, n, ok := parseNumber(s)
		if !ok {
			return item{}, false
		}
		return item{start, headingEnd(s, start), n}, true
	case headed:
		return item{head: len(s)}, isHeading(s) && next != "" && isProse(next)
	case dated:
		start := dateEnd(s)
		if start == 0 || start == len(s) {
			return item{}, false
		}
		return item{start: start, head: headingEnd(s, start)}, true
	case prefixed:
		head, ok := parsePrefix(s)
		if !ok {
			return item{}, false
		}
		return item{head: max(head, headingEnd(s, 0))}, true
	case bulleted:
		r, size := utf8.DecodeRuneInString(s)
		if !strings.ContainsRune(bulletSigns, r) {
			return item{}, false
		}
		start := len(s) - len(strings.TrimLeft(s[size:], " \t\u3000"))
		return item{start: start, head: headingEnd(s, start)}, true
	}
	return item{}, false
}

// parseBracket finds a heading in 【】 at the start of a line.
func parseBracket(s string) (start, head int, ok bool) {
	inside, ok := strings.CutPrefix(s, "【")
	end := strings.Index(inside, "】")
	if !ok || end <= 0 {
		return 0, 0, false
	}
	return len("【"), len("【") + end, true
}

// parseNumber reads a number at the start of a line.
func parseNumber(s string) (start, n int, ok bool) {
	if r, _ := utf8.DecodeRuneInString(s); !unicode.IsDigit(r) && !strings.ContainsRune("(（一二三四五六七八九十", r) {
		return 0, 0, false
	}
	m := itemNumber.FindStringSubmatch(s)
	if m == nil || len(m[0]) == len(s) {
		return 0, 0, false
	}
	// "1.5 million" does not begin an item.
	if next, _ := utf8.DecodeRuneInString(s[len(m[0]):]); unicode.IsDigit(next) {
		return 0, 0, false
	}
	for _, r := range m[1] {
		n = 10*n + int(r-'0')
	}
	for _, r := range m[2] {
		if d := strings.Index("一二三四五六七八九", string(r))/len("一") + 1; r != '十' {
			n += d
		} else {
			n = max(n, 1) * 10
		}
	}
	return len(m[0]), n, true
}

// dateEnd returns the end of a date at the start of a line, or 0.
func dateEnd(s string) int {
	if c := s[0]; '0' <= c && c <= '9' || len(s) > 3 && strings.Contains(months, s[:3]) {
		return len(itemDate.FindString(s))
	}
	return 0
}

// parsePrefix finds a short name before a colon at the start of a line, or one that is a sentence of its own, as in
// "Turkey. The board published a notice."
func parsePrefix(s string) (head int, ok bool) {
	head = strings.IndexAny(s[:min(len(s), maxPrefix)], ":：.。!?！？,，")
	if head <= 0 {
		return 0, false
	}
	first, _ := utf8.DecodeRuneInString(s)
	isName := unicode.IsUpper(first) || unicode.Is(unicode.Han, first)
	switch rest := s[head:]; {
	case strings.HasPrefix(rest, ": "), strings.HasPrefix(rest, "："):
		return head, isName
	case strings.HasPrefix(rest, ". ") && len(rest) > len(". "):
		return head, isName && unicode.IsUpper(rune(rest[2]))
	}
	return 0, false
}

// headingEnd returns the end of the heading that begins at an offset of a line: the whole line or its first sentence if
// they are short, or start if there is no heading.
func headingEnd(s string, start int) int {
	stop := sentenceEnd(s[start:])
	if width(s[start:]) <= maxHeadingWidth {
		if stop > 0 {
			return start + stop
		}
		return len(s)
	}
	if stop > 0 && width(s[start:start+stop]) <= maxHeadingWidth {
		return start + stop
	}
	return start
}

// sentenceEnd returns the end of the first sentence of a line, before its full stop, or 0.
func sentenceEnd(s string) int {
	for i, r := range s {
		switch r {
		case '。', '！', '？', '；':
			return i
		case '.', '!', '?':
			if i+1 == len(s) || s[i+1] == ' ' && i > 3 && s[i-1] != '.' && s[i-2] != '.' {
				return i
			}
		}
	}
	return 0
}

// width returns the number of characters, counting a Chinese one as two.
func width(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x2E80 {
			n++
		}
	}
	return n
}

// isHeading reports whether a line can be the heading of a section.
func isHeading(s string) bool {
	if len(s) > 2*maxHeadingWidth {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(s)
	first, _ := utf8.DecodeRuneInString(s)
	return width(s) <= maxHeadingWidth && !strings.ContainsRune(".。!！;；,，:：…”\"'’)）】」", last) &&
		(unicode.IsUpper(first) || unicode.IsDigit(first) || unicode.Is(unicode.Han, first)) && strings.ContainsFunc(s, unicode.IsLetter)
}

// isProse reports whether a line is running text.
func isProse(s string) bool {
	last, _ := utf8.DecodeLastRuneInString(s)
	return (strings.ContainsRune(".。!！?？”\"’)）」", last) || width(s) > maxHeadingWidth) && len(text.Tokens(s)) >= minSectionTokens
}

// coverBody reports whether the sections take up most of a body.
func coverBody(found []section, body string) bool {
	return float64(len(body)-found[0].start) >= minCoverage*float64(len(body))
}

// isInterview reports whether the sections are questions and answers.
func isInterview(body string, found []section) bool {
	questions := 0
	for _, s := range found {
		first, _, _ := strings.Cut(strings.TrimSpace(body[s.start:s.end]), "\n")
		heading := strings.TrimSpace(body[s.start:s.head])
		if strings.HasSuffix(first, "?") || strings.HasSuffix(first, "？") || strings.HasSuffix(heading, "?") || strings.HasPrefix(body[s.head:s.end], "?") ||
			strings.HasPrefix(body[s.head:s.end], "？") || questionOrAnswer.MatchString(first) {
			questions++
		}
	}
	return float64(questions) >= maxQuestionShare*float64(len(found))
}

// areUnrelated reports whether sections with headings have no common subject: no word of the title or of a heading occurs
// in half of them. Each section must have some text, since a short one proves nothing.
func areUnrelated(style itemStyle, title, body string, found []section) bool {
	if len(found) < minHeadedSections || style != headed && style != bracketed {
		return false
	}
	words := make([]map[string]bool, len(found))
	subjects := subjectWords(title)
	for i, s := range found {
		if len(text.Tokens(body[s.head:s.end])) < 4*minSectionTokens {
			return false
		}
		words[i] = subjectWords(body[s.start:s.end])
		for w := range subjectWords(body[s.start:s.head]) {
			subjects[w] = true
		}
	}
	for w := range subjects {
		n := 0
		for _, section := range words {
			if section[w] {
				n++
			}
		}
		if float64(n) >= sharedSubject*float64(len(found)) {
			return false
		}
	}
	return true
}

// subjectWords returns the words that can be a subject: their first letters, so that singular and plural are equal; and
// each pair of neighbouring Chinese characters.
func subjectWords(s string) map[string]bool {
	const stem = 6
	words := make(map[string]bool)
	tokens := text.Tokens(s)
	for i, t := range tokens {
		switch {
		case text.IsCJK(t.Text):
			if i+1 < len(tokens) && text.IsCJK(tokens[i+1].Text) && tokens[i+1].Start == t.End {
				words[t.Text+tokens[i+1].Text] = true
			}
		case len(t.Text) > 2 && !isStopWord(t.Text) && !unicode.IsDigit(rune(t.Text[0])):
			words[t.Text[:min(stem, len(t.Text))]] = true
		}
	}
	return words
}

// isStopWord reports whether a word cannot be a subject.
func isStopWord(word string) bool {
	switch word {
	case "the", "and", "for", "are", "was", "has", "had", "have", "but", "not", "its", "his", "her", "their", "they", "that",
		"this", "these", "those", "with", "from", "into", "over", "who", "what", "when", "where", "why", "how", "will", "would",
		"can", "could", "may", "more", "most", "new", "than", "then", "after", "before", "about", "says", "said", "out", "all",
		"one", "two", "three", "first", "last", "also", "been", "being", "were", "which", "while", "against", "under",
		"between", "during":
		return true
	}
	return false
}

// headingOf returns the heading of a report. If it has none, or only a name, the beginning of its text is returned.
func headingOf(body string, s section) string {
	const maxName = 12
	heading := strings.TrimSpace(body[s.start:s.head])
	if heading != "" && (width(heading) > maxName || !strings.HasPrefix(body[s.head:s.end], ". ")) {
		return heading
	}
	first, _, _ := strings.Cut(strings.TrimSpace(body[s.start:s.end]), "\n")
	for i := range first {
		if width(first[:i]) >= maxHeadingWidth {
			return strings.TrimSpace(first[:i]) + "…"
		}
	}
	return first
}
