package sources

import (
	"strings"

	"regwatch/internal/text"
)

// Fewer words than these, or Han characters, are a label and say nothing of
// their own.
const minSummaryWords = 4

// withSummary returns a page's text, and before it what the feed said of the
// article unless the page says that too: the page may be a wall, a notice about
// cookies or a login, and what the feed said is then all that is known.
func withSummary(page, summary, title string) string {
	if summary == "" || coversSummary(title+"\n\n"+page, summary) {
		return page
	}
	return summary + "\n\n" + page
}

// coversSummary reports whether a page has at least half of the runs of three words
// that a summary is made of.
func coversSummary(page, summary string) bool {
	words := text.Tokens(summary)
	if len(words) < minSummaryWords {
		return true
	}
	wanted := make(map[string]bool)
	for i := range len(words) - 2 {
		wanted[trigram(words[i:])] = true
	}
	total := len(wanted)
	have := text.Tokens(page)
	for i := 0; i+2 < len(have); i++ {
		if delete(wanted, trigram(have[i:])); len(wanted)*2 <= total {
			return true
		}
	}
	return false
}

// trigram returns the first three words as one text.
func trigram(words []text.Token) string {
	return strings.Join([]string{words[0].Text, words[1].Text, words[2].Text}, " ")
}
