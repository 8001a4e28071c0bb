package sources

import (
	"fmt"
	"strings"

	"regwatch/internal/text"
	"regwatch/models"
)

// gate moves the articles that the source's gate leaves out from a batch to its
// Gated, and says how many they are and why.
func (r *Reader) gate(batch *models.Batch, f *found) {
	g := r.src.Gate
	if g.Open() {
		return
	}
	include, exclude := wordsOf(g.Include), wordsOf(g.Exclude)
	kept := batch.Articles[:0:0]
	var because []string
	count := make(map[string]int)
	for _, a := range batch.Articles {
		why := ""
		title := text.Tokens(a.Title)
		if i := firstIn(title, exclude); i >= 0 {
			why = fmt.Sprintf("with %q", g.Exclude[i])
		} else if len(include) > 0 && firstIn(title, include) < 0 {
			why = "with no phrase of include"
		}
		if why == "" {
			kept = append(kept, a)
			continue
		}
		if count[why]++; count[why] == 1 {
			because = append(because, why)
		}
		batch.Gated = append(batch.Gated, a)
	}
	batch.Articles = kept
	for i, why := range because {
		because[i] = fmt.Sprintf("%d %s", count[why], why)
	}
	if n := len(batch.Gated); n > 0 {
		f.warn("the gate left out %s: %s", articleCount(n, "by its title", "by their titles"), strings.Join(because, ", "))
	}
}

func wordsOf(phrases []string) [][]text.Token {
	var list [][]text.Token
	for _, phrase := range phrases {
		list = append(list, text.Tokens(phrase))
	}
	return list
}

// firstIn returns the index of the first phrase that stands in a title; -1 if
// none does.
func firstIn(title []text.Token, phrases [][]text.Token) int {
	for i, phrase := range phrases {
		for at := 0; at+len(phrase) <= len(title) && len(phrase) > 0; at++ {
			if begins(title[at:], phrase) {
				return i
			}
		}
	}
	return -1
}

// begins reports whether a title begins with a phrase. An English word counts
// in the plural too.
func begins(title, phrase []text.Token) bool {
	for i, word := range phrase {
		is := title[i].Text
		if is != word.Text && (len(word.Text) < 3 || is != word.Text+"s" && is != word.Text+"es") {
			return false
		}
	}
	return true
}
