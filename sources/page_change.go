package sources

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"regwatch/internal/difference"
	"regwatch/internal/htmltext"
	"regwatch/internal/plural"
	"regwatch/internal/text"
)

// maxChangeTitle is how many characters of a change its title contains.
const maxChangeTitle = 100

// minSharedParagraphs is the number of paragraphs from which a page must have one in
// common with its next version.
const minSharedParagraphs = 3

// changeOptions returns which differences between two versions of a page count. Case,
// width, white space, moved paragraphs, update times and visitor counters do not.
func changeOptions() difference.Options {
	return difference.Options{Key: text.Fold, Skip: isTimestamp, IgnoreMoves: true}
}

// timestampLine matches the start of a line about the page itself.
var timestampLine = regexp.MustCompile(`(?i)^\W*(?:(?:page |this page was )?(?:last )?(?:updated?|reviewed?|modified|revision|revised|generated|refreshed)(?: date| on| at)?\b|today is\b|(?:page )?(?:views?|visits?|hits|visitors?)\b|copyright\b|©|最後(?:更新|修訂|修改|覆檢)|最后(?:更新|修订|修改)|(?:更新|修訂|修订|覆檢)(?:日期|時間|时间)|(?:瀏覽|浏览|阅读|閱讀|点击|點擊|訪問|访问)(?:次數|次数|量|人數|人数))`)

// isTimestamp reports whether a paragraph says when the page was updated or how often
// it was read: a short line, or a number after a line without one. Any other number on
// its own is a date, a fee or a limit.
func isTimestamp(paragraph, before string) bool {
	if !strings.ContainsFunc(paragraph, unicode.IsLetter) {
		label := before != "" && !strings.ContainsFunc(before, unicode.IsDigit) && isTimestamp(before, "")
		return label || !strings.ContainsFunc(paragraph, unicode.IsDigit)
	}
	if len([]rune(paragraph)) > 80 {
		return false
	}
	return timestampLine.MatchString(paragraph)
}

// changeTitle returns a title of the page's name and the first text that was added, or
// else removed.
func changeTitle(page string, d difference.Diff) string {
	words := ""
	for _, e := range d {
		if words == "" && len(e.Added) > 0 {
			words = e.Added[0]
		}
	}
	if words == "" {
		words = "− " + d[0].Removed[0]
	}
	return htmltext.Truncate(page, maxTitle/2) + ": " + htmltext.Truncate(words, maxChangeTitle)
}

func changeSummary(d difference.Diff) string {
	removed, added := d.Count()
	return fmt.Sprintf("The page has changed: %s new, %s gone.", plural.Count(added, "paragraph", "paragraphs"), plural.Count(removed, "paragraph", "paragraphs"))
}
