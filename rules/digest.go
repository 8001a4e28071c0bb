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

// A digest is an article that is a list of reports which have nothing to do with
// each other: a morning briefing, a week in review, a list of circulars. Its
// reports are matched one by one, so that the words of two do not add up.
//
// To cut an ordinary article would hide what its parts say together, so whether
// one is a digest is decided by evidence, and in doubt it is none. Either its
// title says so and its lines are marked as a list of three reports or more; or
// there are four headed sections or more, and no word of the title or of the
// headings runs through them as the subject of one article does. What asks
// questions is no digest, nor is a list that takes up a small part of the text.
const (
	titledSections = 3
	headedSections = 4
	maxSections    = 200 // what follows is of the last one

	coveredShare = 0.6 // of the body, that the sections take up
	sharedPart   = 0.5 // of the sections, that a subject they share is named in
	askedShare   = 0.3 // of the headings, that are questions where the article is a talk

	headingRunes = 100 // of a heading; a Chinese character counts as two
	leastText    = 6   // tokens below a heading
)

// A section is one report of a digest, in bytes of the body. Its heading is
// body[start:head], without its number or bullet and empty if it has none; its
// text goes on to end.
type section struct{ start, head, end int }

// A mark is how the lines begin that begin a report. Of several kinds in one
// text, the first in this order is taken: a heading may have a list below it.
type mark int

const (
	bracketed mark = iota // 【heading】 text
	numbered              // 1. heading
	headed                // a short line without a full stop, above text
	dated                 // 21 August 2026: text
	prefixed              // Hong Kong: text, or Hong Kong. Text
	bulleted              // ● text
	marks
)

// digestTitle is what titles of digests say. Words that are verbs too, or that
// name other things, count in a phrase or at the end only: markets digest news,
// a regulator holds a press briefing, 聯合早報 is a newspaper.
var digestTitle = regexp.MustCompile(`(?i)` + strings.Join([]string{
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
	numberMark = regexp.MustCompile(`^(?:[(（]?(\d{1,3})(?:[.．、)）]\s*|\s*[:：]\s*)|([一二三四五六七八九十]{1,3})、\s*)`)
	// A date, or the time of a ticker.
	dateMark = regexp.MustCompile(`^(?:\d{1,2}[ /.-](?:\d{1,2}|[A-Z][a-z]{2,8})[ /.-]\d{4}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|(?:\d{4}年)?\d{1,2}月\d{1,2}日|[A-Z][a-z]{2,8} \d{1,2}, \d{4}|\d{1,2}:\d{2})[\s:：|,，–—-]*`)
)

const (
	months        = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
	longestPrefix = 42 // bytes, of a name before a colon
	bullets       = "●•▪■◆◇►▶★※"
)

// A line is one line of a body that is not blank, in bytes of it and without
// the space around.
type line struct{ start, end int }

// split cuts a digest into its reports, and returns nil for an article that is
// none. It goes by the title and body alone.
func split(title, body string) []section {
	could := tally(body)
	if slices.Max(could[:]) < titledSections {
		return nil
	}
	lines := slices.Collect(linesOf(body))
	for kind := range marks {
		if could[kind] < titledSections {
			continue
		}
		found := sections(kind, body, lines)
		if len(found) < titledSections || !covers(found, body) {
			continue
		}
		// Bullets and names before a colon are common: most lines have to have them.
		if kind >= prefixed && float64(len(found)) < coveredShare*float64(len(lines)) {
			continue
		}
		if asks(body, found) {
			return nil
		}
		if digestTitle.MatchString(title) || unrelated(kind, title, body, found) {
			return found
		}
	}
	return nil
}

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

// tally counts the lines that could have a mark, by its kind. Most articles
// have few, and are done with here.
func tally(body string) (could [marks]int) {
	count := func(kind mark, is bool) {
		if is {
			could[kind]++
		}
	}
	for l := range linesOf(body) {
		s := body[l.start:l.end]
		digit := '0' <= s[0] && s[0] <= '9'
		ascii := s[0] < utf8.RuneSelf
		count(bracketed, strings.HasPrefix(s, "【"))
		count(numbered, digit || s[0] == '(' || !ascii)
		count(headed, len(s) <= 2*headingRunes)
		count(dated, digit || ascii && len(s) > 3 && strings.Contains(months, s[:3]))
		count(prefixed, hasStop(s[:min(len(s), longestPrefix)]))
		count(bulleted, !ascii)
	}
	return could
}

// sections cuts at the marks of one kind.
func sections(kind mark, body string, lines []line) []section {
	var found []section
	number := 0
	for i, l := range lines {
		s := body[l.start:l.end]
		var at, head int // in the line: where the mark ends, and where its heading does
		ok := false
		switch kind {
		case bracketed:
			at, head, ok = bracket(s)
		case numbered:
			var n int
			if at, n, ok = numberOf(s); ok {
				if n <= number || number == 0 && n != 1 {
					return nil // a list within something else, or several
				}
				number, head = n, headline(s, at)
			}
		case headed:
			head = len(s)
			ok = isHeading(s) && i+1 < len(lines) && isText(body[lines[i+1].start:lines[i+1].end])
		case dated:
			if at = dateEnd(s); at > 0 && at < len(s) {
				ok, head = true, headline(s, at)
			}
		case prefixed:
			if head, ok = prefix(s); ok {
				head = max(head, headline(s, 0))
			}
		case bulleted:
			if r, size := utf8.DecodeRuneInString(s); strings.ContainsRune(bullets, r) {
				at = size + len(s[size:]) - len(strings.TrimLeft(s[size:], " \t\u3000"))
				ok, head = true, headline(s, at)
			}
		}
		if !ok {
			continue
		}
		if len(found) == maxSections {
			break
		}
		if n := len(found); n > 0 {
			found[n-1].end = l.start
		}
		found = append(found, section{l.start + at, l.start + max(at, head), len(body)})
	}
	return found
}

// bracket finds a heading in 【】 at the beginning of a line.
func bracket(s string) (at, head int, ok bool) {
	inside, ok := strings.CutPrefix(s, "【")
	end := strings.Index(inside, "】")
	if !ok || end <= 0 {
		return 0, 0, false
	}
	return len("【"), len("【") + end, true
}

// numberOf reads a number at the beginning of a line.
func numberOf(s string) (at, n int, ok bool) {
	if r, _ := utf8.DecodeRuneInString(s); !unicode.IsDigit(r) && !strings.ContainsRune("(（一二三四五六七八九十", r) {
		return 0, 0, false
	}
	m := numberMark.FindStringSubmatch(s)
	if m == nil || len(m[0]) == len(s) {
		return 0, 0, false
	}
	// "1.5 million" is no mark.
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

// dateEnd returns where a date at the beginning of a line ends, or 0.
func dateEnd(s string) int {
	if c := s[0]; '0' <= c && c <= '9' || len(s) > 3 && strings.Contains(months, s[:3]) {
		return len(dateMark.FindString(s))
	}
	return 0
}

// prefix finds a short name before a colon at the beginning of a line, or one
// that is a sentence by itself, as in "Turkey. The board published a notice."
func prefix(s string) (head int, ok bool) {
	head = strings.IndexAny(s[:min(len(s), longestPrefix)], ":：.。!?！？,，")
	if head <= 0 {
		return 0, false
	}
	first, _ := utf8.DecodeRuneInString(s)
	name := unicode.IsUpper(first) || unicode.Is(unicode.Han, first)
	switch rest := s[head:]; {
	case strings.HasPrefix(rest, ": "), strings.HasPrefix(rest, "："):
		return head, name
	case strings.HasPrefix(rest, ". ") && len(rest) > len(". "):
		return head, name && unicode.IsUpper(rune(rest[2]))
	}
	return 0, false
}

// headline returns where the heading ends that begins at an offset of a line:
// the line if it is short, else its first sentence if that is, else none.
func headline(s string, at int) int {
	if width(s[at:]) <= headingRunes {
		if i := sentenceEnd(s[at:]); i > 0 {
			return at + i
		}
		return len(s)
	}
	if i := sentenceEnd(s[at:]); i > 0 && width(s[at:at+i]) <= headingRunes {
		return at + i
	}
	return at
}

// sentenceEnd returns where the first sentence of a line ends, before its full
// stop, or 0.
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

// width counts characters, a Chinese one as two.
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

// isHeading reports whether a line could head a section.
func isHeading(s string) bool {
	if len(s) > 2*headingRunes {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(s)
	first, _ := utf8.DecodeRuneInString(s)
	return width(s) <= headingRunes && !strings.ContainsRune(".。!！;；,，:：…”\"'’)）】」", last) &&
		(unicode.IsUpper(first) || unicode.IsDigit(first) || unicode.Is(unicode.Han, first)) && strings.ContainsFunc(s, unicode.IsLetter)
}

// isText reports whether a line is running text.
func isText(s string) bool {
	last, _ := utf8.DecodeLastRuneInString(s)
	return (strings.ContainsRune(".。!！?？”\"’)）」", last) || width(s) > headingRunes) && len(text.Tokens(s)) >= leastText
}

// covers reports whether the sections take up most of a body.
func covers(found []section, body string) bool {
	return float64(len(body)-found[0].start) >= coveredShare*float64(len(body))
}

// asks reports whether the article goes by questions and answers.
func asks(body string, found []section) bool {
	questions := 0
	for _, s := range found {
		first, _, _ := strings.Cut(strings.TrimSpace(body[s.start:s.end]), "\n")
		heading := strings.TrimSpace(body[s.start:s.head])
		if strings.HasSuffix(first, "?") || strings.HasSuffix(first, "？") || strings.HasSuffix(heading, "?") || strings.HasPrefix(body[s.head:s.end], "?") ||
			strings.HasPrefix(body[s.head:s.end], "？") || isAnswer.MatchString(first) {
			questions++
		}
	}
	return float64(questions) >= askedShare*float64(len(found))
}

var isAnswer = regexp.MustCompile(`^(?:[QA]\d*[.:：]|Question\b|Answer\b|[問问答][：:])`)

// unrelated reports whether headed sections have no subject in common: no word
// of the title or of a heading stands in half of them. A section with little
// text below its heading says nothing, so all must have some.
func unrelated(kind mark, title, body string, found []section) bool {
	if len(found) < headedSections || kind != headed && kind != bracketed {
		return false
	}
	words := make([]map[string]bool, len(found))
	subjects := wordsOf(title)
	for i, s := range found {
		if len(text.Tokens(body[s.head:s.end])) < 4*leastText {
			return false
		}
		words[i] = wordsOf(body[s.start:s.end])
		for w := range wordsOf(body[s.start:s.head]) {
			subjects[w] = true
		}
	}
	for w := range subjects {
		n := 0
		for _, of := range words {
			if of[w] {
				n++
			}
		}
		if float64(n) >= sharedPart*float64(len(found)) {
			return false
		}
	}
	return true
}

// wordsOf returns the words that could be a subject, by their first letters, so
// that a plural is its singular; and each two Chinese characters side by side.
func wordsOf(s string) map[string]bool {
	const stem = 6
	words := make(map[string]bool)
	tokens := text.Tokens(s)
	for i, t := range tokens {
		switch {
		case text.IsCJK(t.Text):
			if i+1 < len(tokens) && text.IsCJK(tokens[i+1].Text) && tokens[i+1].Start == t.End {
				words[t.Text+tokens[i+1].Text] = true
			}
		case len(t.Text) > 2 && !slices.Contains(plainWords, t.Text) && !unicode.IsDigit(rune(t.Text[0])):
			words[t.Text[:min(stem, len(t.Text))]] = true
		}
	}
	return words
}

// plainWords name no subject.
var plainWords = strings.Fields(`the and for are was has had have but not its his her their they that this these those with from into over
	who what when where why how will would can could may more most new than then after before about says said out all one two three first
	last also been being were which while against under between during`)

// headingOf returns what a report is headed by: its heading, or how its text
// begins, which also goes with a heading that is no more than a name.
func headingOf(body string, s section) string {
	const name = 12
	heading := strings.TrimSpace(body[s.start:s.head])
	if heading != "" && (width(heading) > name || !strings.HasPrefix(body[s.head:s.end], ". ")) {
		return heading
	}
	first, _, _ := strings.Cut(strings.TrimSpace(body[s.start:s.end]), "\n")
	for i := range first {
		if width(first[:i]) >= headingRunes {
			return strings.TrimSpace(first[:i]) + "…"
		}
	}
	return first
}

func hasStop(s string) bool {
	return strings.IndexByte(s, ':') >= 0 || strings.IndexByte(s, '.') >= 0 || strings.Contains(s, "：")
}
