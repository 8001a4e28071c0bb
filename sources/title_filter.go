package sources

import (
	"fmt"
	"strings"

	"regwatch/internal/text"
	"regwatch/models"
)

// filterByTitle moves the articles that the gate setting excludes from the batch to
// its FilteredOut, and warns how many and why.
func (r *Reader) filterByTitle(batch *models.Batch, result *readResult) {
	g := r.src.TitleFilter
	if g.PassesAll() {
		return
	}
	include, exclude := tokenizePhrases(g.Include), tokenizePhrases(g.Exclude)
	kept := batch.Articles[:0:0]
	var reasons []string
	count := make(map[string]int)
	for _, a := range batch.Articles {
		reason := ""
		title := text.Tokens(a.Title)
		if i := firstPhraseIn(title, exclude); i >= 0 {
			reason = fmt.Sprintf("with %q", g.Exclude[i])
		} else if len(include) > 0 && firstPhraseIn(title, include) < 0 {
			reason = "without a phrase of include"
		}
		if reason == "" {
			kept = append(kept, a)
			continue
		}
		if count[reason]++; count[reason] == 1 {
			reasons = append(reasons, reason)
		}
		batch.FilteredOut = append(batch.FilteredOut, a)
	}
	batch.Articles = kept
	for i, reason := range reasons {
		reasons[i] = fmt.Sprintf("%d %s", count[reason], reason)
	}
	if n := len(batch.FilteredOut); n > 0 {
		result.warn("the title filter (gate) excluded %s: %s", articleCount(n, "by its title", "by their titles"), strings.Join(reasons, ", "))
	}
}

func tokenizePhrases(phrases []string) [][]text.Token {
	var list [][]text.Token
	for _, phrase := range phrases {
		list = append(list, text.Tokens(phrase))
	}
	return list
}

// firstPhraseIn returns the index of the first phrase that occurs in a title, or -1.
func firstPhraseIn(title []text.Token, phrases [][]text.Token) int {
	for i, phrase := range phrases {
		for at := 0; at+len(phrase) <= len(title) && len(phrase) > 0; at++ {
			if startsWithPhrase(title[at:], phrase) {
				return i
			}
		}
	}
	return -1
}

// startsWithPhrase reports whether a title starts with a phrase. English words also
// match in the plural.
func startsWithPhrase(title, phrase []text.Token) bool {
	for i, word := range phrase {
		is := title[i].Text
		if is != word.Text && (len(word.Text) < 3 || is != word.Text+"s" && is != word.Text+"es") {
			return false
		}
	}
	return true
}
