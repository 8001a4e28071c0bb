package sources

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/aymanbagabas/go-udiff"

	"regwatch/internal/text"
)

// changeTitle is how many characters of a change stand in its title.
const changeTitle = 100

// A difference is what one version of a text has and another has not, in the
// order in which it stands there.
type difference []edit

// An edit is some paragraphs that went and those that came in their place.
type edit struct{ gone, come []string }

func (d difference) empty() bool { return len(d) == 0 }

// compare returns the difference of two texts by their paragraphs. What does not
// count: case, width and white space, paragraphs that only moved, and those that
// say when a page was updated or how often it was read.
func compare(before, after string) difference {
	old, now := paragraphsOf(before), paragraphsOf(after)
	var d difference
	went, came := make(map[string]int), make(map[string]int)
	start := lineStarts(old.keys)
	for _, e := range udiff.Lines(strings.Join(old.keys, ""), strings.Join(now.keys, "")) {
		var change edit
		for i := start[e.Start]; i < start[e.End]; i++ {
			change.gone = append(change.gone, old.keys[i])
			went[old.keys[i]]++
		}
		for line := range strings.Lines(e.New) {
			change.come = append(change.come, line)
			came[line]++
		}
		d = append(d, change)
	}
	var counted difference
	for _, e := range d {
		e = edit{unmoved(e.gone, came, old), unmoved(e.come, went, now)}
		if len(e.gone)+len(e.come) > 0 {
			counted = append(counted, e)
		}
	}
	return counted
}

// unmoved returns the paragraphs behind keys, but for those that stand elsewhere
// on the other side.
func unmoved(keys []string, elsewhere map[string]int, of paragraphs) []string {
	var kept []string
	for _, key := range keys {
		if elsewhere[key] > 0 {
			elsewhere[key]--
			continue
		}
		kept = append(kept, of.words[key])
	}
	return kept
}

// Paragraphs are those of a text that count: each by a key, which is a line,
// and with its words as they stand.
type paragraphs struct {
	keys  []string
	words map[string]string
}

func paragraphsOf(body string) paragraphs {
	p := paragraphs{words: make(map[string]string)}
	for words := range strings.SplitSeq(body, "\n\n") {
		words = strings.Join(strings.Fields(words), " ")
		if words == "" || isStamp(words) {
			continue
		}
		key := strings.Join(strings.Fields(text.Fold(words)), " ") + "\n"
		p.keys = append(p.keys, key)
		p.words[key] = words
	}
	return p
}

// lineStarts returns the number of the line that starts at each offset, and at
// the end one more than the last.
func lineStarts(lines []string) map[int]int {
	starts := make(map[int]int, len(lines)+1)
	at := 0
	for i, l := range lines {
		starts[at] = i
		at += len(l)
	}
	starts[at] = len(lines)
	return starts
}

// stamp begins a line that tells of the page and not of its subject.
var stamp = regexp.MustCompile(`(?i)^\W*(?:(?:page |this page was )?(?:last )?(?:updated?|reviewed?|modified|revision|revised|generated|refreshed)(?: date| on| at)?\b|today is\b|(?:page )?(?:views?|visits?|hits|visitors?)\b|copyright\b|©|最後(?:更新|修訂|修改|覆檢)|最后(?:更新|修订|修改)|(?:更新|修訂|修订|覆檢)(?:日期|時間|时间)|(?:瀏覽|浏览|阅读|閱讀|点击|點擊|訪問|访问)(?:次數|次数|量|人數|人数))`)

// isStamp reports whether a paragraph is a date, a number, or a short line that
// says when the page was updated or how often it was read.
func isStamp(paragraph string) bool {
	if !strings.ContainsFunc(paragraph, unicode.IsLetter) {
		return true
	}
	if len([]rune(paragraph)) > 80 {
		return false
	}
	return stamp.MatchString(paragraph)
}

// strangers reports whether two texts of some length share no paragraph at all.
func strangers(before, after string) bool {
	old := paragraphsOf(before)
	if len(old.keys) < 3 {
		return false
	}
	for _, key := range paragraphsOf(after).keys {
		if _, ok := old.words[key]; ok {
			return false
		}
	}
	return true
}

// title names a change by the page and the first of what came, or went.
func (d difference) title(page string) string {
	words := ""
	for _, e := range d {
		if words == "" && len(e.come) > 0 {
			words = e.come[0]
		}
	}
	if words == "" {
		words = "− " + d[0].gone[0]
	}
	return cutAt(page, maxTitle/2) + ": " + cutAt(words, changeTitle)
}

func (d difference) summary() string {
	came, gone := 0, 0
	for _, e := range d {
		came += len(e.come)
		gone += len(e.gone)
	}
	return fmt.Sprintf("The page has changed: %s new, %s gone.", paragraphCount(came), paragraphCount(gone))
}

func paragraphCount(n int) string {
	return fmt.Sprintf("%d %s", n, plural(n, "paragraph", "paragraphs"))
}

// text shows the change as those who compare texts know it: what went has a
// minus before it, what came a plus.
func (d difference) text() string {
	var lines []string
	for _, e := range d {
		for _, p := range e.gone {
			lines = append(lines, "− "+p)
		}
		for _, p := range e.come {
			lines = append(lines, "+ "+p)
		}
	}
	return strings.Join(lines, "\n\n")
}
