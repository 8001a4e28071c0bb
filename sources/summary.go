package sources

import (
	"strings"

	"regwatch/internal/text"
)

// minSummaryWords is the number of words, or Han characters, below which a summary is
// only a label.
const minSummaryWords = 4

// withSummary returns the text of a page, after the summary unless the page contains
// that. The page may be a paywall, a cookie notice or a login form, and the summary is
// then the only content.
func withSummary(page, summary, title string) string {
	if summary == "" || coversSummary(title+"\n\n"+page, summary) {
		return page
	}
	return summary + "\n\n" + page
}

// coversSummary reports whether a page contains at least half of the three-word
// sequences of a summary.
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
