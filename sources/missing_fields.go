package sources

import (
	"strings"

	"regwatch/internal/plural"
)

// missingFields counts the fields that the articles of a response lack.
type missingFields struct {
	both  int // title and link
	title int
	link  int
	date  int
}

// add counts what a record lacks, and reports whether it is an article: without a
// title and a link it is the heading of a table, or nothing that a reader could open.
func (m *missingFields) add(rec record, link string, dated bool) bool {
	title := strings.TrimSpace(rec.Title) != ""
	switch {
	case !title && link == "":
		m.both++
		return false
	case !title:
		m.title++
	case link == "":
		m.link++
	}
	if dated && strings.TrimSpace(rec.Dates[0]) == "" {
		m.date++
	}
	return true
}

// allUntitled reports whether there are articles and none has a title.
func (m *missingFields) allUntitled(of int) bool { return of > 0 && m.both+m.title == of }

func (m *missingFields) warn(result *readResult, of int) {
	if m.both > 0 {
		result.warn("%d of %s neither title nor link and %s left out", m.both, articlesHave(of, m.both), plural.Word(m.both, "was", "were"))
	}
	for _, missing := range []struct {
		n    int
		what string
	}{{m.title, "title"}, {m.link, "link"}, {m.date, "date"}} {
		if missing.n > 0 {
			result.warn("%d of %s no %s", missing.n, articlesHave(of, missing.n), missing.what)
		}
	}
}

// articlesHave returns "20 articles has" after "1 of", and "20 articles have" after "7
// of".
func articlesHave(of, some int) string {
	return plural.Count(of, "article", "articles") + " " + plural.Word(some, "has", "have")
}
